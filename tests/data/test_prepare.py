"""`prepare`: one file, the same whatever the workers; bad pictures are told; nothing half-written stays."""

import io
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tiny import ListSource, blob, gif, item, many

from spriteloom.data import prepare as prepare_module
from spriteloom.data.prepare import PrepareReport, prepare
from spriteloom.data.preprocessing import PIXEL, PIXEL_VQVAE, POKEMON_VAE, Preprocessing
from spriteloom.data.source import Item
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.pixels.geometry import Placement
from spriteloom.pixels.sprite import Sprite

OUT = "set.parquet"


def prepared(
    source: ListSource, preprocessing: Preprocessing, place: Path, **options: object
) -> tuple[PrepareReport, dict[str, list]]:
    """The report, and the columns of the file."""
    options = {"workers": 1} | options
    report = prepare(source, preprocessing, out=place / OUT, **options)
    return report, pq.read_table(place / OUT).to_pydict()


def picture(cell: dict[str, bytes]) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(cell["bytes"])))


def test_all_that_is_known_becomes_columns(tmp_path: Path):
    known = {"types": ("water", "bug"), "shape": "fish", "color": "blue", "view": "front"}
    known |= {"form": "mega", "shiny": True, "text": "It swims."}
    source = ListSource([item("a/gup.png", blob(1), "gup", **known), item("b.png", blob(2))])
    _, columns = prepared(source, PIXEL, tmp_path)
    row = {name: cells[columns["path"].index("a/gup.png")] for name, cells in columns.items()}
    assert {name: row[name] for name in known} == known | {"types": ["water", "bug"]}
    assert (row["name"], row["species"], row["frame"]) == ("gup", "gup", 0)
    assert (row["width"], row["height"], row["image"]["path"]) == (20, 24, "gup.png")
    undone = Placement.from_json(row["placement"]).undo(Sprite(pixels=picture(row["image"])))
    assert np.array_equal(undone.pixels, blob(1))


def test_the_games_canvas_is_what_is_stored_and_the_file_can_be_had_back(tmp_path: Path):
    source = ListSource([item("a.png", blob(1), canvas=96), item("b.png", blob(2, 24, 24))])
    _, columns = prepared(source, PIXEL_VQVAE, tmp_path)
    rows = {path: i for i, path in enumerate(columns["path"])}
    cropped, square = (
        {name: cells[rows[path]] for name, cells in columns.items()} for path in ("a.png", "b.png")
    )
    assert picture(cropped["image"]).shape == (96, 96, 4) and (cropped["width"], cropped["height"]) == (
        20,
        24,
    )
    undone = Placement.from_json(cropped["placement"]).undo(Sprite(pixels=picture(cropped["image"])))
    assert np.array_equal(undone.pixels, blob(1))
    assert square["placement"] == "" and np.array_equal(picture(square["image"]), blob(2, 24, 24))


def test_an_impossible_canvas_is_told_and_never_stops_the_set(tmp_path: Path):
    source = many(3)
    source.given.append(item("huge.png", blob(9), canvas=10**9))
    report, columns = prepared(source, PIXEL_VQVAE, tmp_path)
    assert [one.path for one in report.skipped] == ["huge.png"] and "canvas" in report.skipped[0].reason
    assert len(columns["path"]) == 3


def test_the_metadata_say_how_it_was_made(tmp_path: Path):
    source = many(5)
    source.given.append(Item(path="bad.png", data=b"no picture", species="bad"))
    report, _ = prepared(source, PIXEL_VQVAE, tmp_path, seed=7, size=32)
    info = json.loads(pq.read_schema(tmp_path / OUT).metadata[b"spriteloom"])
    assert (
        info["preprocessing"]["name"] == "pixel-vqvae" and info["preprocessing"]["size"] == info["size"] == 32
    )
    assert info["seed"] == 7 and info["format"] == 1 and info["program"].startswith("spriteloom ")
    assert info["source"] == {"name": "tiny", "licence": "CC0, made by a test"}
    assert info["sprites"] == {"train": 3, "validation": 1, "test": 1} == report.sprites
    assert info["pictures"] == {"train": 72, "validation": 12, "test": 12} == report.pictures
    assert info["skipped"][0]["path"] == "bad.png" and info["fractions"]["train"] == 0.89


