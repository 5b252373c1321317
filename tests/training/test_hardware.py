"""The precision is read off the machine: the same machine, the same answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from spriteloom.training import hardware


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ("flags : fpu sse2 avx512_bf16", "bf16-mixed"),
        ("flags : amx_bf16 amx_tile", "bf16-mixed"),
        ("flags : fpu sse2 avx2 avx512f", "32-true"),
    ],
)
def test_bf16_where_the_processor_has_it(flags: str, name: str, tmp_path: Path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(flags)
    monkeypatch.setattr(hardware, "_CPUINFO", tmp_path / "cpuinfo")
    assert {hardware.precision() for _ in range(3)} == {name}


def test_float32_where_nothing_is_known(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(hardware, "_CPUINFO", tmp_path / "nothing")
    assert hardware.precision() == "32-true"


@pytest.mark.parametrize(("has", "name"), [(True, "bf16-mixed"), (False, "32-true")])
def test_a_gpu_is_asked_itself(has: bool, name: str, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation: has and not including_emulation
    )
    assert hardware.precision() == name
