"""A tree of files in a folder, zip or tar: paths and bytes, never unpacked to disk.

Archives may come from anywhere. No listing holds anything harmful: absolute paths and "..", links and
devices, hidden files, and files above `MAX_FILE`. A file that is listed but cannot be read gives b"".
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, cast

from spriteloom.errors import SourceError

MAX_FILE = 64 << 20  # bytes of one file; sprites, sheets and tables of labels are far smaller
MAX_TOTAL = 16 << 30  # bytes of a whole archive, unpacked
MAX_FILES = 2_000_000
MAX_HEADER = 1 << 20  # bytes of an extended tar header, which tarfile reads into memory

PACKINGS: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zX": lzma.open}
ARCHIVE_ERRORS = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, NotImplementedError),
)


@dataclass
class Tree(ABC):
    """Files below `place`, always in the same order."""

    place: Path

    @cached_property
    @abstractmethod
    def paths(self) -> tuple[str, ...]:
        """Every file once, relative, "/"-separated. Raises SourceError for a damaged listing."""

    @abstractmethod
    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of each wanted file, one in memory at a time; b"" for one that cannot be read."""


def open_tree(place: Path) -> Tree:
    """The tree of a folder, zip or tar (compressed or not), recognised by content. Raises SourceError."""
    try:
        if place.is_dir():
            return FolderTree(place)
        if not place.exists():
            raise SourceError(f"{place}: no such folder or archive")
        if zipfile.is_zipfile(place):
            return ZipTree(place)
        if tarfile.is_tarfile(place):
            return TarTree(place)
        with place.open("rb") as file:
            start = file.read(4)
    except ARCHIVE_ERRORS as error:
        raise SourceError(f"{place}: cannot be opened ({error}); get the archive again") from error
    if start.startswith((b"PK", *PACKINGS)):  # only its first bytes are those of an archive
        raise SourceError(f"{place}: the archive is damaged or cut off; get it again")
    raise SourceError(f"{place}: neither a folder nor an archive (.zip, .tar, .tgz)")


def is_safe(path: str) -> bool:
    """Whether a path stays inside its tree and has no hidden part."""
    parts = PurePosixPath(path).parts
    strange = "\\" in path or ":" in path or "\0" in path or path.startswith("/")
    return bool(parts) and not strange and not any(part.startswith((".", "__MACOSX")) for part in parts)


class FolderTree(Tree):
    """A folder on disk, sorted by path. Links to files are followed, links to folders are not."""

    @cached_property
    def paths(self) -> tuple[str, ...]:
        paths: list[str] = []
        for name, subfolders, files in os.walk(self.place, onerror=_refuse(self.place)):
            subfolders[:] = [subfolder for subfolder in subfolders if not subfolder.startswith(".")]
            folder = Path(name).relative_to(self.place)
            paths += [(folder / file).as_posix() for file in files if _is_file(Path(name) / file)]
        return tuple(sorted(paths))

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        for path in self.paths:
            if path in wanted:
                yield path, _bytes_or_empty((self.place / path).read_bytes)


class ZipTree(Tree):
    """A zip archive, sorted by path."""

    @cached_property
    def paths(self) -> tuple[str, ...]:
        with _damage_reported(self.place), zipfile.ZipFile(self.place) as archive:
            infos = archive.infolist()
        _check_size(self.place, sum(info.file_size for info in infos), len(infos))
        return tuple(sorted({info.filename for info in infos if _is_plain_file(info)}))

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        with _damage_reported(self.place), zipfile.ZipFile(self.place) as archive:
            for path in self.paths:
                if path in wanted:
                    yield path, _bytes_or_empty(partial(archive.read, path))


class TarTree(Tree):
    """A tar archive, compressed or not, in its own order: read front to back as a stream."""

    @cached_property
    def paths(self) -> tuple[str, ...]:
        with _damage_reported(self.place):
            return tuple(dict.fromkeys(member.name for _, member in self._members()))

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        left = set(wanted)  # a tar may hold a name twice: the first one counts
        with _damage_reported(self.place):
            for archive, member in self._members():
                if member.name in left:
                    left.remove(member.name)
                    file = archive.extractfile(member)
                    yield member.name, file.read() if file else b""
                if not left:
                    return

    def _members(self) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
        total = count = 0
        with _unpacked(self.place) as file, tarfile.open(fileobj=file, mode="r|", tarinfo=_Header) as archive:
            while (member := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps every header in memory
                total, count = total + member.size, count + 1
                _check_size(self.place, total, count)
                member.name = member.name.removeprefix("./")
                if member.isreg() and not member.issparse() and _is_allowed(member.name, member.size):
                    yield archive, member


def _unpacked(place: Path) -> IO[bytes]:
    """The file's bytes, decompressed as a stream; tarfile would unpack a bomb at once."""
    with place.open("rb") as file:
        start = file.read(4)
    unpack = next((unpack for magic, unpack in PACKINGS.items() if start.startswith(magic)), open)
    return cast(IO[bytes], unpack(place, "rb"))


class _Header(tarfile.TarInfo):
    """A header that is checked: tarfile itself takes a cut archive for a short one."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # the end, as it should be
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type not in tarfile.REGULAR_TYPES and self.size > MAX_HEADER:
            raise tarfile.ReadError(f"it has a header of {self.size:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]


@contextmanager
def _damage_reported(place: Path) -> Iterator[None]:
    try:
        yield
    except ARCHIVE_ERRORS as error:
        raise SourceError(f"{place}: the archive is damaged or cut off ({error}); get it again") from error


def _is_plain_file(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return not info.is_dir() and kind in (0, stat.S_IFREG) and _is_allowed(info.filename, info.file_size)


def _is_allowed(path: str, size: int) -> bool:
    return size <= MAX_FILE and is_safe(path)


def _is_file(path: Path) -> bool:
    """Whether it is a regular file, not hidden and not too large; a broken link is none."""
    try:
        status = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE and not path.name.startswith(".")


def _bytes_or_empty(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (*ARCHIVE_ERRORS, RuntimeError):  # zipfile raises RuntimeError for an encrypted file
        return b""


def _check_size(place: Path, total: int, count: int) -> None:
    if total > MAX_TOTAL or count > MAX_FILES:
        unpacked = f"{count:,} files and {total / 2**30:,.0f} GiB"
        raise SourceError(
            f"{place}: unpacks to {unpacked}; refused above {MAX_FILES:,} or {MAX_TOTAL >> 30} GiB"
        )


def _refuse(place: Path) -> Callable[[OSError], None]:
    """An error handler: an unreadable subfolder is left out, an unreadable `place` is an error."""

    def onerror(error: OSError) -> None:
        if error.filename == str(place):
            raise SourceError(f"{place}: cannot be read ({error.strerror})") from error

    return onerror
