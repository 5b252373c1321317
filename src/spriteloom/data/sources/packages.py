"""What a pinned npm package is, where such are kept, and whether a file is one, whole. Fetches nothing."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Package:
    """One version of one package, pinned: its name, its packed size in bytes, and what its bytes hash to."""

    name: str
    version: str
    size: int
    integrity: str  # "sha512-<base64>", as npm writes it

    @property
    def filename(self) -> str:
        return f"{self.name.replace('@', '').replace('/', '-')}-{self.version}.tgz"

    def is_whole(self, file: Path) -> bool:
        """Whether these are the package's bytes, every one. Hashes the file: about 0.1 s for 70 MB."""
        if not file.is_file() or file.stat().st_size != self.size:
            return False
        kind, wanted = self.integrity.split("-", 1)
        with file.open("rb") as stream:
            return base64.b64encode(hashlib.file_digest(stream, kind).digest()).decode() == wanted


def cache_folder() -> Path:
    """`$SPRITELOOM_CACHE`, or spriteloom/ under `$XDG_CACHE_HOME` or ~/.cache. Read when called; not made."""
    if own := os.environ.get("SPRITELOOM_CACHE"):
        return Path(own).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base).expanduser() if base else Path.home() / ".cache") / "spriteloom"
