"""Devices and precision: where a network runs, when it runs in bf16, and when float32 must be exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from spriteloom.errors import DeviceError

AUTO = "auto"
M = TypeVar("M", bound=nn.Module)
Device = str | torch.device  # "auto", "cpu", "cuda", "cuda:1", "mps"

_CPUINFO = Path("/proc/cpuinfo")


def find_device(name: Device = AUTO) -> torch.device:
    """The device of that name; "auto" is the first available of cuda, mps and cpu.

    Raises DeviceError for one that PyTorch does not know or this machine does not have.
    """
    if isinstance(name, torch.device):
        return name
    if name == AUTO:
        return torch.device(next(kind for kind, is_available in _KINDS.items() if is_available()))
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
    """Lightning's name for the fastest safe precision: bf16 autocast where the hardware supports it."""
    return "bf16-mixed" if _has_bf16(device.type) else "32-true"


def autocast(device: torch.device, precision: str | None = None) -> torch.autocast:
    """Autocast to bf16 if the precision is "bf16-mixed"; the default is `precision_of` the device."""
    mixed = (precision or precision_of(device)) == "bf16-mixed"
    return torch.autocast(device.type, torch.bfloat16, enabled=mixed)


def device_of(module: nn.Module) -> torch.device:
    """The device of a module's weights."""
    return next(module.parameters()).device


def channels_last(module: M) -> M:
    """The same module, its 4-d weights in the memory format that convolutions read fastest."""
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return module


def send(x: Tensor, device: torch.device) -> Tensor:
    """Copy a tensor of the CPU to a device, without waiting for the work that a GPU still has to do."""
    return x.to(device, non_blocking=device.type == "cuda")


def upcast(x: Tensor) -> Tensor:
    """Float32 or more: autocast's half precision is too coarse for losses."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


@contextmanager
def full_precision() -> Iterator[None]:
    """Float32 products and convolutions without TF32 on a GPU."""
    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with torch.backends.cudnn.flags(allow_tf32=False):
            yield
    finally:
        torch.set_float32_matmul_precision(precision)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Run a model in evaluation mode, without gradients."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was_training)


@contextmanager
def exact_inference(model: nn.Module) -> Iterator[None]:
    """`evaluating` in full precision."""
    with evaluating(model), full_precision():
        yield


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
