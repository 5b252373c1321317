"""Damages files in every way that bytes can be damaged, and tells what reading them came to.

Run as a program, it does so for every format and prints one JSON value: how many were read and refused, the
slowest read in seconds, and the most memory that the process ever held, in MB.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import (
    Animation,
    Palette,
    Sprite,
    Tag,
    open_animation,
    open_palette,
    save_animation,
    save_palette,
)

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
PNG = b"\x89PNG\r\n\x1a\n"
PALETTES = (".gpl", ".hex", ".pal", ".txt", ".ase", ".png")
PICTURES = (".aseprite", ".png", ".apng", ".gif", ".webp")


def mutations(good: bytes, n: int, seed: int = 0) -> Iterator[bytes]:
    """n files, each `good` after one to five of: other bytes, a number at its limits, a part cut, doubled."""
    chance = np.random.default_rng(seed)
    for _ in range(n):
        bad = bytearray(good)
        for _ in range(chance.integers(1, 6)):
            if not bad:
                break
            at = int(chance.integers(0, len(bad)))
            span = int(chance.integers(1, 65))
            match int(chance.integers(0, 6)):
                case 0 | 1:
                    bad[at] = int(chance.integers(0, 256))
                case 2 | 3:
                    width = int(chance.choice([1, 2, 4]))
                    value = int(chance.choice(EXTREMES)) % 256**width
                    order = "big" if chance.random() < 0.5 else "little"
                    bad[at : at + width] = value.to_bytes(width, order)
                case 4:
                    del bad[at : at + span if chance.random() < 0.5 else len(bad)]
                case _:
                    bad[at:at] = bad[at : at + span]
        yield sealed(bytes(bad)) if good.startswith(PNG) and chance.random() < 0.8 else bytes(bad)


def sealed(png: bytes) -> bytes:
    """The same PNG with checksums that are right, so that damage gets past them."""
    right, at = bytearray(png), len(PNG)
    while at + 12 <= len(right):
        end = at + 8 + int.from_bytes(right[at : at + 4])
        if end + 4 > len(right):
            break
        right[end : end + 4] = zlib.crc32(right[at + 4 : end]).to_bytes(4)
        at = end + 4
    return bytes(right)


def animation() -> Animation:
    """Three frames on one palette, with a tag."""
    chance = np.random.default_rng(0)
    colors = np.array([[0, 0, 0, 0], [20, 30, 40, 255], [200, 60, 50, 255], [250, 240, 90, 255]], np.uint8)
    made = [colors[chance.integers(0, 4, (24, 17))] for _ in range(3)]
    sprites = tuple(Sprite(pixels=one, palette=Palette(colors)) for one in made)
    return Animation(sprites, (80, 90, 100), tags=(Tag("walk", 0, 2),))


def palette() -> Palette:
    return Palette(np.random.default_rng(0).integers(0, 256, (24, 3)).astype(np.uint8))


def files(room: Path) -> Iterator[tuple[str, bytes, Callable[[bytes], object]]]:
    """A good file of every format, and what reads it."""
    for suffix in PICTURES:
        save_animation(animation(), room / f"a{suffix}")
        yield suffix, (room / f"a{suffix}").read_bytes(), open_animation
    for suffix in PALETTES:
        save_palette(palette(), room / f"p{suffix}")
        name = f"p{suffix}"
        yield (
            f"palette {suffix}",
            (room / name).read_bytes(),
            lambda bad, name=name: open_palette(bad, name=name),
        )


def outcome(good: bytes, read: Callable[[bytes], object], n: int) -> dict[str, float]:
    """What reading n mutations came to. Raises whatever no reader may raise."""
    found = {"read": 0, "refused": 0, "slowest": 0.0}
    for bad in mutations(good, n):
        began = time.process_time()
        try:
            read(bad)
            found["read"] += 1
        except (BadPicture, BadPalette) as reason:
            assert "\n" not in str(reason), reason
            found["refused"] += 1
        found["slowest"] = max(found["slowest"], time.process_time() - began)
    return found


def main(n: int) -> None:
    with TemporaryDirectory() as room:
        found = {name: outcome(good, read, n) for name, good, read in files(Path(room))}
    print(json.dumps({"formats": found, "peak": peak()}))


def peak() -> float:
    """The most memory this process held, in MB.

    Linux is asked for this program's own: `getrusage` would count that of the process it was started from.
    """
    status = Path("/proc/self/status")
    if status.exists() and (told := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(told[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
