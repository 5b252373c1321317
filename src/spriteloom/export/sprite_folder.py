"""Write new sprites into a folder with a record of each, and read such a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from spriteloom.data.sources import open_source
from spriteloom.errors import RunError, SourceError
from spriteloom.export.sheets import contact_sheet
from spriteloom.pixels import Sprite, open_animation, save_sprite
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.pixels.formats.pages import first_frame

RECORDS, SHEET = "sprites.json", "sheet.png"


def write_sprites(
    sprites: Sequence[Sprite], out: Path, *, first_seed: int, sheet: str | None = None
) -> list[dict[str, Any]]:
    """Write each sprite as a PNG file of its name, sprites.json, and a contact sheet if `sheet` names it.

    Sprite i was sampled with seed first_seed + i. Returns the content of sprites.json. Raises RunError, BadPicture.
    """
    make_folder(out, RunError)
    records = []
    for i, sprite in enumerate(sprites):
        file = f"{sprite.name}.png"
        save_sprite(sprite, out / file)
        values = sprite.labels.items()
        labels = {field: value if isinstance(value, str) else list(value) for field, value in values}
        records.append({"file": file, "seed": first_seed + i, "labels": labels})
    if sheet is not None:
        save_sprite(contact_sheet(sprites), out / sheet)
    write_bytes(out / RECORDS, json.dumps(records, indent=2, ensure_ascii=False).encode(), RunError)
    return records


def is_contact_sheet(file: Path) -> bool:
    """Whether a picture is the contact sheet `SHEET` of the sprites beside it."""
    return file.name == SHEET and (file.parent / RECORDS).exists()


def read_sprites(folder: Path) -> Iterator[Sprite]:
    """The sprites of a folder with labels, from sprites.json or the metadata. Raises SourceError, BadPicture."""
    records = folder / RECORDS
    if records.exists():
        for row in _records(records):
            sprite = open_animation(folder / str(row["file"]), pick=first_frame).frames[0]
            yield replace(sprite, labels=_labels(row.get("labels", {})))
        return
    for item in open_source(str(folder)).items():
        sprite = open_animation(item.data, name=Path(item.path).stem, pick=first_frame).frames[0]
        yield replace(sprite, labels=_labels({"types": item.types, "shape": item.shape, "text": item.text}))


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_bytes())
        if not all(isinstance(row["file"], str) for row in rows):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(f"{path} is damaged: generate the sprites again, or delete it") from None
    return list(rows)


def _labels(values: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """Labels as a `Sprite` holds them: types are a tuple, other labels one text; empty ones are left out."""
    labels: dict[str, str | tuple[str, ...]] = {}
    for field, value in values.items():
        texts = (value,) if isinstance(value, str) else tuple(map(str, value))
        if any(texts):
            labels[field] = texts if field == "types" else texts[0]
    return labels
