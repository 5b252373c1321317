"""Palettes made of pictures and palettes: their order, their number, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from run_kit import small_set
from spriteloom.editing.palettes import in_ramps, make_palette
from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import Palette, Sprite, open_palette, save_palette
from spriteloom.pixels.oklab import oklab

RED, GREEN, BLUE = (200, 20, 20), (20, 160, 40), (30, 40, 210)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_palette(Palette([RED, GREEN]), tmp_path / "a.gpl")
    save_palette(Palette([GREEN, BLUE]), tmp_path / "b.ase")
    save_palette(Palette([BLUE, RED, GREEN]), tmp_path / "strip.png")
    for i, sprite in enumerate(small_set().sprites("train", limit=3)):
        sprite.save(tmp_path / f"{i}.png")
    return tmp_path


def rgb(palette: Palette) -> list[tuple[int, ...]]:
    return [tuple(color[:3]) for color in palette.colors.tolist()]


def test_palettes_are_merged_in_order_without_repetition(folder: Path):
    assert rgb(make_palette([folder / "a.gpl", folder / "b.ase"])) == [RED, GREEN, BLUE]
    assert rgb(make_palette([folder / "strip.png", folder / "a.gpl"])) == [BLUE, RED, GREEN]
    assert make_palette(["db16", "pico8"]).colors[:16].tolist() == open_palette("db16").colors.tolist()
    assert len(make_palette(["db32", "pico-8"])) == 32 + 16 - 1  # black is in both


def test_a_few_colors_stand_for_many(folder: Path):
    pictures = [folder / f"{i}.png" for i in range(3)]
    pixels = np.concatenate([Sprite.open(path).pixels.reshape(-1, 4) for path in pictures])
    visible = oklab(pixels[pixels[:, 3] > 0][:, :3])

    def error(k: int) -> float:
        palette = make_palette(pictures, k=k)
        assert len(palette) == k
        gaps = ((visible[:, None] - oklab(palette.colors[:, :3])) ** 2).sum(-1)
        return float(gaps.min(1).mean())

    assert error(16) < error(4) / 4
    commonest = make_palette(pictures).colors[0]
    assert commonest.tolist() in make_palette(pictures, k=16).colors.tolist()


def test_ramps_are_grays_then_hues_from_dark_to_light():
    dark, light = (90, 10, 10), (230, 60, 60)
    mixed = np.array([light, (250, 250, 250), BLUE, (10, 10, 10), dark, (120, 120, 120)], np.uint8)
    expected = [(10, 10, 10), (120, 120, 120), (250, 250, 250), dark, light, BLUE]
    assert [tuple(color) for color in in_ramps(mixed).tolist()] == expected


def test_ramps_are_the_default_with_k_alone():
    nes = open_palette("nes")
    assert make_palette(["nes"]) == nes != make_palette(["nes"], ramps=True)
    assert make_palette(["nes"], k=54) == make_palette(["nes"], ramps=True)
    assert make_palette(["nes"], k=54, ramps=False) != make_palette(["nes"], ramps=True)


@pytest.mark.parametrize("k", [0, 1, 257, 5000])
def test_a_number_that_no_palette_has_is_refused(k: int):
    with pytest.raises(BadPalette, match=f"a palette of {k} colors cannot be made: ask for 2 to 256"):
        make_palette(["nes"], k=k)


def test_what_is_neither_is_refused(folder: Path):
    (folder / "words.txt").write_text("no palette\n")
    (folder / "words.png").write_text("no picture\n")
    with pytest.raises(BadPalette, match=r"words\.txt"):
        make_palette([folder / "words.txt"])
    with pytest.raises(BadPicture, match=r"words\.png is not a PNG"):
        make_palette([folder / "words.png"])
    with pytest.raises(BadPalette, match="did you mean db32"):
        make_palette(["db33"])
