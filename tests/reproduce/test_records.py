"""Records and the clock: computed once, kept on disk or in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spriteloom.errors import RunError
from spriteloom.reproduce.records import Clock, Records


def never() -> float:
    raise AssertionError("computed again")


@pytest.mark.parametrize("on_disk", [True, False])
def test_a_value_and_an_array_are_computed_once(tmp_path: Path, on_disk: bool):
    records = Records(tmp_path / "records" if on_disk else None)
    assert records.value("a", lambda: {"mse": 0.1}) == records.value("a", never) == {"mse": 0.1}
    pictures = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert (records.array("b", lambda: pictures) == records.array("b", never)).all()  # type: ignore[arg-type]
    assert records.has("a") and not records.has("c")
    assert (tmp_path / "records").exists() == on_disk


@pytest.mark.parametrize("name", ["a.json", "b.npy"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str):
    records = Records(tmp_path)
    (tmp_path / name).write_bytes(b"{")
    with pytest.raises(RunError, match=f"{name} is damaged: delete it"):
        records.value("a", never) if name == "a.json" else records.array("b", never)  # type: ignore[arg-type]


def test_a_stage_that_an_earlier_session_did_keeps_its_time_and_is_not_announced(tmp_path: Path):
    said: list[str] = []
    first, second = Clock(Records(tmp_path), said.append), Clock(Records(tmp_path), said.append)
    assert first.time("training a", lambda: 3) == second.time("training a", lambda: 3) == 3
    assert first.stages == second.stages
    assert [line.partition("s  ")[2] for line in said] == ["training a"]
