"""A tree of files, in a folder, zip or tar: paths and bytes, never unpacked to disk. Knows no pictures.

Archives may come from anywhere, so what could harm is left out of every listing: absolute paths and "..",
links and devices, hidden files, and files above `MAX_FILE`. A file that is listed but cannot be read gives
b"" and stops nothing.
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
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol, Self, cast

from spriteloom.errors import SourceError

MAX_FILE = 64 << 20  # bytes of one file; no sprite, sheet or table of labels comes near
MAX_TOTAL = 16 << 30  # bytes of a whole archive, unpacked
MAX_FILES = 2_000_000
MAX_HEADER = 1 << 20  # bytes of an extended tar header, which tarfile would read into memory whole

PACKINGS: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zX": lzma.open}
ARCHIVE_ERRORS = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, NotImplementedError),
)


class Tree(Protocol):
    """Files below one place. `paths` and `read` go in the same order every time."""

    @property
    def place(self) -> Path:
        """The folder or archive itself, for messages."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file, "/"-separated, relative, each once. Raises SourceError where the listing is damaged."""
        ...

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of each wanted file, one in memory at a time; b"" for one that cannot be read."""
        ...


def open_tree(place: Path) -> Tree:
    """The tree of a folder, a zip, or a tar, packed or not: told by content. Raises SourceError."""
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
        raise SourceError(f"{place}: cannot be opened ({error}); an archive has to be got again") from error
    if start.startswith((b"PK", *PACKINGS)):  # an archive by its first bytes, and by no others
        raise SourceError(f"{place}: the archive is damaged or cut off; get it again")
    raise SourceError(f"{place}: neither a folder nor an archive (.zip, .tar, .tgz)")


def is_safe(path: str) -> bool:
    """Whether a path stays inside its tree and no part of it is hidden."""
    parts = PurePosixPath(path).parts
    strange = "\\" in path or ":" in path or "\0" in path or path.startswith("/")
    return bool(parts) and not strange and not any(part.startswith((".", "__MACOSX")) for part in parts)


class FolderTree:
    """A folder on disk, sorted by path. Links to files are followed, links to folders are not."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @cached_property
    def paths(self) -> tuple[str, ...]:
        found: list[str] = []
        for folder, subfolders, files in os.walk(self.place, onerror=_refuse(self.place)):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            base = Path(folder)
            found += [
                (base / name).relative_to(self.place).as_posix() for name in files if _is_file(base / name)
            ]
        return tuple(sorted(found))

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        for path in self.paths:
            if path in wanted:
                yield path, _or_nothing((self.place / path).read_bytes)


class ZipTree:
    """A zip archive, sorted by path."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @cached_property
    def paths(self) -> tuple[str, ...]:
        with _whole(self.place), zipfile.ZipFile(self.place) as archive:
            infos = archive.infolist()
        _check_size(self.place, sum(info.file_size for info in infos), len(infos))
        return tuple(sorted({info.filename for info in infos if _is_plain(info)}))

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        with _whole(self.place), zipfile.ZipFile(self.place) as archive:
            for path in self.paths:
                if path in wanted:
                    yield path, _or_nothing(partial(archive.read, path))


class TarTree:
    """A tar archive, compressed or not, in its own order: read front to back as a stream."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @cached_property
    def paths(self) -> tuple[str, ...]:
        with _whole(self.place):
            return tuple(dict.fromkeys(member.name for _, member in self._members()))

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        left = set(wanted)  # a name may come twice in a tar: the first is the one listed
        with _whole(self.place):
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
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps every header it has met; a long archive should not grow
                total, count = total + member.size, count + 1
                _check_size(self.place, total, count)
                member.name = member.name.removeprefix("./")
                if (
                    member.isreg()
                    and not member.issparse()
                    and member.size <= MAX_FILE
                    and is_safe(member.name)
                ):
                    yield archive, member


def _unpacked(place: Path) -> IO[bytes]:
    """The file's bytes, their packing undone bit by bit; tarfile would unpack a bomb in one go."""
    with place.open("rb") as file:
        start = file.read(4)
    unpack = next((unpack for magic, unpack in PACKINGS.items() if start.startswith(magic)), open)
    return cast(IO[bytes], unpack(place, "rb"))


class _Header(tarfile.TarInfo):
    """A header that may not lie: tarfile itself takes a cut archive for a short one."""

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
def _whole(place: Path) -> Iterator[None]:
    try:
        yield
    except ARCHIVE_ERRORS as error:
        raise SourceError(f"{place}: the archive is damaged or cut off ({error}); get it again") from error


def _is_plain(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return (
        not info.is_dir()
        and kind in (0, stat.S_IFREG)
        and info.file_size <= MAX_FILE
        and is_safe(info.filename)
    )


def _is_file(path: Path) -> bool:
    """A file of sane size that is not hidden; a link that leads nowhere is none."""
    try:
        status = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE and not path.name.startswith(".")


def _or_nothing(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (*ARCHIVE_ERRORS, RuntimeError):  # RuntimeError: zipfile's word for an encrypted member
        return b""


def _check_size(place: Path, total: int, count: int) -> None:
    if total > MAX_TOTAL or count > MAX_FILES:
        raise SourceError(
            f"{place}: unpacks to {count:,} files and {total / 2**30:,.0f} GiB; refused above "
            f"{MAX_FILES:,} files or {MAX_TOTAL >> 30} GiB"
        )


def _refuse(place: Path) -> Callable[[OSError], None]:
    """An unreadable subfolder is left out; an unreadable `place` is an error."""

    def onerror(error: OSError) -> None:
        if error.filename == str(place):
            raise SourceError(f"{place}: cannot be read ({error.strerror})") from error

    return onerror
