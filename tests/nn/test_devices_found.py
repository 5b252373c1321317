"""Devices and precisions are read off the machine: the same machine, the same answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from spriteloom.errors import DeviceError
from spriteloom.nn import devices

CPU = torch.device("cpu")


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
    monkeypatch.setattr(devices, "_CPUINFO", tmp_path / "cpuinfo")
    assert {devices.precision_of(CPU) for _ in range(3)} == {name}


def test_float32_where_nothing_is_known(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(devices, "_CPUINFO", tmp_path / "nothing")
    assert devices.precision_of(CPU) == "32-true"


@pytest.mark.parametrize(("has", "name"), [(True, "bf16-mixed"), (False, "32-true")])
def test_a_gpu_is_asked_itself(has: bool, name: str, monkeypatch):
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation: has and not including_emulation
    )
    assert devices.precision_of(torch.device("cuda")) == name


def test_auto_is_the_best_there_is(monkeypatch):
    monkeypatch.setitem(devices._KINDS, "cuda", lambda: True)
    assert devices.find_device().type == devices.find_device("auto").type == "cuda"
    for kind in ("cuda", "mps"):
        monkeypatch.setitem(devices._KINDS, kind, lambda: False)
    assert devices.find_device() == CPU


@pytest.mark.parametrize(
    ("name", "said"),
    [("cuda", "no cuda device"), ("tpu", "no device is called"), ("meta", "does not run on")],
)
def test_a_device_that_is_not_there_is_one_line(name, said, monkeypatch):
    monkeypatch.setitem(devices._KINDS, "cuda", lambda: False)
    with pytest.raises(DeviceError, match=said):
        devices.find_device(name)


def test_a_gpu_beyond_those_there_are_is_refused(monkeypatch):
    monkeypatch.setitem(devices._KINDS, "cuda", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices.find_device("cuda:1").index == 1
    with pytest.raises(DeviceError, match="2 GPUs, so there is no cuda:2"):
        devices.find_device("cuda:2")
