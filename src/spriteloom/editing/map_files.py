"""Read a color map from a text or JSON file.

A text file has one change a line, in hexadecimal; lines that start with ; are comments; other colors stay:

    ; slime in winter
    #38b764 -> #73eff7
    #257179 -> #41a6f6

A JSON file is an object: {"#38b764": "#73eff7", "#257179": "#41a6f6"}. The # may be left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from spriteloom.editing.recoloring import RGB
from spriteloom.errors import BadPalette
from spriteloom.pixels.disk import read_bytes

MAX_BYTES = 2**20  # far more than 256 lines
ARROW = "->"


def read_map(path: str | Path) -> dict[RGB, RGB]:
    """Old color → new color, in the file's order. Raises BadPalette with the file and what to correct."""
    try:
        return _changes(_pairs(read_bytes(path, BadPalette, MAX_BYTES).decode("utf-8-sig").strip()))
    except UnicodeDecodeError:
        raise BadPalette(f'{path} is not a text file: write one "#rrggbb {ARROW} #rrggbb" a line') from None
    except BadPalette as reason:
        raise BadPalette(f"{path} {reason}") from None


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    if text.startswith("{"):
        try:
            pairs = json.loads(text, object_pairs_hook=list)
        except (ValueError, RecursionError) as reason:
            raise BadPalette(f"is not valid JSON ({reason}): correct it") from None
        return pairs
    for line in map(str.strip, text.splitlines()):
        if line and not line.startswith(";"):
            before, arrow, after = line.partition(ARROW)
            if not arrow:
                raise BadPalette(f'has the line {line[:40]!r}: write it as "#rrggbb {ARROW} #rrggbb"')
            pairs.append((before, after))
    return pairs


def _changes(pairs: Iterable[tuple[str, str]]) -> dict[RGB, RGB]:
    changes: dict[RGB, RGB] = {}
    for old, new in pairs:
        before, after = _color(old), _color(new)
        if changes.setdefault(before, after) != after:
            raise BadPalette(f"maps #{bytes(before).hex()} to two colors: remove one of them")
    if not changes:
        raise BadPalette(f'names no color: write one "#rrggbb {ARROW} #rrggbb" a line')
    return changes


def _color(word: object) -> RGB:
    match = re.fullmatch(r"\s*#?([0-9a-fA-F]{6})\s*", word) if isinstance(word, str) else None
    if not match:
        raise BadPalette(f"has {str(word).strip()[:40]!r} where a color should be: write it as #rrggbb")
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue
