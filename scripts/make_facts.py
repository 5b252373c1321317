"""Make the table of facts that ships with the package from a folder of PokeAPI's CSV files.

    python scripts/make_facts.py CSV_DIR            # writes src/spriteloom/data/facts/species.csv

One row for each species, and one more for each form that PokeAPI numbers by itself (10008 is rotom's heat
form) or whose types differ from the species' own. Body shape, color and generation are facts of a species,
so a form row repeats them. Deterministic: the same CSV files give the same bytes.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from spriteloom.data.facts import TYPES

OUT = Path(__file__).resolve().parent.parent / "src/spriteloom/data/facts/species.csv"
HEADER = ("dex", "id", "name", "form", "type1", "type2", "shape", "color", "generation")

Row = dict[str, str]


def rows(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path, table: str) -> dict[str, str]:
    return {row["id"]: row["identifier"] for row in rows(folder, table)}


def types_by(folder: Path, table: str, key: str) -> dict[str, tuple[str, ...]]:
    """The types of each `key` in slot order; a type that no creature of the games has counts as none."""
    type_names = names(folder, "types")
    found: dict[str, tuple[str, ...]] = {}
    for row in sorted(rows(folder, table), key=lambda row: int(row["slot"])):
        name = type_names[row["type_id"]]
        found[row[key]] = found.get(row[key], ()) + ((name,) if name in TYPES else ())
    return found


def forms(folder: Path) -> Iterator[tuple[int, str, int, tuple[str, ...]]]:
    """(dex, form, id, types) of every species, form "", and of each form with an id or types of its own."""
    of_pokemon = types_by(folder, "pokemon_types", "pokemon_id")
    of_form = types_by(folder, "pokemon_form_types", "pokemon_form_id")
    pokemon = {row["id"]: row for row in rows(folder, "pokemon")}
    own = {row["species_id"]: of_pokemon[row["id"]] for row in pokemon.values() if row["is_default"] == "1"}
    for dex, types in own.items():
        yield int(dex), "", int(dex), types
    for row in rows(folder, "pokemon_forms"):
        parent = pokemon[row["pokemon_id"]]
        types = of_form.get(row["id"], of_pokemon[row["pokemon_id"]])
        numbered = parent["is_default"] == "0" and row["is_default"] == "1"
        if row["form_identifier"] and types and (numbered or types != own[parent["species_id"]]):
            yield int(parent["species_id"]), row["form_identifier"], int(parent["id"]), types


def table(folder: Path) -> Iterator[tuple[str, ...]]:
    """The lines of species.csv without its header, by dex number and form."""
    shapes, colors = names(folder, "pokemon_shapes"), names(folder, "pokemon_colors")
    species = {int(row["id"]): row for row in rows(folder, "pokemon_species")}
    for dex, form, number, types in sorted(forms(folder)):
        row = species[dex]
        type1, type2 = (*types, "")[:2]
        shape, color = shapes[row["shape_id"]], colors[row["color_id"]]
        yield (
            str(dex),
            str(number),
            row["identifier"],
            form,
            type1,
            type2,
            shape,
            color,
            row["generation_id"],
        )


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/make_facts.py CSV_DIR")
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(table(Path(sys.argv[1])))
    print(OUT)


if __name__ == "__main__":
    main()
