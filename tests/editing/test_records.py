"""An edit is taken back and done again to the byte, and only where it was made."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from spriteloom.data.procedural import creatures
from spriteloom.editing import Record, plan_like
from spriteloom.errors import BadPicture
from spriteloom.pixels import Palette, Sprite

A, B = creatures(2, seed=6, size=32)


def indexed(sprite: Sprite) -> Sprite:
    return sprite.with_pixels(sprite.pixels, palette=Palette.of(sprite.pixels))


def same(a: Sprite, b: Sprite) -> bool:
    return np.array_equal(a.pixels, b.pixels) and a.palette == b.palette


@pytest.mark.parametrize("before", [A, indexed(A)])
def test_an_edit_is_taken_back_and_done_again(before: Sprite, tmp_path: Path):
    after = plan_like([before], [B]).apply(before)
    Record.of(before, after).save(tmp_path / "edit.json")
    kept = Record.open(tmp_path / "edit.json")
    assert not same(before, after)
    assert same(kept.undo(after), before) and same(kept.redo(before), after)
    assert [path.name for path in tmp_path.iterdir()] == ["edit.json"]


def test_later_edits_elsewhere_stay():
    pixels = A.pixels.copy()
    pixels[:4, :4] = (200, 10, 10, 255)
    kept, later = Record.of(A, A.with_pixels(pixels)), pixels.copy()
    later[20, 20] = (1, 2, 3, 255)
    undone = kept.undo(A.with_pixels(later)).pixels
    assert tuple(undone[20, 20]) == (1, 2, 3, 255) and np.array_equal(undone[:4], A.pixels[:4])


def test_another_picture_is_refused():
    kept = Record.of(A, B)
    with pytest.raises(BadPicture, match="not the edited picture"):
        kept.undo(A)
    with pytest.raises(BadPicture, match="not the original picture"):
        kept.redo(B)
    small = Sprite(pixels=np.zeros((3, 4, 4), np.uint8), name="small")
    with pytest.raises(BadPicture, match="4×3, not 32×32"):
        kept.undo(small)
    with pytest.raises(BadPicture, match="keep the size"):
        Record.of(A, small)


def test_what_is_no_record_is_refused_in_one_line(tmp_path: Path):
    path = tmp_path / "edit.json"
    Record.of(A, B).save(path)
    good = json.loads(path.read_text())
    bomb = {**good, "before": base64.b64encode(zlib.compress(bytes(10**7))).decode()}
    for bad in (
        [],
        {},
        {**good, "size": [32, 10**9]},
        {**good, "size": [-32, -32]},
        {**good, "spriteloom-record": 9},
        {**good, "changed": "no base64!"},
        {**good, "palettes": [None]},
        bomb,
    ):
        path.write_text(json.dumps(bad))
        with pytest.raises(BadPicture, match="no record of an edit"):
            Record.open(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadPicture, match="no record of an edit"):
        Record.open(path)
    with pytest.raises(BadPicture, match="does not exist"):
        Record.open(tmp_path / "no.json")
