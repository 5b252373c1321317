"""record and undo: an edit by any program, taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from spriteloom.data.procedural import creatures
from spriteloom.pixels import Sprite


def test_an_edit_is_undone_and_done_again(cli, tmp_path: Path) -> None:
    a, b = creatures(2, seed=6, size=32)
    a.save(tmp_path / "a.png")
    b.save(tmp_path / "b.png")
    record = tmp_path / "edit.json"
    assert cli("record", tmp_path / "a.png", tmp_path / "b.png", "--out", record).status == 0
    assert cli("undo", tmp_path / "b.png", "--record", record, "--out", tmp_path / "x.png").status == 0
    again = ("undo", tmp_path / "x.png", "--record", record, "--redo", "--out", tmp_path / "y.png")
    assert cli(*again).status == 0
    for name, sprite in (("x", a), ("y", b)):
        assert np.array_equal(Sprite.open(tmp_path / f"{name}.png").pixels, sprite.pixels)
    wrong = cli("undo", tmp_path / "a.png", "--record", record, "--out", tmp_path / "z.png")
    assert wrong.is_one_line and not (tmp_path / "z.png").exists()
