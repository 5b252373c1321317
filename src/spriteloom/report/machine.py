"""What the demo ran on: versions, cores, processor. Never a name of the machine or of its user."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

from spriteloom.data.pool import available_cores

_CPUINFO = Path("/proc/cpuinfo")
_PROGRAMS = ("spriteloom", "torch", "numpy", "numba", "pyarrow", "pillow")


def versions() -> dict[str, str]:
    """Of what the figures depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PROGRAMS}


def cores() -> int:
    return available_cores()


def processor() -> str:
    """The processor's own name for itself, or its architecture."""
    try:
        lines = _CPUINFO.read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.machine()
