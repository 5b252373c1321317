"""`audit` finds what was planted, and only that."""

import json
from pathlib import Path

import numpy as np
import pytest
from tiny import ListSource, blob, gif, item, many

from spriteloom.data.audit import NEAR_BITS, AuditReport, audit
from spriteloom.data.fingerprints import LOOK_BITS, fingerprint, similar_looks
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.source import Item
from spriteloom.data.store import SpriteSet
from spriteloom.pixels.arrays import Pixels


def recolored(pixels: Pixels) -> Pixels:
    """Every visible color replaced by another, one to one."""
    return np.where(pixels[..., 3:] > 0, pixels ^ np.array([85, 170, 15, 0], np.uint8), pixels)


def touched(pixels: Pixels) -> Pixels:
    """One visible pixel changed."""
    pixels = pixels.copy()
    pixels[12, 10, 0] ^= 255
    return pixels


def audited(*extra: Item) -> AuditReport:
    """Of eight sound species and what is given."""
    return audit(ListSource([*many(8).given, *extra]), workers=1)


def test_a_sound_source_has_nothing_odd():
    report = audited()
    assert (report.samples, report.frames, report.species) == (8, 8, 8)
    assert not (report.unreadable or report.duplicates or report.recolors or report.near_duplicates)
    assert not (report.over_represented or report.species_on_two_sides or report.blank_frames)
    assert report.sizes == {"20×24": 8}


def test_unreadable_files_are_named_with_the_reason():
    report = audited(Item(path="x.png", data=b"text", species="x"), Item(path="y", data=b"", species="y"))
    assert [file.path for file in report.unreadable] == ["x.png", "y"]
    assert "is not a PNG" in report.unreadable[0].reason and report.species == 8


def test_exact_duplicates_are_found_whatever_their_margin():
    report = audited(item("copy.png", np.pad(blob(3), ((5, 1), (2, 7), (0, 0))), "s3"))
    assert [group.paths for group in report.duplicates] == [("copy.png", "s3.png")]
    assert not report.recolors and not report.near_duplicates


def test_recolors_are_found_and_are_no_duplicates():
    report = audited(item("shiny.png", recolored(blob(3)), "s3", shiny=True))
    assert [group.paths for group in report.recolors] == [("s3.png", "shiny.png")]
    assert not report.duplicates


def test_animations_that_share_drawings_are_one_finding():
    frames = [blob(i) for i in (20, 21, 22)]
    report = audited(
        Item(path="a.gif", data=gif(frames), species="a"),
        Item(path="b.gif", data=gif([recolored(frame) for frame in frames]), species="a"),
    )
    assert [(group.paths, group.frames) for group in report.recolors] == [(("a.gif", "b.gif"), 3)]


def test_near_duplicates_of_another_species_are_found():
    report = audited(item("thief.png", touched(blob(3)), "thief"), item("own.png", touched(blob(4)), "s4"))
    assert [group.paths for group in report.near_duplicates] == [("s3.png", "thief.png")]
    assert report.near_duplicate_pairs == 1 and report.near_duplicates[0].bits <= NEAR_BITS


def test_frames_are_counted_blank_and_repeated_ones_too():
    blank = np.zeros((24, 20, 4), np.uint8)
    report = audited(Item(path="a.gif", data=gif([blob(30), blob(31), blank, blob(30)]), species="a"))
    assert (report.frames, report.repeated_frames, report.blank_frames) == (12, 1, 1)


def test_colors_and_partial_alpha_are_counted():
    chance = np.random.default_rng(0)
    photo = chance.integers(0, 256, (30, 30, 4), dtype=np.uint8)
    photo[..., 3] = 255
    photo[0, :7, 3] = 100
    report = audited(item("photo.png", photo))
    assert (report.colors.least, report.colors.median, report.colors.most) == (6, 6, 900)
    assert (report.colors.over_16, report.colors.over_256) == (1, 1)
    assert (report.semi_transparent_frames, report.semi_transparent_pixels) == (1, 7)


def test_a_species_with_more_than_three_times_the_median_is_named():
    report = audited(*(item(f"more{i}.png", blob(50 + i), "s0") for i in range(3)))
    assert report.over_represented == {"s0": 4} and report.median_samples == 1


def test_missing_labels_are_counted():
    report = audited(item("known.png", blob(9), types=("fire",), shape="ball", view="front"))
    assert report.missing_labels == {"types": 8, "shape": 8, "color": 9, "view": 8, "text": 9}


def test_a_prepared_set_says_its_sides(tmp_path: Path):
    source = many(8)
    source.given += [item(f"copy{i}.png", blob(i), f"copy{i}") for i in range(8)]
    prepare(source, PIXEL, out=tmp_path / "a.parquet", workers=1, fractions={"train": 1, "test": 1})
    report = audit(SpriteSet.open(tmp_path / "a.parquet"), workers=1)
    assert report.samples == 16 and len(report.duplicates) == 8
    assert {group.splits for group in report.duplicates} > {("test", "train")}
    assert not report.species_on_two_sides
    assert dict(report.rows())["duplicates in two splits"] != "none"


def test_a_species_on_two_sides_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    prepare(many(8), PIXEL, out=tmp_path / "a.parquet", workers=1)
    found = SpriteSet.open(tmp_path / "a.parquet")
    spoilt = {"train": "s0", "validation": "s0", "test": "s1"}
    items = {split: [item(f"{split}.png", blob(i), spoilt[split])] for i, split in enumerate(spoilt)}
    monkeypatch.setattr(SpriteSet, "items", lambda _, split: iter(items[split]))
    assert audit(found, workers=1).species_on_two_sides == {"s0": ("train", "validation")}


def test_two_processes_find_the_same_as_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("spriteloom.data.rows.CHUNK_ITEMS", 3)
    source = ListSource([*many(8).given, item("copy.png", blob(1)), Item(path="x", data=b"?", species="x")])
    assert audit(source, workers=1) == audit(source, workers=2)


def test_nothing_at_all_is_a_report_too():
    report = audit(ListSource(), workers=1)
    assert report.samples == 0 and report.rows()


def test_the_report_is_json_and_a_table():
    report = audited(item("copy.png", blob(3), "s3"), Item(path="x", data=b"?", species="x"))
    assert json.loads(json.dumps(report.to_json()))["duplicates"][0]["paths"] == ["copy.png", "s3.png"]
    table = dict(report.rows())
    assert table["exact duplicates"] == "1: copy.png = s3.png" and table["unreadable"].startswith(
        "1: x is not a PNG"
    )


def test_looks_are_compared_exactly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("spriteloom.data.fingerprints.BLOCK", 7)
    looks = np.random.default_rng(0).integers(0, 256, (40, LOOK_BITS // 8), dtype=np.uint8)
    looks[20:] = looks[:20]
    looks[20:30, 0] ^= 0b101
    bits = np.unpackbits(looks, axis=1)
    expected = {
        (i, j, int((bits[i] != bits[j]).sum()))
        for i in range(40)
        for j in range(i + 1, 40)
        if (bits[i] != bits[j]).sum() <= 50
    }
    assert set(similar_looks(looks, 50)) == expected


def test_a_figure_too_small_to_judge_looks_like_nothing():
    dot = np.zeros((9, 9, 4), np.uint8)
    dot[4, 4:7] = [(1, 2, 3, 255), (3, 2, 1, 255), (9, 9, 9, 255)]
    assert fingerprint(dot).pixels and not fingerprint(dot).look and not fingerprint(dot).drawing
