"""Sheets: frames come out of their cells as they went in, and the JSON says where each stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spriteloom.errors import BadPicture
from spriteloom.export.sheets import Layout, aseprite_json, contact_sheet, layout_of, sheet
from spriteloom.pixels import Animation, Palette, Sprite, Tag


def animation(n: int = 5, palette: bool = False) -> Animation:
    chance = np.random.default_rng(0)
    colors = np.array([[0, 0, 0, 0], [9, 9, 9, 255], [200, 0, 0, 255]], np.uint8)
    shared = Palette(colors) if palette else None
    frames = [colors[chance.integers(0, 3, (6, 10))] for _ in range(n)]
    return Animation(tuple(Sprite(pixels=one, name="walk", palette=shared) for one in frames), (70,) * n)


def cells(whole: Sprite, layout: Layout) -> list[np.ndarray]:
    """The frames of a sheet."""
    corners = [layout.place(i) for i in range(layout.frames)]
    return [whole.pixels[top : top + layout.height, left : left + layout.width] for left, top in corners]


@pytest.mark.parametrize(("columns", "margin"), [(None, 0), (5, 0), (2, 3), (1, 1)])
def test_frames_come_back(columns, margin):
    before = animation()
    layout = layout_of(before, columns=columns, margin=margin)
    whole = sheet(before, layout)
    assert (whole.width, whole.height) == layout.size
    for a, b in zip(before.frames, cells(whole, layout), strict=True):
        assert np.array_equal(a.pixels, b)


def test_the_json_is_asprites_hash():
    before = replace(animation(), tags=(Tag("go", 0, 2, "reverse"),))
    layout = layout_of(before, columns=3)
    found = aseprite_json(before, layout, "walk.png")
    assert list(found["frames"]) == [f"walk {i}.aseprite" for i in range(5)]
    last = found["frames"]["walk 4.aseprite"]
    assert last["frame"] == {"x": 10, "y": 6, "w": 10, "h": 6} and last["duration"] == 70
    assert found["meta"]["size"] == {"w": 30, "h": 12} and found["meta"]["image"] == "walk.png"
    assert found["meta"]["frameTags"] == [{"name": "go", "from": 0, "to": 2, "direction": "reverse"}]


def test_bare_keys_come_with_a_tag_of_all_frames():
    before = animation()
    found = aseprite_json(before, layout_of(before), "walk.png", bare=True)
    assert list(found["frames"]) == list("01234")
    assert found["meta"]["frameTags"] == [{"name": "walk", "from": 0, "to": 4, "direction": "forward"}]


def test_a_shared_palette_is_kept():
    assert sheet(animation(palette=True), layout_of(animation(palette=True))).palette is not None


def test_sheets_that_cannot_be_are_refused():
    with pytest.raises(BadPicture, match="engines load at most"):
        layout_of(animation(2000), columns=2000)
    with pytest.raises(BadPicture, match="cannot have 0 columns"):
        layout_of(animation(), columns=0)


def plain(h: int, w: int, value: int = 9) -> Sprite:
    return Sprite(pixels=np.full((h, w, 4), value, np.uint8))


@pytest.mark.parametrize(
    ("n", "rows", "columns"), [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 2, 2), (5, 2, 3), (7, 3, 3), (10, 3, 4)]
)
def test_about_as_wide_as_high(n: int, rows: int, columns: int):
    sheet = contact_sheet([plain(5, 3)] * n, gap=2)
    assert (sheet.height, sheet.width) == (rows * 7 + 2, columns * 5 + 2)
    assert (sheet.pixels[..., 3] > 0).sum() == n * 15


def test_each_stands_in_its_cell_in_order():
    sheet = contact_sheet([plain(2, 2, value) for value in (1, 2, 3)], gap=1).pixels[..., 0]
    assert sheet.tolist() == [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 1, 1, 0, 2, 2, 0],
        [0, 1, 1, 0, 2, 2, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 3, 3, 0, 0, 0, 0],
        [0, 3, 3, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_a_smaller_sprite_stands_in_the_middle():
    sheet = contact_sheet([plain(6, 8, 1), plain(2, 4, 2)], gap=2)
    rows, columns = np.nonzero(sheet.pixels[..., 0] == 2)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 5, 14, 17)
    assert (sheet.height, sheet.width) == (10, 22)
