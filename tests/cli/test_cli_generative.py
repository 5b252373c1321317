"""vary, morph, fuse, inpaint and outpaint: files of a diffusion's edits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from run_kit import small_set
from spriteloom.cli import show
from spriteloom.pixels import Sprite, open_animation, open_palette
from tiny_families import tiny_run

FIRST, SECOND = small_set().sprites("train", limit=2)


@pytest.fixture
def art(tmp_path: Path) -> Path:
    FIRST.save(tmp_path / "a.png")
    SECOND.save(tmp_path / "b.png")
    mask = np.zeros((32, 32, 4), np.uint8)
    mask[..., 3] = 255
    mask[8:24, 8:24, :3] = 255
    Sprite(pixels=mask).save(tmp_path / "mask.png")
    return tmp_path


def options(art: Path, *more: object) -> tuple[object, ...]:
    return ("--model", tiny_run("diffusion"), "--steps", 2, "--out", art / "new", *more)


def written(folder: Path) -> list[Sprite]:
    return [Sprite.open(folder / row["file"]) for row in json.loads((folder / "sprites.json").read_text())]


@pytest.mark.parametrize("words", [("vary", "a.png"), ("fuse", "a.png", "b.png", "--cut", 0.5)])
def test_sprites_and_their_seeds_are_written(cli, art: Path, words: tuple[object, ...]):
    verb, *rest = (art / word if str(word).endswith(".png") else word for word in words)
    ended = cli(verb, *rest, *options(art, "-n", 2, "--seed", 5))
    assert ended.status == 0 and "2 sprites" in ended.err, ended.err
    assert [row["seed"] for row in json.loads((art / "new" / "sprites.json").read_text())] == [5, 6]
    assert all(set(np.unique(sprite.pixels[..., 3])) <= {0, 255} for sprite in written(art / "new"))


def test_labels_of_a_variation_are_in_its_record(cli, art: Path):
    chosen = ("--types", "fire", "--types", "flying", "--shape", "wings", "-n", 1)
    assert cli("vary", art / "a.png", *options(art, *chosen)).status == 0
    wrong = cli("vary", art / "a.png", *options(art, "--types", "fier"))
    assert wrong.is_one_line and "fire" in wrong.err


def test_a_small_strength_stays_near_the_picture(cli, art: Path):
    distances = []
    for strength in (0.1, 1):
        assert cli("vary", art / "a.png", *options(art, "--strength", strength, "-n", 1)).status == 0
        (sprite,) = written(art / "new")
        distances.append(np.abs(sprite.pixels.astype(int) - FIRST.pixels).mean())
    assert distances[0] < distances[1]
    assert cli("vary", art / "a.png", *options(art, "--strength", 0)).is_one_line


def test_a_morph_is_an_animation_from_one_to_the_other(cli, art: Path):
    words = ("--model", tiny_run("diffusion"), "--steps", 2, "--frames", 4, "--milliseconds", 90)
    ended = cli("morph", art / "a.png", art / "b.png", *words, "--out", art / "a-to-b.gif")
    assert ended.status == 0 and "4 frames" in ended.err, ended.err
    animation = open_animation(art / "a-to-b.gif")
    assert animation.durations == (90,) * 4
    ends = [np.abs(animation.frames[i].pixels.astype(int) - FIRST.pixels).mean() for i in (0, -1)]
    assert ends[0] < ends[1]


def test_inpaint_changes_the_light_part_of_the_mask_alone(cli, art: Path):
    ended = cli("inpaint", art / "a.png", "--mask", art / "mask.png", *options(art, "-n", 2))
    assert ended.status == 0, ended.err
    outside = np.ones((32, 32), bool)
    outside[8:24, 8:24] = False
    for sprite in written(art / "new"):
        assert np.array_equal(sprite.pixels[outside], FIRST.pixels[outside])
        assert not np.array_equal(sprite.pixels, FIRST.pixels)


def test_outpaint_keeps_the_old_pixels(cli, art: Path):
    ended = cli("outpaint", art / "a.png", "--bottom", 8, "--left", 4, *options(art, "-n", 1))
    assert ended.status == 0, ended.err
    (sprite,) = written(art / "new")
    assert sprite.pixels.shape == (40, 36, 4) and np.array_equal(sprite.pixels[:32, 4:], FIRST.pixels)


@pytest.mark.parametrize("verb", ["vary", "fuse", "outpaint"])
def test_a_model_that_cannot_edit_is_refused(cli, art: Path, verb: str):
    pictures = (art / "a.png", art / "b.png") if verb == "fuse" else (art / "a.png",)
    ended = cli(verb, *pictures, "--model", tiny_run("codec"), "--out", art / "new")
    assert ended.is_one_line and not (art / "new").exists()


@pytest.mark.parametrize(
    "words", [("vary", "a.png"), ("fuse", "a.png", "b.png"), ("inpaint", "a.png", "--mask", "mask.png")]
)
def test_edits_take_a_palette_by_name(cli, art: Path, words: tuple[str, ...]):
    verb, *rest = (art / word if word.endswith(".png") else word for word in words)
    ended = cli(verb, *rest, *options(art, "-n", 1, "--palette", "game-boy"))
    assert ended.status == 0, ended.err
    (sprite,) = written(art / "new")
    new = sprite.pixels[8:24, 8:24] if verb == "inpaint" else sprite.pixels
    four = {bytes(color) for color in open_palette("game-boy").colors}
    assert {bytes(color) for color in new.reshape(-1, 4) if color[3]} <= four
    assert cli(verb, *rest, *options(art, "--palette", "gameboj")).is_one_line


@pytest.mark.parametrize(
    "words",
    [
        ("vary", "a.png", "-n", 2),
        ("fuse", "a.png", "b.png", "-n", 2),
        ("inpaint", "a.png", "--mask", "mask.png", "-n", 2),
        ("outpaint", "a.png", "--top", 2, "-n", 2),
        ("morph", "a.png", "b.png", "--frames", 2),
    ],
)
def test_every_verb_shows_its_sprites(cli, art: Path, monkeypatch, words: tuple[object, ...]):
    printed: list[Sprite] = []
    monkeypatch.setattr(show, "print_sprites", printed.extend)
    words = tuple(art / str(word) if str(word).endswith(".png") else word for word in words)
    out = ("--out", art / ("new.gif" if words[0] == "morph" else "new"))
    ended = cli(*words, "--model", tiny_run("diffusion"), "--steps", 2, *out, "--show")
    assert ended.status == 0 and len(printed) == 2, ended.err
