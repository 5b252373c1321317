"""Make a virtual environment with spriteloom, editable, and everything its tests and checks need.

    python3 scripts/install.py [--into .venv] [--torch WHEEL_OR_REQUIREMENT]

torch goes in first, because the plain requirement can bring gigabytes of CUDA: a machine without an NVIDIA
GPU gets the build for processors, from wherever pip is told to look or, failing that, from where uv knows it
to be. What follows is bound to the torch that is there, so no resolver exchanges it. Needs nothing but the
standard library; what was done before is not done again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

TORCH = "2.13.0"
UV = "uv>=0.7.14"  # the first whose --torch-backend is no preview
PROJECT = Path(__file__).resolve().parent.parent
# Compiling every file at once takes longer than the few that are imported take when they are.
PIP_INSTALL = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install", "--no-compile")


T = TypeVar("T")


class InstallError(Exception):
    """A step that failed, in one line."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, default=PROJECT / ".venv", help="the virtual environment")
    parser.add_argument("--torch", default="", help="a wheel or a requirement to install as torch")
    options = parser.parse_args()
    try:
        python = step("virtual environment", lambda: make_environment(options.into))
        step("torch", lambda: install_torch(python, options.torch))
        step("spriteloom and its tools", lambda: install_project(python))
    except InstallError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted: the same command goes on from here")


def step(name: str, work: Callable[[], T]) -> T:
    """One line of output for one step, with its seconds."""
    print(f"  {name} … ", end="", flush=True)
    start = time.monotonic()
    result = work()
    print(f"{time.monotonic() - start:.0f} s", flush=True)
    return result


def make_environment(folder: Path) -> Path:
    """The Python of the environment, which is made unless it is there and works."""
    python = folder.absolute() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not succeeds([python, "-m", "pip", "--version"]):
        run(
            [sys.executable, "-m", "venv", "--clear", folder],
            "no virtual environment could be made; on Debian and Ubuntu install python3-venv",
        )
        # The pip that Python brings may be years old and resolve at a third of the speed; it will do if it must.
        succeeds([python, *PIP_INSTALL, "--upgrade", "pip"])
    return python


def install_torch(python: Path, wanted: str) -> None:
    """The torch that was asked for, or the pinned one; for processors where there is no GPU."""
    failed = "torch could not be installed"
    if wanted:
        run([python, *PIP_INSTALL, wanted], failed)
        if not torch_version(python):
            raise InstallError(f"{wanted} is no torch: name a wheel or a requirement of it")
    elif torch_version(python).partition("+")[0] == TORCH:
        return
    elif sys.platform != "linux" or has_gpu():
        run([python, *PIP_INSTALL, f"torch=={TORCH}"], failed)
    elif not succeeds([python, *PIP_INSTALL, f"torch=={TORCH}+cpu"]):
        from_uv(python)


def from_uv(python: Path) -> None:
    """uv knows by name where the builds for processors are."""
    hint = (
        f"torch {TORCH} for processors could not be installed; name a wheel or a requirement, "
        "as in `make test TORCH=path/to/torch.whl`"
    )
    run([python, *PIP_INSTALL, UV], hint)
    uv = (python, "-m", "uv", "pip", "install", "--quiet", "--python", python)
    run([*uv, "--torch-backend=cpu", f"torch=={TORCH}"], hint)


def install_project(python: Path) -> None:
    """The package with the extra `dev`, under the constraint that torch stays."""
    constraint = python.parent.parent / "torch.txt"
    constraint.write_text(f"torch=={torch_version(python)}\n", encoding="utf-8")
    run(
        [python, *PIP_INSTALL, "--constraint", constraint, "--editable", f"{PROJECT}[dev]"],
        "spriteloom could not be installed",
    )


def torch_version(python: Path) -> str:
    """As its metadata say, "" where there is none; importing it would take seconds."""
    question = "from importlib.metadata import version; print(version('torch'))"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def has_gpu() -> bool:
    """Whether NVIDIA's own tool finds one."""
    return shutil.which("nvidia-smi") is not None and succeeds(["nvidia-smi", "--list-gpus"])


def succeeds(command: list[str | Path]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command: list[str | Path], failed: str) -> None:
    """Raises InstallError with the last line the command left."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()
        reason = next((line for line in said if line.startswith("ERROR")), said[-1])
        raise InstallError(f"{failed} ({reason.removeprefix('ERROR: ').strip()})")


if __name__ == "__main__":
    main()
