"""Damaged files of each format are read, or refused in one line, quickly and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys

import mutating
import pytest


@pytest.mark.parametrize("n", [250, pytest.param(1_000, marks=pytest.mark.slow)])
def test_damaged_files_are_read_or_refused(n: int):
    """In a process of its own, whose memory can be told."""
    done = subprocess.run([sys.executable, mutating.__file__, str(n)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["peak"] < 500
    assert set(found["formats"]) == {*mutating.PICTURES, *(f"palette {s}" for s in mutating.PALETTES)}
    for name, one in found["formats"].items():
        assert one["read"] + one["refused"] == n, name
        assert one["read"] and one["refused"] and one["slowest"] < 2, name
