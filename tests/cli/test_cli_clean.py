"""clean and palette: pixel art restored, and its colors as a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from run_kit import small_set
from spriteloom.pixels import Animation, Sprite, open_palette, save_animation

SPRITE = next(small_set().sprites("train"))


@pytest.fixture
def enlarged(tmp_path: Path) -> Path:
    Sprite(pixels=SPRITE.pixels.repeat(4, 0).repeat(4, 1)).save(tmp_path / "big.png")
    return tmp_path / "big.png"


def test_an_enlarged_sprite_comes_back_exactly(cli, enlarged: Path, tmp_path: Path):
    for more in ((), ("--size", 4)):
        ended = cli("clean", enlarged, "--out", tmp_path / "small.png", *more)
        assert ended.status == 0 and "cells of 4×4: 32×32" in ended.err, ended.err
        assert np.array_equal(Sprite.open(tmp_path / "small.png").pixels, SPRITE.pixels)


def test_a_jpeg_is_undone(cli, enlarged: Path, tmp_path: Path):
    with Image.open(enlarged) as picture:
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.convert("RGBA"))
        white.save(tmp_path / "big.jpg", quality=95)
    ended = cli("clean", tmp_path / "big.jpg", "--size", 4, "--out", tmp_path / "small.png")
    assert ended.status == 0 and "32×32" in ended.err


def test_colors_are_limited_or_those_of_a_palette(cli, enlarged: Path, tmp_path: Path):
    def colors(*more: object) -> set[bytes]:
        assert cli("clean", enlarged, "--out", tmp_path / "small.png", *more).status == 0
        pixels = Sprite.open(tmp_path / "small.png").pixels
        return {bytes(color[:3]) for color in pixels.reshape(-1, 4) if color[3]}

    assert len(colors()) > 2 >= len(colors("--colors", 2))
    (tmp_path / "two.hex").write_text("102030\nf0e0d0\n")
    assert colors("--palette", tmp_path / "two.hex") <= {bytes([16, 32, 48]), bytes([240, 224, 208])}


def test_a_size_that_does_not_fit_is_one_line(cli, enlarged: Path, tmp_path: Path):
    assert cli("clean", enlarged, "--size", 1000, "--out", tmp_path / "small.png").is_one_line


def test_a_palette_file_holds_the_visible_colors(cli, tmp_path: Path):
    SPRITE.save(tmp_path / "a.png")
    visible = {bytes(color[:3]) for color in SPRITE.pixels.reshape(-1, 4) if color[3]}
    for suffix in (".gpl", ".hex", ".pal", ".txt", ".ase", ".png"):
        out = tmp_path / f"colors{suffix}"
        ended = cli("palette", tmp_path / "a.png", "--out", out)
        assert ended.status == 0 and f"{len(visible)} colors" in ended.err
        assert {bytes(color[:3]) for color in open_palette(out).colors} == visible


def test_a_palette_of_an_animation_counts_every_frame(cli, tmp_path: Path):
    frames = []
    for value in (10, 200):
        pixels = np.full((4, 4, 4), 255, np.uint8)
        pixels[..., 0] = value
        frames.append(Sprite(pixels=pixels))
    save_animation(Animation(tuple(frames), (100, 100)), tmp_path / "two.gif")
    assert cli("palette", tmp_path / "two.gif", "--out", tmp_path / "colors.hex").status == 0
    assert sorted((tmp_path / "colors.hex").read_text().split()) == ["0affff", "c8ffff"]


def test_a_palette_needs_a_suffix_and_a_color(cli, tmp_path: Path):
    SPRITE.save(tmp_path / "a.png")
    Sprite(pixels=np.zeros((4, 4, 4), np.uint8)).save(tmp_path / "nothing.png")
    assert cli("palette", tmp_path / "a.png", "--out", tmp_path / "colors.doc").is_one_line
    assert cli("palette", tmp_path / "nothing.png", "--out", tmp_path / "colors.hex").is_one_line


def test_palettes_are_extracted_merged_and_converted(cli, tmp_path: Path):
    SPRITE.save(tmp_path / "a.png")
    ended = cli("palette", tmp_path / "a.png", "-k", 5, "--out", tmp_path / "five.gpl")
    assert ended.status == 0 and "5 colors" in ended.err and len(open_palette(tmp_path / "five.gpl")) == 5
    assert cli("palette", "pico8", tmp_path / "five.gpl", "--out", tmp_path / "both.pal").status == 0
    assert open_palette(tmp_path / "both.pal").colors[:16].tolist() == open_palette("pico-8").colors.tolist()
    wrong = cli("palette", "pico9", "--out", tmp_path / "no.gpl")
    assert wrong.is_one_line and "did you mean pico-8" in wrong.err and not (tmp_path / "no.gpl").exists()
    assert cli("palette", "nes", "-k", 5000, "--out", tmp_path / "no.gpl").is_one_line


def test_a_picture_takes_the_colors_of_a_named_palette(cli, tmp_path: Path):
    SPRITE.save(tmp_path / "a.png")
    assert cli("clean", tmp_path / "a.png", "--palette", "game-boy", "--out", tmp_path / "b.png").status == 0
    colors = {bytes(color) for color in Sprite.open(tmp_path / "b.png").pixels.reshape(-1, 4) if color[3]}
    assert colors <= {bytes(color) for color in open_palette("game-boy").colors}
