"""A reader that others wrote finds in our .aseprite files what we put in."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spriteloom.data.procedural.creature import creatures
from spriteloom.pixels import Animation, Palette, Sprite, Tag, save_animation

PACKAGE = "ase-parser@0.0.19"
READ = Path(__file__).with_name("read_aseprite.js")


def drawn(file: dict[str, Any], frame: dict[str, Any]) -> np.ndarray:
    """The one layer of a frame as RGBA (h, w, 4)."""
    canvas = np.zeros((file["height"], file["width"], 4), np.uint8)
    for cel in frame["cels"]:
        raw = np.frombuffer(base64.b64decode(cel["raw"]), np.uint8)
        h, w = cel["height"], cel["width"]
        if file["depth"] == 32:
            pixels = raw.reshape(h, w, 4)
        else:
            table = np.array([[*rgb, 255] for rgb in file["palette"]], np.uint8)
            table[file["transparent"]] = 0
            pixels = table[raw.reshape(h, w)]
        canvas[cel["top"] : cel["top"] + h, cel["left"] : cel["left"] + w] = pixels
    return canvas


@pytest.mark.network
@pytest.mark.skipif(shutil.which("npm") is None, reason="the other reader needs Node.js")
def test_another_reader_agrees(tmp_path):
    made: dict[Path, Animation] = {}
    for i, sprite in enumerate(creatures(40, seed=7)):
        turned = [np.roll(sprite.pixels, step, 1) for step in range(1 + i % 4)]
        palette = Palette.of(sprite.pixels) if i % 2 else None
        frames = tuple(Sprite(pixels=one, palette=palette) for one in turned)
        times = tuple(40 + 10 * step for step in range(len(turned)))
        tags = (Tag("walk", 0, len(turned) - 1),) if i % 3 else ()
        path = tmp_path / f"{i}.aseprite"
        made[path] = Animation(frames, times, tags=tags)
        save_animation(made[path], path)
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True)
    shutil.copy(READ, tmp_path)
    command = ["node", READ.name, *map(str, made)]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    for ours, theirs in zip(made.values(), json.loads(said.stdout), strict=True):
        assert [frame["duration"] for frame in theirs["frames"]] == list(ours.durations)
        assert theirs["tags"] == [[tag.name, tag.first, tag.last] for tag in ours.tags]
        for frame, other in zip(ours.frames, theirs["frames"], strict=True):
            assert np.array_equal(frame.pixels, drawn(theirs, other))
            if frame.palette is not None:
                assert np.array_equal(np.array(theirs["palette"])[1:], visible(frame.palette))


def visible(palette: Palette) -> np.ndarray:
    return palette.colors[palette.colors[:, 3] > 0, :3]
