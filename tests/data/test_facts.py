"""The table of facts: whole, in its own words, and right where forms differ."""

import csv
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from spriteloom.data.facts import COLORS, SHAPES, TYPES, species

ROWS = list(csv.DictReader((files("spriteloom.data.facts") / "species.csv").open(encoding="utf-8")))


def test_every_species_up_to_1025_is_known() -> None:
    assert [dex for dex in range(1, 1026) if species(dex) is None] == []


def test_the_columns_use_all_the_words_of_the_constants_and_no_others() -> None:
    assert {row["type1"] for row in ROWS} | {row["type2"] for row in ROWS} == {*TYPES, ""}
    assert {row["shape"] for row in ROWS} == set(SHAPES)
    assert {row["color"] for row in ROWS} == set(COLORS)
    assert (len(TYPES), len(SHAPES), len(COLORS)) == (18, 14, 10)


def test_a_species_is_found_by_number_and_by_name() -> None:
    found = species(7)
    assert found is not None
    assert (found.name, found.types, found.shape, found.color) == ("squirtle", ("water",), "upright", "blue")
    assert species("7") == species("007") == species("Squirtle") == found


def test_a_form_has_its_own_types_where_they_differ() -> None:
    ordinary, heat = species("rotom"), species(479, "heat")
    assert ordinary is not None and heat is not None
    assert (ordinary.types, heat.types) == (("electric", "ghost"), ("electric", "fire"))
    assert (ordinary.name, heat.name, heat.form) == ("rotom", "rotom", "heat")


def test_a_form_without_a_row_has_the_facts_of_what_it_varies() -> None:
    assert species(25, "female") == species(25)
    assert species("arcanine", "hisui-noble") == species("arcanine", "hisui") != species("arcanine")


def test_a_number_above_10000_is_a_form_of_its_species() -> None:
    assert species(10008) == species("rotom", "heat")


def test_what_is_not_known_is_none() -> None:
    assert species("missingno") is None
    assert species(0) is None


SMALL = {
    "types": "id,identifier\n10,fire\n11,water\n10001,unknown\n",
    "pokemon_shapes": "id,identifier\n5,blob\n",
    "pokemon_colors": "id,identifier\n2,blue\n",
    "pokemon_species": "id,identifier,generation_id,color_id,shape_id\n2,pool,1,2,5\n1,drop,1,2,5\n",
    "pokemon": "id,identifier,species_id,is_default\n2,pool,2,1\n1,drop,1,1\n10001,drop-hot,1,0\n",
    "pokemon_types": "pokemon_id,type_id,slot\n1,11,1\n2,10,2\n2,11,1\n10001,10,1\n",
    "pokemon_forms": "id,form_identifier,pokemon_id,is_default\n"
    "1,,1,1\n2,,2,1\n3,hot,10001,1\n4,odd,2,0\n5,dry,2,0\n",
    "pokemon_form_types": "pokemon_form_id,type_id,slot\n4,10001,1\n5,10,1\n",
}


def test_the_script_makes_the_table_from_csv_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in SMALL.items():
        (tmp_path / f"{name}.csv").write_text(text)
    monkeypatch.syspath_prepend(str(SCRIPTS))
    make_facts = __import__("make_facts")
    assert list(make_facts.table(tmp_path)) == [
        ("1", "1", "drop", "", "water", "", "blob", "blue", "1"),
        ("1", "10001", "drop", "hot", "fire", "", "blob", "blue", "1"),
        ("2", "2", "pool", "", "water", "fire", "blob", "blue", "1"),
        ("2", "2", "pool", "dry", "fire", "", "blob", "blue", "1"),
    ]


SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_the_script_says_how_it_is_used() -> None:
    run = subprocess.run(
        [sys.executable, SCRIPTS / "make_facts.py"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (1, "usage: python scripts/make_facts.py CSV_DIR\n")
