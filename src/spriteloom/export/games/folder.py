"""A folder of files that appears whole or not at all, and what it says of itself. Knows no game."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from spriteloom.errors import RunError
from spriteloom.export.creatures import Creature
from spriteloom.pixels import Sprite, save_sprite
from spriteloom.pixels.disk import make_folder, write_bytes

MANIFEST = "manifest.json"


class Folder:
    """Files by their path in the folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def text(self, path: str, text: str) -> None:
        self._bytes(path, text.encode())

    def json(self, path: str, found: Any) -> None:
        self._bytes(path, (json.dumps(found, indent=2, ensure_ascii=False) + "\n").encode())

    def picture(self, path: str, sprite: Sprite) -> None:
        make_folder((self._root / path).parent, RunError)
        save_sprite(sprite, self._root / path)

    def _bytes(self, path: str, data: bytes) -> None:
        make_folder((self._root / path).parent, RunError)
        write_bytes(self._root / path, data, RunError)


@contextmanager
def new_folder(out: Path) -> Iterator[Folder]:
    """A folder that is written beside `out` and becomes it at the end. Raises RunError where it is taken."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"{out} is there already and not empty: name another folder, or delete it")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    make_folder(part, RunError)
    try:
        yield Folder(part)
        with suppress(OSError):
            out.rmdir()
        try:
            part.rename(out)
        except OSError as fault:
            raise RunError(f"{out} cannot be written ({fault.strerror}): check the folder") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def manifest(
    creatures: Sequence[Creature], *, game: str, mod: str = "", icons: int | None = None
) -> dict[str, Any]:
    """What was made from what, for people and programs. `icons` is how many stand in a row of their sheet."""
    return {
        "made_by": "spriteloom",
        "game": game,
        **({"mod": mod} if mod else {}),
        "creatures": [
            {
                "name": one.name,
                "id": one.slug,
                "types": list(one.types),
                **({"icon": {"row": i // icons, "column": i % icons}} if icons else {}),
                "views": dict(one.made),
            }
            for i, one in enumerate(creatures)
        ],
    }
