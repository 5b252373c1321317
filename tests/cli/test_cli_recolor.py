"""recolor: other colors in the same places, an indexed file, every frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.pixels import Animation, Sprite, open_animation, save_animation


def places(pixels: np.ndarray) -> set[bytes]:
    """For each color, where it is."""
    flat = pixels.reshape(-1, 4)
    return {(flat == color).all(1).tobytes() for color in np.unique(flat, axis=0)}


@pytest.fixture
def pair(sprites: list[Sprite], tmp_path: Path) -> tuple[Path, Path]:
    assert sprites
    return tmp_path / "art" / "slime.v1.png", tmp_path / "art" / "bat.v1.png"


def options(way: str, pair: tuple[Path, Path], folder: Path) -> list[object]:
    if way == "--like":
        return ["--like", pair[1]]
    path = folder / ("colors.hex" if way == "--palette" else "map.txt")
    if way == "--palette":
        colors = [f"{40 * i % 256:02x}{90 * i % 256:02x}{(17 * i + 5) % 256:02x}" for i in range(32)]
        path.write_text("\n".join(colors) + "\n")
    else:
        pixels = Sprite.open(pair[0]).pixels.reshape(-1, 4)
        r, g, b, _ = next(color for color in pixels if color[3])
        path.write_text(f"#{r:02x}{g:02x}{b:02x} -> #010203\n")
    return [way, path]


@pytest.mark.parametrize("way", ["--like", "--palette", "--map"])
def test_every_color_keeps_its_pixels_and_the_file_is_indexed(cli, pair, way: str, tmp_path: Path):
    for name in ("a.png", "b.png"):
        ended = cli("recolor", pair[0], *options(way, pair, tmp_path), "--out", tmp_path / name)
        assert ended.status == 0, ended.err
    before, after = Sprite.open(pair[0]).pixels, Sprite.open(tmp_path / "a.png").pixels
    assert places(before) == places(after) and not np.array_equal(before, after)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.mode == "P"
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.fixture
def moving(sprites: list[Sprite], tmp_path: Path) -> Path:
    first = sprites[0]
    frames = tuple(Sprite(pixels=np.roll(first.pixels, i, axis=1)) for i in range(3))
    save_animation(Animation(frames, (100, 200, 300), 0), tmp_path / "moving.gif")
    return tmp_path / "moving.gif"


def test_an_animation_keeps_its_frames(cli, moving: Path, pair, tmp_path: Path):
    assert cli("recolor", moving, "--like", pair[1], "--out", tmp_path / "new.gif").status == 0
    before, after = open_animation(moving), open_animation(tmp_path / "new.gif")
    assert after.durations == before.durations and len(after.frames) == 3
    for old, new in zip(before.frames, after.frames, strict=True):
        assert places(old.pixels) == places(new.pixels)


def test_a_model_swaps_the_codes_of_every_frame(cli, run: Path, moving: Path, pair, tmp_path: Path):
    words = ["--like", pair[1], "--model", run, "--out", tmp_path / "new.gif"]
    assert cli("recolor", moving, *words).status == 0
    before, after = open_animation(moving), open_animation(tmp_path / "new.gif")
    assert len(after.frames) == 3 and after.durations == before.durations
    for old, new in zip(before.frames, after.frames, strict=True):
        assert np.array_equal(old.pixels[..., 3], new.pixels[..., 3])
        assert not np.array_equal(old.pixels, new.pixels)


def test_a_picture_swapped_by_a_model_is_indexed(cli, run: Path, pair, tmp_path: Path):
    words = ["--like", pair[1], "--model", run, "--out", tmp_path / "new.png"]
    assert cli("recolor", pair[0], *words).status == 0
    with Image.open(tmp_path / "new.png") as picture:
        assert picture.mode == "P"


def test_how_colors_are_chosen_can_be_chosen(cli, pair, tmp_path: Path) -> None:
    palette = tmp_path / "colors.hex"
    palette.write_text(
        "\n".join(f"{40 * i % 256:02x}{90 * i % 256:02x}{(17 * i + 5) % 256:02x}" for i in range(32))
    )
    found = {}
    for option, given, ways in (
        ("--like", pair[1], (None, "transport", "rank")),
        ("--palette", palette, (None, "nearest", "transport")),
    ):
        for way in ways:
            out = tmp_path / f"{option[2:]}-{way}.png"
            chosen = ["--by", way] if way else []
            assert cli("recolor", pair[0], option, given, *chosen, "--out", out).status == 0
            found[option, way] = out.read_bytes()
    assert found["--like", None] == found["--like", "transport"] != found["--like", "rank"]
    assert found["--palette", None] == found["--palette", "nearest"] != found["--palette", "transport"]


@pytest.mark.parametrize(
    "words", [("--like", "--by", "nearest"), ("--palette", "--by", "rank"), ("--map", "--by", "rank")]
)
def test_a_way_that_does_not_go_with_the_rest_is_wrong_usage(cli, pair, words, tmp_path: Path) -> None:
    option, *by = words
    path = pair[1] if option == "--like" else options(option, pair, tmp_path)[1]
    ended = cli("recolor", pair[0], option, path, *by, "--out", tmp_path / "new.png")
    assert ended.status == 2 and "goes with" in ended.err and not (tmp_path / "new.png").exists()


@pytest.mark.parametrize("hue", ["blue", "+40"])
def test_hues_turn_to_a_name_or_by_degrees(cli, pair, hue: str, tmp_path: Path) -> None:
    assert cli("recolor", pair[0], "--hue", hue, "--out", tmp_path / "new.png").status == 0
    before, after = Sprite.open(pair[0]).pixels, Sprite.open(tmp_path / "new.png").pixels
    assert np.array_equal(before[..., 3], after[..., 3]) and not np.array_equal(before, after)
    assert cli("recolor", pair[0], "--hue", "tartan", "--out", tmp_path / "no.png").is_one_line
