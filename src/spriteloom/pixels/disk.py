"""Read a whole file into memory; write a file whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from spriteloom.errors import SpriteloomError

MAX_BYTES = 2**27  # 128 MiB: the uncompressed size of the largest picture that is opened


def read_bytes(path: str | Path, error: type[SpriteloomError], limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of at most `limit` bytes. Raises `error` without the file's name ("is a folder: …")."""
    path = Path(path)
    try:
        if path.is_dir():
            raise error("is a folder: name a file in it")
        if path.exists() and not path.is_file():
            raise error("is not an ordinary file: copy it to one first")
        if path.stat().st_size > limit:
            raise error(f"is larger than {limit >> 10} KiB: too large to open safely, make it smaller")
        return path.read_bytes()
    except FileNotFoundError:
        raise error("does not exist: check the path") from None
    except PermissionError:
        raise error("may not be read: check its permissions") from None
    except (OSError, ValueError) as reason:
        raise error(f"cannot be read ({_message(reason)}): check the path and the disk") from None


def write_bytes(path: str | Path, data: bytes, error: type[SpriteloomError]) -> None:
    """Write a file at once: readers see the old file or the new one, never a part. Raises `error`."""
    with whole(path, error) as part:
        part.write_bytes(data)


@contextmanager
def whole(path: str | Path, error: type[SpriteloomError]) -> Iterator[Path]:
    """A new file to write, which replaces `path` if the block succeeds. Raises `error` if the disk refuses."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")  # same folder: replacing is atomic
    try:
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as reason:
        raise error(f"{path} cannot be written ({_message(reason)}): check the folder and the disk") from None


def make_folder(path: Path, error: type[SpriteloomError]) -> None:
    """Make a folder and those above it, if they do not exist. Raises `error`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise error(f"{path} cannot be made ({_message(reason)}): name another folder") from None


def is_free(path: Path) -> bool:
    """Whether a folder can be written at `path`: there is nothing, or an empty folder."""
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))


@contextmanager
def whole_folder(path: Path, error: type[SpriteloomError]) -> Iterator[Path]:
    """A new folder beside the free `path`, renamed to it if the block succeeds. Raises `error`."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    make_folder(part, error)
    try:
        yield part
        with suppress(OSError):
            path.rmdir()
        try:
            part.rename(path)
        except OSError as reason:
            raise error(f"{path} cannot be written ({_message(reason)}): check the folder") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _message(reason: OSError | ValueError) -> str:
    return (isinstance(reason, OSError) and reason.strerror) or str(reason)
