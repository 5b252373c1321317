"""export: the files that each game or program reads, from a folder of sprites or a codec."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from run_kit import small_set
from spriteloom.export.sprite_folder import SHEET, write_sprites
from spriteloom.models.load import load
from spriteloom.pixels import Animation, Sprite, open_animation, save_animation
from tiny_families import tiny_run

SPRITES = list(small_set().sprites("train", limit=3))


@pytest.fixture
def creatures(tmp_path: Path) -> Path:
    named = [Sprite(pixels=one.pixels, name=f"made-{i}") for i, one in enumerate(SPRITES)]
    write_sprites(named, tmp_path / "made", first_seed=0)
    return tmp_path / "made"


@pytest.mark.parametrize(
    ("game", "file"),
    [
        ("showdown", "data/mods/grove/pokedex.js"),
        ("essentials", "PBS/pokemon_spriteloom.txt"),
        ("tuxemon", "mods/grove/l18n/en_US/LC_MESSAGES/base.po"),
    ],
)
def test_creatures_become_files_of_a_game(cli, creatures: Path, tmp_path: Path, game: str, file: str):
    mod = () if game == "essentials" else ("--mod", "grove")
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        ended = cli("export", game, creatures, "--out", tmp_path / folder, "--seed", seed, *mod)
        assert ended.status == 0 and "3 creatures" in ended.err
    names = [one["name"] for one in json.loads((tmp_path / "a" / "manifest.json").read_text())["creatures"]]
    text = (tmp_path / "a" / file).read_text()
    assert len(names) == 3 and all(name in text for name in names)
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b") != files_of(tmp_path / "c")


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_folder_without_sprites_is_one_line(cli, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for verb in ("showdown", "essentials", "tuxemon", "sheet", "aseprite"):
        assert cli("export", verb, tmp_path / "empty", "--out", tmp_path / "out").is_one_line


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two still pictures and an animation of three frames, of one size."""
    folder = tmp_path / "art"
    folder.mkdir()
    for i, sprite in enumerate(SPRITES[:2]):
        sprite.save(folder / f"still-{i}.png")
    frames = tuple(Sprite(pixels=np.roll(SPRITES[2].pixels, i, 1)) for i in range(3))
    save_animation(Animation(frames, (100, 200, 300)), folder / "walk.gif")
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_sheets_hold_every_frame_where_their_json_says(cli, pictures: Path, tmp_path: Path):
    ended = cli("export", "sheet", pictures, "--out", tmp_path / "out", "--columns", 2, "--margin", 1)
    assert ended.status == 0 and "2 sheets" in ended.err
    for name, frames in (("walk", open_animation(pictures / "walk.gif").frames), ("sprites", SPRITES[:2])):
        about = json.loads((tmp_path / "out" / f"{name}.json").read_text())
        sheet = Sprite.open(tmp_path / "out" / f"{name}.png").pixels
        assert len(about["frames"]) == len(frames)
        for cell, frame in zip(frame_list(about), frames, strict=True):
            x, y, w, h = (cell["frame"][key] for key in "xywh")
            assert np.array_equal(sheet[y : y + h, x : x + w], frame.pixels)


def frame_list(about: dict) -> list[dict]:
    return list(about["frames"].values()) if isinstance(about["frames"], dict) else about["frames"]


def test_bare_sheets_have_numbers_as_keys(cli, pictures: Path, tmp_path: Path):
    cli("export", "sheet", pictures / "walk.gif", "--out", tmp_path / "out", "--bare")
    about = json.loads((tmp_path / "out" / "walk.json").read_text())
    assert list(about["frames"]) == ["0", "1", "2"]


def test_stills_of_two_sizes_do_not_fit_one_sheet(cli, pictures: Path, tmp_path: Path):
    Sprite(pixels=SPRITES[0].pixels[:20]).save(pictures / "small.png")
    ended = cli("export", "sheet", pictures, "--out", tmp_path / "out")
    assert ended.is_one_line and "32×20" in ended.err and "32×32" in ended.err


def test_aseprite_files_hold_the_same_pixels(cli, pictures: Path, tmp_path: Path):
    ended = cli("export", "aseprite", pictures, "--out", tmp_path / "out")
    assert ended.status == 0 and "3 sprites" in ended.err
    for name in ("still-0.png", "still-1.png", "walk.gif"):
        before = open_animation(pictures / name)
        after = open_animation((tmp_path / "out" / name).with_suffix(".aseprite"))
        assert after.durations == before.durations or len(before.frames) == 1
        for old, new in zip(before.frames, after.frames, strict=True):
            assert np.array_equal(old.pixels, new.pixels)


def test_a_codec_becomes_onnx_files(cli, tmp_path: Path):
    onnxruntime = pytest.importorskip("onnxruntime")
    ended = cli("export", "onnx", tiny_run("codec"), "--out", tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert ended.status == 0 and names == {"decoder.onnx", "encoder-nearest.onnx", "encoder.onnx"}
    codec, rgb = load(tiny_run("codec")).codec, small_set().all_pictures("test", limit=2).rgb
    session = onnxruntime.InferenceSession(tmp_path / "out" / "encoder.onnx")
    assert np.array_equal(session.run(None, {"rgb": rgb})[0], codec.encode_rgb(rgb))
    assert cli("export", "onnx", tiny_run("vae"), "--out", tmp_path / "no").is_one_line


def test_the_contact_sheet_of_a_folder_is_no_sprite(cli, tmp_path: Path):
    new = tmp_path / "new"
    named = [Sprite(pixels=one.pixels, name=f"made-{i}") for i, one in enumerate(SPRITES)]
    write_sprites(named, new, first_seed=0, sheet=SHEET)
    sprites = {path.stem for path in new.glob("*.png")} - {"sheet"}
    assert cli("export", "sheet", new, "--out", tmp_path / "sheets").status == 0
    about = json.loads((tmp_path / "sheets" / "sprites.json").read_text())
    assert len(about["frames"]) == 3
    assert cli("export", "aseprite", new, "--out", tmp_path / "ase").status == 0
    assert {path.stem for path in (tmp_path / "ase").iterdir()} == sprites
    (new / "sprites.json").unlink()  # a folder of the user's own: sheet.png is a picture like the others
    assert cli("export", "aseprite", new, "--out", tmp_path / "all").status == 0
    assert {path.stem for path in (tmp_path / "all").iterdir()} == sprites | {"sheet"}
