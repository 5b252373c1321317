"""data fetch, data prepare, data audit and search: folders, sets and what is in them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from run_kit import small_set
from spriteloom.cli import data as verbs
from spriteloom.data.store import SpriteSet
from spriteloom.metrics.generation import features
from spriteloom.pixels import Sprite
from tiny_families import tiny_run


@pytest.fixture
def species(tmp_path: Path) -> Path:
    """A folder of eight species, one of them in two files, and one file that is no picture."""
    folder = tmp_path / "art"
    folder.mkdir()
    for sprite in {one.species: one for one in small_set().sprites("train")}.values():
        if len(list(folder.iterdir())) < 8:
            sprite.save(folder / f"{sprite.species}.png")
    first = min(folder.iterdir())
    (folder / "copy.png").write_bytes(first.read_bytes())
    (folder / "words.png").write_text("no picture")
    return folder


def test_fetch_writes_pictures_with_their_labels(cli, tmp_path: Path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        ended = cli("data", "fetch", "procedural", "-n", 6, "--seed", seed, "--out", tmp_path / name)
        assert ended.status == 0 and "6 pictures" in ended.err and not ended.out
    labels = [json.loads(line) for line in (tmp_path / "a" / "metadata.jsonl").read_text().splitlines()]
    assert all((tmp_path / "a" / row["file_name"]).is_file() for row in labels) and len(labels) == 6
    a, b, c = ({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.png")} for name in "abc")
    assert a == b != c


def test_prepare_reports_the_set_it_writes(cli, species: Path, tmp_path: Path):
    out = tmp_path / "set.parquet"
    words = ("data", "prepare", species, "--size", 32, "--workers", 1, "--out", out)
    report = json.loads(cli(*words, "--json").out)
    data = SpriteSet.open(out)
    assert report["preprocessing"] == data.preprocessing.name == "pixel" and data.preprocessing.size == 32
    assert {split: len(list(data.sprites(split))) for split in report["sprites"]} == report["sprites"]
    table = cli(*words)
    assert all(split in table.out for split in ("train", "validation", "test"))
    assert "skipped" in table.err and "words.png" in table.err


def test_prepare_by_a_papers_preprocessing_resamples(cli, species: Path, tmp_path: Path):
    out = tmp_path / "set.parquet"
    chosen = ("--preprocessing", "pokemon-vae", "--materialize")
    assert cli("data", "prepare", species, *chosen, "--workers", 1, "--out", out).status == 0
    assert SpriteSet.open(out).preprocessing.name == "pokemon-vae"
    wrong = cli("data", "prepare", species, "--preprocessing", "blurred", "--out", tmp_path / "no.parquet")
    assert wrong.is_one_line and "pixel-vqvae" in wrong.err


def test_prepare_keeps_the_views_frames_and_coloring_that_are_named(cli, tmp_path: Path):
    out = tmp_path / "set.parquet"
    words = ("--size", 32, "-n", 40, "--view", "front", "--no-shiny", "--frames", 1, "--workers", 1)
    assert cli("data", "prepare", "procedural", *words, "--out", out).status == 0
    labels = [sprite.labels for sprite in SpriteSet.open(out).sprites("train")]
    assert labels and all(one["view"] == "front" and "shiny" not in one for one in labels)


def test_prepare_cuts_sheets_into_cells(cli, tmp_path: Path):
    sheet = np.random.default_rng(0).integers(0, 256, (16, 64, 4), np.uint8) | np.array(
        [0, 0, 0, 255], np.uint8
    )
    (tmp_path / "sheets").mkdir()
    for i in range(4):
        Image.fromarray(np.roll(sheet, i, 1)).save(tmp_path / "sheets" / f"{i}.png")
    out = tmp_path / "set.parquet"
    words = ("--grid", "16x16", "--size", 16, "--workers", 1, "--out", out, "--json")
    report = json.loads(cli("data", "prepare", tmp_path / "sheets", *words).out)
    assert sum(report["sprites"].values()) == 16


def test_many_skipped_files_are_counted(cli, species: Path, tmp_path: Path):
    for i in range(12):
        (species / f"broken-{i:02}.png").write_text("no picture")
    ended = cli("data", "prepare", species, "--size", 32, "--workers", 1, "--out", tmp_path / "set.parquet")
    assert ended.err.count("skipped ") == 10 and "and 3 more" in ended.err


def test_audit_finds_copies_and_what_is_no_picture(cli, species: Path):
    ended = cli("data", "audit", species, "--workers", 1, "--json")
    report = json.loads(ended.out)
    assert ended.status == 0 and "words.png" in str(report["unreadable"])
    assert [path for each in report["duplicates"] for path in each["paths"] if "copy" in path] == ["copy.png"]
    table = cli("data", "audit", small_set().path, "--workers", 1)
    assert table.status == 0 and f"Audit of {small_set().path}" in table.out.replace("\n", "")


def test_search_finds_the_sprite_itself_first(cli, tmp_path: Path):
    sprite = next(small_set().sprites("train"))
    sprite.save(tmp_path / "like.png")
    words = ("search", tmp_path / "like.png", "--data", small_set().path, "-n", 3)
    for more in ((), ("--model", tiny_run("codec"))):
        matches = json.loads(cli(*words, *more, "--json").out)
        assert len(matches) == 3 and matches[0]["distance"] == 0 and matches[0]["species"] == sprite.species
        assert [row["distance"] for row in matches] == sorted(row["distance"] for row in matches)
    table = cli(*words)
    assert table.status == 0 and sprite.species in table.out and "distance" in table.out


def test_search_compares_features_of_a_network(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class MeanColor:
        name = "Mean"

        def __init__(self, device: str) -> None:
            assert device == "cpu"

        def __call__(self, pictures: np.ndarray) -> np.ndarray:
            return pictures.reshape(len(pictures), -1, 3).mean(1)

    monkeypatch.setattr(features, "EfficientNetLite0", MeanColor)
    Sprite.save(next(small_set().sprites("test")), tmp_path / "like.png")
    words = ("search", tmp_path / "like.png", "--data", small_set().path, "--by", verbs.By.FEATURES)
    matches = json.loads(cli(*words, "--device", "cpu", "--json").out)
    assert matches[0]["distance"] == pytest.approx(0, abs=1e-6) and matches[0]["split"] == "test"
