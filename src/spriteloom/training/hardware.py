"""What this machine computes fast. Read from the system, never measured, so that two runs decide alike."""

from __future__ import annotations

from pathlib import Path

import torch

_CPUINFO = Path("/proc/cpuinfo")


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