def test_hugging_face_features_describe_every_column(tmp_path: Path):
    for place, materialize in ((tmp_path / "lazy", False), (tmp_path / "all", True)):
        prepared(many(3), POKEMON_VAE, place, materialize=materialize)
        schema = pq.read_schema(place / OUT)
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        assert list(features) == schema.names
        assert features["image"] == {"_type": "Image"} and features["species"]["dtype"] == "string"
        assert [field.name for field in schema.field("image").type] == ["bytes", "path"]
        assert ("mask" in features) == ("variant" in features) == materialize


def test_a_bad_picture_is_told_and_never_stops_the_set(tmp_path: Path):
    source = many(4)
    faults = {
        "text.png": b"hello",
        "empty.png": b"",
        "cut.gif": gif([blob(1), blob(2)])[:200],
        "blank.png": item("blank", np.zeros((9, 9, 4), np.uint8)).data,
    }
    source.given[1:1] = [Item(path=path, data=data, species=path) for path, data in faults.items()]
    report, columns = prepared(source, PIXEL, tmp_path)
    assert [one.path for one in report.skipped] == list(faults)
    assert all(one.reason and one.path not in one.reason for one in report.skipped)
    assert sorted(columns["path"]) == [f"s{i}.png" for i in range(4)]
    assert (report.items, sum(report.sprites.values())) == (8, 4)
    assert not set(faults) & set(columns["species"])


def test_near_duplicate_frames_go(tmp_path: Path):
    frames = [blob(1), blob(2), blob(1), blob(3)]
    source = many(2)
    source.given.append(Item(path="moving.gif", data=gif(frames), species="moving"))
    _, columns = prepared(source, PIXEL, tmp_path)
    found = [
        (frame, name)
        for frame, name, path in zip(columns["frame"], columns["name"], columns["path"], strict=True)
        if path == "moving.gif"
    ]
    assert found == [(0, "moving"), (1, "moving-1"), (3, "moving-3")]
    _, columns = prepared(source, PIXEL, tmp_path, frames=2)
    assert sorted(columns["frame"]) == [0, 0, 0, 3]


def test_all_of_a_species_is_on_one_side(tmp_path: Path):
    source = ListSource([item(f"{s}-{i}.png", blob(10 * s + i), f"s{s}") for s in range(9) for i in range(4)])
    _, columns = prepared(source, PIXEL, tmp_path)
    assert len(set(zip(columns["species"], columns["split"], strict=True))) == 9
    assert columns["split"] == sorted(columns["split"], key=["train", "validation", "test"].index)


def test_views_shinies_and_a_limit_choose_files(tmp_path: Path):
    labels = [("front", False), ("back", False), ("front", True), ("back", True)]
    source = ListSource(
        [
            item(f"{s}-{view}-{shiny}.png", blob(s), f"s{s}", view=view, shiny=shiny)
            for s in range(5)
            for view, shiny in labels
        ]
    )
    assert prepared(source, PIXEL, tmp_path, views={"front"})[0].items == 10
    assert set(prepared(source, PIXEL, tmp_path, shiny=True)[1]["shiny"]) == {True}
    assert prepared(source, PIXEL, tmp_path, shiny=False, views={"back"})[0].items == 5
    assert prepared(source, PIXEL, tmp_path, limit=7)[0].items == 7


def test_hardened_and_cropped_sprites_are_counted(tmp_path: Path):
    soft = blob(1)
    soft[10, 10, 3] = 200
    source = ListSource(
        [
            item("soft.png", soft),
            item("plain.png", blob(2)),
            item("large.png", np.full((80, 9, 4), 255, np.uint8)),
        ]
    )
    report, _ = prepared(source, PIXEL, tmp_path)
    assert (report.hardened, report.cropped) == (1, 1)


