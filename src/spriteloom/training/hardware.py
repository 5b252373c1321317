"""What this machine computes fast. Read from the system, never measured, so that two runs decide alike."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import torch

_CPUINFO = Path("/proc/cpuinfo")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h
_LARGE = 2**31 - 1


def precision() -> str:
    """Fabric's name for the fastest safe precision here: bf16 autocast where there is hardware for it."""
    return "bf16-mixed" if _has_bf16() else "32-true"


def fast(device: str) -> torch.autocast:
    """Autocast to bf16 where that is fast here, as `precision` says; nothing where it is not."""
    return torch.autocast(device, torch.bfloat16, enabled=precision() != "32-true")


def _has_bf16() -> bool:
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    try:
        flags = _CPUINFO.read_text()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def keep_memory() -> None:
    """Let the C library keep freed memory instead of returning it: large tensors come back page by page.

    A training step frees and takes the same gigabyte again and again; where every page must be fetched anew
    from a virtual machine's host that is a fifth of the step. Nothing is done where there is no glibc.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _LARGE)
