"""encode, decode and reconstruct: what goes in by a name comes out by that name, in its size and shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from spriteloom.models.load import load
from spriteloom.pixels import Sprite


def opened(folder: Path) -> dict[str, Sprite]:
    return {path.name: Sprite.open(path) for path in sorted(folder.iterdir())}


def test_sprites_come_back_by_name_in_size_and_shape(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    assert cli("reconstruct", "--model", run, tmp_path / "art", "--out", tmp_path / "out").status == 0
    found, codec = opened(tmp_path / "out"), load(run).codec
    assert found.keys() == {f"{sprite.name}.png" for sprite in sprites}
    for sprite in sprites:
        again = found[f"{sprite.name}.png"]
        assert np.array_equal(again.pixels[..., 3], sprite.pixels[..., 3])
        assert np.array_equal(again.pixels, codec.decode(codec.encode([sprite]))[0].pixels)


def test_codes_in_a_file_are_the_same_as_none(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    assert sprites
    assert cli("encode", "--model", run, tmp_path / "art", "--out", tmp_path / "codes.npz").status == 0
    assert cli("decode", "--model", run, tmp_path / "codes.npz", "--out", tmp_path / "a").status == 0
    assert cli("reconstruct", "--model", run, tmp_path / "art", "--out", tmp_path / "b").status == 0
    a, b = opened(tmp_path / "a"), opened(tmp_path / "b")
    assert a.keys() == b.keys()
    assert all(np.array_equal(a[name].pixels, b[name].pixels) for name in a)


def test_codes_in_parquet_are_those_in_npz(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    assert sprites
    for name in ("codes.npz", "codes.parquet"):
        assert cli("encode", "--model", run, tmp_path / "art", "--out", tmp_path / name).status == 0
        assert cli("decode", "--model", run, tmp_path / name, "--out", tmp_path / name[6:]).status == 0
    a, b = opened(tmp_path / "npz"), opened(tmp_path / "parquet")
    assert a.keys() == b.keys() and all(np.array_equal(a[name].pixels, b[name].pixels) for name in a)
    assert cli("decode", "--model", run, tmp_path / "art", "--out", tmp_path / "c").is_one_line
    (tmp_path / "x.parquet").write_text("no codes")
    assert cli("decode", "--model", run, tmp_path / "x.parquet", "--out", tmp_path / "c").is_one_line


def test_a_codec_of_patches_has_nothing_to_search(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    assert sprites
    words = ("encode", "--model", run, tmp_path / "art", "--out", tmp_path / "codes.npz", "--careful")
    assert cli(*words).is_one_line and not (tmp_path / "codes.npz").exists()


def test_the_same_pictures_give_the_same_bytes(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    assert sprites
    for name in ("a.npz", "b.npz"):
        cli("encode", "--model", run, tmp_path / "art", "--out", tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_two_of_one_name_are_both_kept(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        sprites[0].save(tmp_path / folder / "slime.png")
    sprites[1].save(tmp_path / "c" / "slime-2.png")
    ended = cli("reconstruct", "--model", run, *(tmp_path / f for f in "abc"), "--out", tmp_path / "out")
    found = opened(tmp_path / "out")
    assert ended.status == 0 and len(found) == 4
    shapes = sorted(sprite.pixels.shape for sprite in found.values())
    assert shapes == sorted([sprites[0].pixels.shape] * 3 + [sprites[1].pixels.shape])


def test_a_name_in_a_file_of_codes_leads_nowhere(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    codec = load(run).codec
    names = ["../../outside", "/etc/slime", "..", ""]
    hostile = [Sprite(pixels=sprite.pixels, name=name) for sprite, name in zip(sprites, names, strict=True)]
    codec.encode(hostile).save(tmp_path / "codes.npz")
    before = {path for path in tmp_path.rglob("*") if tmp_path / "out" not in path.parents}
    assert cli("decode", "--model", run, tmp_path / "codes.npz", "--out", tmp_path / "out").status == 0
    after = {path for path in tmp_path.rglob("*") if tmp_path / "out" not in path.parents}
    assert after - before == {tmp_path / "out"} and len(list((tmp_path / "out").iterdir())) == 4


def test_one_bad_file_never_stops_a_folder(cli, run: Path, sprites: list[Sprite], tmp_path: Path):
    (tmp_path / "art" / "broken.gif").write_bytes(b"GIF89a\x10\x00")
    (tmp_path / "art" / "words.png").write_text("no picture")
    ended = cli("reconstruct", "--model", run, tmp_path / "art", "--out", tmp_path / "out")
    assert ended.status == 0 and len(opened(tmp_path / "out")) == len(sprites)
    assert "broken.gif" in ended.err and "words.png" in ended.err
    assert cli("encode", "--model", run, tmp_path / "art", "--out", tmp_path / "codes.npz").status == 0


def test_half_alpha_becomes_whole(cli, run: Path, tmp_path: Path):
    pixels = np.zeros((6, 6, 4), np.uint8)
    pixels[..., :3], pixels[:3, :, 3], pixels[3:, :, 3] = 120, 200, 90
    Image.fromarray(pixels, "RGBA").save(tmp_path / "ghost.png")
    cli("reconstruct", "--model", run, tmp_path / "ghost.png", "--out", tmp_path / "out")
    alpha = Sprite.open(tmp_path / "out" / "ghost.png").pixels[..., 3]
    assert (alpha[:3] == 255).all() and (alpha[3:] == 0).all()
