"""A table of every species: types, body shape, color; species.csv, read at the first call."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# The numbers of a condition stand in this order: append, never reorder.
TYPES = (
    *("normal", "fighting", "flying", "poison", "ground", "rock", "bug", "ghost", "steel"),
    *("fire", "water", "grass", "electric", "psychic", "ice", "dragon", "dark", "fairy"),
)
SHAPES = (
    *("ball", "squiggle", "fish", "arms", "blob", "upright", "legs"),
    *("quadruped", "wings", "tentacles", "heads", "humanoid", "bug-wings", "armor"),
)
COLORS = ("black", "blue", "brown", "gray", "green", "pink", "purple", "red", "white", "yellow")


@dataclass(frozen=True)
class Species:
    """The facts of a species or of one of its forms."""

    name: str  # of the species, such as "rotom", without the form
    form: str  # "" for the ordinary one; "heat", "alola", ...
    types: tuple[str, ...]  # one or two of TYPES
    shape: str  # one of SHAPES
    color: str  # one of COLORS


def species(key: int | str, form: str = "") -> Species | None:
    """The facts of a species by name ("rotom") or number (479, "479", "0479"); None if unknown.

    A form without a row of its own has the facts of the form that it varies ("hisui-noble": "hisui"), or of
    its species. PokeAPI's numbers from 10001 on are forms.
    """
    word = str(key).strip().lower()
    word = word.lstrip("0") if word.isdecimal() else word
    while form and (word, form) not in _table():
        form = form.rpartition("-")[0]
    return _table().get((word, form))


@cache
def _table() -> dict[tuple[str, str], Species]:
    table: dict[tuple[str, str], Species] = {}
    with (files(__package__) / "species.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            species_row = Species(
                name=row["name"],
                form=row["form"],
                types=tuple(kind for kind in (row["type1"], row["type2"]) if kind),
                shape=row["shape"],
                color=row["color"],
            )
            table[row["dex"], row["form"]] = table[row["name"], row["form"]] = species_row
            if row["id"] != row["dex"]:
                table[row["id"], ""] = species_row
    return table
