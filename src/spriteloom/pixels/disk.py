"""Bytes from a path, whole; bytes to a path, whole or not at all. Knows nothing of what they mean."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spriteloom.errors import SpriteloomError

MAX_BYTES = 2**27  # 128 MiB: as much as the largest picture we open takes uncompressed


def read_bytes(path: str | Path, fault: type[SpriteloomError], limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of at most `limit` bytes.

    Raises `fault` for whatever stands in the way, as what is to be said after the file's name ("is a folder:
    …").
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise fault("is a folder: name a file in it")
        if path.exists() and not path.is_file():
            raise fault("is no ordinary file: copy it to one first")
        if path.stat().st_size > limit:
            raise fault(f"is larger than {limit >> 10} KiB: too large to open safely, make it smaller")
        return path.read_bytes()
    except FileNotFoundError:
        raise fault("does not exist: check the path") from None
    except PermissionError:
        raise fault("may not be read: check its permissions") from None
    except (OSError, ValueError) as reason:
        raise fault(f"cannot be read ({_why(reason)}): check the path and the disk") from None


def write_bytes(path: str | Path, data: bytes, fault: type[SpriteloomError]) -> None:
    """Put `data` at `path` at once: a reader sees the old file or the new one, never half. Raises `fault`."""
    with whole(path, fault) as part:
        part.write_bytes(data)


@contextmanager
def whole(path: str | Path, fault: type[SpriteloomError]) -> Iterator[Path]:
    """A file to be written, which takes the place of `path` at once when all went well, and else goes away.

    Raises `fault` for what the disk says meanwhile.
    """
    path = Path(path)
    part = path.with_name(
        f".{path.name}.{secrets.token_hex(4)}.part"
    )  # same folder, so that replacing is atomic
    try:
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as reason:
        raise fault(f"{path} cannot be written ({_why(reason)}): check the folder and the disk") from None


def make_folder(path: Path, fault: type[SpriteloomError]) -> None:
    """Make `path` a folder, with those above it; one that is there is well. Raises `fault`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise fault(f"{path} cannot be made ({_why(reason)}): name a folder that can be written") from None


def _why(reason: OSError | ValueError) -> str:
    return (isinstance(reason, OSError) and reason.strerror) or str(reason)
