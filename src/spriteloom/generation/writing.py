"""New sprites into a folder, with a record of each. Knows no model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spriteloom.errors import RunError
from spriteloom.generation.sheet import contact_sheet
from spriteloom.pixels import Sprite, save_sprite
from spriteloom.pixels.disk import make_folder, write_bytes

RECORDS = "sprites.json"


def write_sprites(
    sprites: Sequence[Sprite], out: Path, *, first_seed: int, sheet: str | None = None
) -> list[dict[str, Any]]:
    """A PNG file for each sprite, named as the sprite, sprites.json, and a contact sheet of that name.

    Returns what sprites.json holds: file, seed and labels of each; sprite i is of first_seed + i. Raises
    RunError where the folder or the record cannot be written, BadPicture where a picture cannot.
    """
    make_folder(out, RunError)
    records = []
    for i, sprite in enumerate(sprites):
        save_sprite(sprite, out / f"{sprite.name}.png")
        asked = {
            field: value if isinstance(value, str) else list(value) for field, value in sprite.labels.items()
        }
        records.append({"file": f"{sprite.name}.png", "seed": first_seed + i, "labels": asked})
    if sheet is not None:
        save_sprite(contact_sheet(sprites), out / sheet)
    write_bytes(out / RECORDS, json.dumps(records, indent=2, ensure_ascii=False).encode(), RunError)
    return records
