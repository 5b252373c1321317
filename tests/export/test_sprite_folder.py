"""Sprites, their records and a sheet are written into a folder; errors name what is in the way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from spriteloom.errors import BadPicture, RunError
from spriteloom.export.sheets import contact_sheet
from spriteloom.export.sprite_folder import RECORDS, read_sprites, write_sprites
from spriteloom.pixels import Sprite


def sprites() -> list[Sprite]:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 6, 4, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    labels = ({"types": ("fire", "flying"), "shape": "wings"}, {"color": "bleu pâle"})
    return [Sprite(pixels=pixels[i], name=f"new-{i}", labels=labels[i]) for i in range(2)]


def test_a_picture_and_a_record_of_each(tmp_path: Path):
    out = tmp_path / "far" / "away"
    records = write_sprites(sprites(), out, first_seed=41)
    assert records == [
        {"file": "new-0.png", "seed": 41, "labels": {"types": ["fire", "flying"], "shape": "wings"}},
        {"file": "new-1.png", "seed": 42, "labels": {"color": "bleu pâle"}},
    ]
    assert json.loads((out / RECORDS).read_text(encoding="utf-8")) == records
    assert {path.name for path in out.iterdir()} == {"new-0.png", "new-1.png", RECORDS}
    for sprite, record in zip(sprites(), records, strict=True):
        assert (Sprite.open(out / record["file"]).pixels == sprite.pixels).all()


def test_reading_undoes_writing(tmp_path: Path):
    write_sprites(sprites(), tmp_path, first_seed=0)
    for before, after in zip(sprites(), read_sprites(tmp_path), strict=True):
        assert (after.pixels == before.pixels).all()
        assert (after.name, after.labels) == (before.name, before.labels)


def test_a_contact_sheet(tmp_path: Path):
    write_sprites(sprites(), tmp_path, first_seed=0, sheet="all.png")
    assert (Sprite.open(tmp_path / "all.png").pixels == contact_sheet(sprites()).pixels).all()


def test_written_twice_is_written_alike(tmp_path: Path):
    def written() -> dict[str, bytes]:
        write_sprites(sprites(), tmp_path, first_seed=0, sheet="sheet.png")
        return {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert written() == written() and len(written()) == 4


def test_a_file_where_the_folder_should_be(tmp_path: Path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(RunError, match="out cannot be made"):
        write_sprites(sprites(), tmp_path / "out", first_seed=0)
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize(("taken", "error"), [(RECORDS, RunError), ("new-1.png", BadPicture)])
def test_a_folder_where_a_file_should_be(tmp_path: Path, taken: str, error: type[Exception]):
    (tmp_path / taken).mkdir()
    with pytest.raises(error, match=rf"{taken}"):
        write_sprites(sprites(), tmp_path, first_seed=0)
    assert not list(tmp_path.glob(".*"))


def test_a_sheet_of_no_format_we_write(tmp_path: Path):
    with pytest.raises(BadPicture, match="suffix that cannot be written"):
        write_sprites(sprites(), tmp_path, first_seed=0, sheet="sheet.bmp")