@pytest.mark.parametrize("materialize", [False, True])
def test_two_processes_write_the_same_bytes_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, materialize: bool
):
    monkeypatch.setattr("spriteloom.data.rows.CHUNK_ITEMS", 3)
    monkeypatch.setattr(prepare_module, "EXPANDED_ROWS", 4)
    one, two = (tmp_path / f"{n}.parquet" for n in (1, 2))
    for out, workers in ((one, 1), (two, 2)):
        prepare(many(14), PIXEL_VQVAE, out=out, size=16, seed=4, workers=workers, materialize=materialize)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    "preprocessing", [PIXEL_VQVAE, POKEMON_VAE, PIXEL], ids=lambda preprocessing: preprocessing.name
)
def test_materialised_and_lazy_sets_show_the_same_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preprocessing: Preprocessing
):
    monkeypatch.setattr("spriteloom.data.rows.BUFFER_ROWS", 5)
    monkeypatch.setattr(prepare_module, "EXPANDED_ROWS", 2)
    monkeypatch.setattr(prepare_module, "GROUP_ROWS", 7)
    for name, materialize in (("lazy", False), ("all", True)):
        prepared(many(12), preprocessing, tmp_path / name, materialize=materialize, size=20, seed=2)
    lazy, written = (SpriteSet.open(tmp_path / name / OUT) for name in ("lazy", "all"))
    assert written.materialized == preprocessing.opaque and not lazy.materialized
    for split in ("train", "validation", "test"):
        mine, theirs = lazy.all_pictures(split), written.all_pictures(split)
        assert lazy.count(split) == written.count(split) == len(mine) > 0
        assert np.array_equal(mine.rgb, theirs.rgb) and np.array_equal(mine.inside, theirs.inside)


def test_materialised_files_are_rgb_with_a_one_bit_mask(tmp_path: Path):
    _, columns = prepared(many(3), PIXEL_VQVAE, tmp_path, materialize=True, size=16)
    assert Image.open(io.BytesIO(columns["image"][0]["bytes"])).mode == "RGB"
    assert Image.open(io.BytesIO(columns["mask"][0]["bytes"])).mode == "1"
    assert columns["variant"][:24] == list(PIXEL_VQVAE.variants("train"))
    assert len(set(columns["name"][:24])) == 1


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        (ListSource(), {}, "holds no picture"),
        (many(3), {"views": {"side"}}, "holds no picture"),
        (many(1), {}, "only one species.*add pictures"),
        (
            ListSource([Item(path="x.png", data=b"x", species="x")]),
            {},
            "none of the 1 files.*the first, x.png, is no",
        ),
        (many(3), {"size": 100_000}, "choose a size"),
        (many(3), {"fractions": {"exam": 1}}, "fractions"),
    ],
)
def test_a_set_that_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, source: ListSource, options: dict[str, object], words: str
):
    with pytest.raises(DataError, match=words) as refusal:
        prepared(source, PIXEL, tmp_path, **options)
    assert "\n" not in str(refusal.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError(28, "No space left on device"), RuntimeError])
@pytest.mark.parametrize("stage", ["reading", "writing"])
def test_what_interrupts_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, fault: BaseException, stage: str
):
    (tmp_path / OUT).write_bytes(b"old")

    def break_at(now: str, *_: int) -> None:
        if now == stage:
            raise fault

    expected = DataError if isinstance(fault, OSError) else fault
    with pytest.raises(expected):  # type: ignore[arg-type]
        prepared(many(3), PIXEL, tmp_path, progress=break_at)
    assert [path.name for path in tmp_path.iterdir()] == [OUT]
    assert (tmp_path / OUT).read_bytes() == b"old"


def test_a_full_disk_is_one_clear_line(tmp_path: Path):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(
            DataError, match=r"set\.parquet cannot be written .*check the folder and the disk"
        ):
            prepared(many(9), PIXEL, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_one_clear_line(tmp_path: Path):
    (tmp_path / OUT).mkdir()
    with pytest.raises(DataError, match="is a folder"):
        prepared(many(3), PIXEL, tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="cannot be written"):
        prepare(many(3), PIXEL, out=tmp_path / "file" / OUT, workers=1)


def test_progress_counts_files_then_rows(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    prepared(many(3), PIXEL, tmp_path, progress=lambda *now: told.append(now))
    assert told == [("reading", 3, 3), ("writing", 1, 3), ("writing", 2, 3), ("writing", 3, 3)]
