"""Which device a network runs on, and in which precision: read from the system, never measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from spriteloom.errors import DeviceError

AUTO = "auto"
Device = str | torch.device  # "auto", "cpu", "cuda", "cuda:1", "mps"

_CPUINFO = Path("/proc/cpuinfo")


def find_device(name: Device = AUTO) -> torch.device:
    """The device of that name; "auto" is the first of cuda, mps and cpu that is there.

    Raises DeviceError for one that PyTorch does not know or this machine does not have.
    """
    if isinstance(name, torch.device):
        return name
    if name == AUTO:
        return torch.device(next(kind for kind, is_there in _KINDS.items() if is_there()))
    try:
        device = torch.device(name)
    except RuntimeError:
        raise DeviceError(f"no device is called {name!r}: choose auto, cpu, cuda, cuda:1 or mps") from None
    if device.type not in _KINDS:
        raise DeviceError(f"spriteloom does not run on {name}: choose auto, cpu, cuda or mps")
    if not _KINDS[device.type]():
        raise DeviceError(
            f"this machine has no {device.type} device that PyTorch can use: choose auto or cpu"
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(f"this machine has {torch.cuda.device_count()} GPUs, so there is no {name}")
    return device


def precision_of(device: torch.device) -> str:
    """Lightning's name for the fastest safe precision: bf16 autocast where there is hardware for it."""
    return "bf16-mixed" if _has_bf16(device.type) else "32-true"


def autocast(device: torch.device, precision: str | None = None) -> torch.autocast:
    """Autocast to bf16 for the precision "bf16-mixed", by default where `precision_of` says so."""
    mixed = (precision or precision_of(device)) == "bf16-mixed"
    return torch.autocast(device.type, torch.bfloat16, enabled=mixed)


def device_of(module: torch.nn.Module) -> torch.device:
    """Where a module's weights lie."""
    return next(module.parameters()).device


def channels_last(module: torch.nn.Module) -> torch.nn.Module:
    """The same module, its 4-d weights laid out as convolutions read them fastest."""
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


_KINDS: dict[str, Callable[[], bool]] = {
    "cuda": torch.cuda.is_available,
    "mps": torch.backends.mps.is_available,
    "cpu": lambda: True,
}


def _has_bf16(kind: str) -> bool:
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if kind != "cpu":
        return False
    try:
        flags = _CPUINFO.read_text()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags
