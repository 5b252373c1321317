"""`fetch`: a folder of pictures that opens as it was, whole or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from spriteloom.data.source import Item
from spriteloom.data.sources import fetch, open_source, opening
from spriteloom.errors import SourceError


class Ten:
    """Ten items; breaks before `broken`."""

    name = "pokeapi"
    licence = "© somebody"

    def __init__(self, broken: int = 99) -> None:
        self.broken = broken

    def __len__(self) -> int:
        return 10

    def items(self) -> Iterator[Item]:
        for number in range(10):
            if number == self.broken:
                raise SourceError("the archive is damaged")
            yield Item(
                path=f"shiny/{number}.gif",
                data=b"%d" % number,
                species="fox",
                types=("fire",),
                shiny=True,
                canvas=96,
                text="é",
            )


@pytest.fixture
def ten(monkeypatch: pytest.MonkeyPatch) -> Ten:
    source = Ten()
    monkeypatch.setattr(opening, "open_source", lambda *_, **__: source)
    return source


@pytest.mark.usefixtures("ten")
def test_what_was_fetched_opens_as_it_was(tmp_path: Path) -> None:
    assert fetch("pokeapi", tmp_path / "new/out", None, 0) == 10
    again = open_source(str(tmp_path / "new/out"))
    assert again.licence == "© somebody"
    assert list(again.items()) == list(Ten().items())


@pytest.mark.usefixtures("ten")
def test_metadata_is_in_the_imagefolder_convention(tmp_path: Path) -> None:
    fetch("pokeapi", tmp_path / "out", None, 0)
    rows = [
        json.loads(line)
        for line in (tmp_path / "out/metadata.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(rows) == 10
    assert rows[0]["file_name"] == "shiny/0.gif"
    assert {tuple(row) for row in rows} == {tuple(rows[0])}  # one schema for all rows


def numbers(out: Path) -> list[int]:
    return sorted(int(path.stem) for path in out.rglob("*.gif"))


@pytest.mark.usefixtures("ten")
def test_n_pictures_are_spread_evenly_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1)):
        assert fetch("pokeapi", tmp_path / name, 5, seed) == 5
    assert numbers(tmp_path / "a") == numbers(tmp_path / "b")
    assert {number // 2 for number in numbers(tmp_path / "a")} == {0, 1, 2, 3, 4}
    seeds = range(20)
    assert (
        len({tuple(int(item.data) for item in opening.evenly_spread(Ten(), 5, seed)) for seed in seeds}) == 2
    )
    assert fetch("pokeapi", tmp_path / "c", 11, 1) == 10


def test_of_a_generated_source_the_first_pictures_are_written(tmp_path: Path) -> None:
    for n in (6, 8):
        assert fetch("procedural", tmp_path / str(n), n, 3) == n
    files = {
        n: {path.relative_to(tmp_path / str(n)) for path in (tmp_path / str(n)).rglob("*.png")}
        for n in (6, 8)
    }
    assert files[6] < files[8] and {path.stem for path in files[8]} == {
        f"procedural-3-{i:05}" for i in (0, 1)
    }


@pytest.mark.usefixtures("ten")
def test_a_folder_in_use_is_refused_and_an_empty_one_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert fetch("pokeapi", tmp_path / "empty", 1, 0) == 1
    with pytest.raises(SourceError, match="exists and is not empty"):
        fetch("pokeapi", tmp_path / "empty", 1, 0)
    assert len(numbers(tmp_path / "empty")) == 1


def test_a_fetch_that_breaks_leaves_nothing(ten: Ten, tmp_path: Path) -> None:
    ten.broken = 4
    with pytest.raises(SourceError, match="damaged"):
        fetch("pokeapi", tmp_path / "out", None, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("ten")
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="cannot be written"):
        fetch("pokeapi", tmp_path / "file/out", None, 0)


def test_only_named_sources_are_fetched_and_at_least_one_picture(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="sources to fetch are pokeapi, pokesprite, nouns, procedural"):
        fetch("tuxemon", tmp_path / "out", None, 0)
    with pytest.raises(SourceError, match="at least 1"):
        fetch("nouns", tmp_path / "out", 0, 0)
