"""Write a mod's folder as a whole or not at all, with a manifest of its creatures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from spriteloom.errors import ImpossibleModel, RunError
from spriteloom.export.creatures import Creature, slug_of
from spriteloom.pixels import Sprite, save_sprite
from spriteloom.pixels.disk import is_free, make_folder, whole_folder, write_bytes

MANIFEST = "manifest.json"


class Folder:
    """Writes files by their path in the folder, and makes the folders between."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def text(self, path: str, text: str) -> None:
        write_bytes(self._file(path), text.encode(), RunError)

    def json(self, path: str, value: Any) -> None:
        self.text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def picture(self, path: str, sprite: Sprite) -> None:
        save_sprite(sprite, self._file(path))

    def _file(self, path: str) -> Path:
        file = self._root / path
        make_folder(file.parent, RunError)
        return file


@contextmanager
def new_folder(out: Path) -> Iterator[Folder]:
    """A folder beside `out` that is renamed to it at the end. Raises RunError if `out` is in use or not writable."""
    if not is_free(out):
        raise RunError(f"{out} is there already and not empty: name another folder, or delete it")
    with whole_folder(out, RunError) as part:
        yield Folder(part)


def check_mod_name(mod: str) -> None:
    """Raise ImpossibleModel if `mod` is not lowercase letters and digits."""
    if slug_of(mod) != mod or not mod:
        raise ImpossibleModel(f"a mod cannot be called {mod!r}: use small letters and digits")


def manifest(
    creatures: Sequence[Creature], *, game: str, mod: str = "", icons: int | None = None
) -> dict[str, Any]:
    """The content of manifest.json: each creature and how its views were made. `icons`: icons in a sheet's row."""
    return {
        "made_by": "spriteloom",
        "game": game,
        **({"mod": mod} if mod else {}),
        "creatures": [
            {
                "name": creature.name,
                "id": creature.slug,
                "types": list(creature.types),
                **({"icon": {"row": i // icons, "column": i % icons}} if icons else {}),
                "views": dict(creature.origins),
            }
            for i, creature in enumerate(creatures)
        ],
    }
