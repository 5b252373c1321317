"""Runs a program that brings files, and shows on stderr how far it is. Knows nothing of npm."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

POLL = 0.1  # seconds between two looks at what has arrived


@dataclass(frozen=True)
class Done:
    """How a program ended: its exit status and what it wrote to stderr."""

    status: int
    errors: str


def run(command: Sequence[str], *, work: Path, label: str, total: int, growing: Sequence[Path]) -> Done:
    """Run `command` in the folder `work` to its end; if we are interrupted, it is ended first.

    The bar is what the fastest of the folders `growing` has gained, in bytes, out of `total`.
    """
    with (work / "errors.log").open("w+b") as errors:
        before = {folder: _size(folder) for folder in growing}
        process = subprocess.Popen(
            command, cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            with _bar() as bar:
                task = bar.add_task(label, total=total)
                while not _ended(process):
                    arrived = max(_size(folder) - before[folder] for folder in growing)
                    bar.update(task, completed=min(total, max(arrived, bar.tasks[task].completed)))
                if process.returncode == 0:
                    bar.update(task, completed=total)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        errors.seek(0)
        return Done(process.returncode, errors.read().decode("utf-8", "replace"))


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(POLL)
    except subprocess.TimeoutExpired:
        return False
    return True


def _bar() -> Progress:
    words = TextColumn("{task.description}", markup=False)
    return Progress(
        SpinnerColumn(),
        words,
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),  # a log is no place for a bar
    )


def _size(folder: Path) -> int:
    """Bytes of the files below; what vanishes between two looks counts as nothing."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:
                continue
    return total
