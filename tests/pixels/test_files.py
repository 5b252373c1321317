"""The door as a whole: formats by content, files by suffix, whatever is wrong with a file in one line."""

import os
import struct
import tracemalloc
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import Animation, Palette, Sprite, open_animation, save_animation, save_sprite
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.palette import index

SUFFIXES = [".png", ".apng", ".gif", ".webp"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("seed", range(5))
def test_saving_and_opening_again_changes_no_pixel(tmp_path, suffix, seed):
    chance = np.random.default_rng(seed)
    h, w, n = chance.integers(1, 40, 3)
    table = chance.integers(0, 256, (max(n, 2), 4), dtype=np.uint8)
    table[:, 3] = np.where(np.arange(len(table)) % 5 > 0, 255, 0)  # hidden colors are not 0 here
    frames = tuple(Sprite(pixels=table[chance.integers(0, len(table), (h, w))]) for _ in range(1 + seed))
    path = tmp_path / f"a{suffix}"
    save_animation(Animation(frames, (20,) * len(frames), 2), path)
    again = open_animation(path)
    assert (again.durations, again.loop if seed else 2) == ((20,) * len(frames), 2)
    for one, other in zip(again.frames, frames, strict=True):
        seen = other.pixels[..., 3] > 0
        assert np.array_equal(one.pixels[seen], other.pixels[seen])
        assert not one.pixels[~seen].any()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_still_is_one_frame_without_time(tmp_path, draw, suffix):
    save_sprite(Sprite(pixels=draw(4, 4)), tmp_path / f"a{suffix}")
    still = open_animation(tmp_path / f"a{suffix}")
    assert (len(still.frames), still.durations, still.loop) == (1, (0,), 1)


@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_a_sprite_with_a_palette_becomes_an_indexed_file_in_its_order(tmp_path, draw, suffix):
    pixels = draw(9, 9, colors=6)
    palette = Palette(np.vstack([Palette.of(pixels).colors[::-1], [(1, 2, 3, 255)]]))  # the last is not used
    save_sprite(Sprite(pixels=pixels, palette=palette), tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as file:
        assert file.mode == "P"
        assert np.array_equal(np.asarray(file), index(pixels, palette))
    assert Sprite.open(tmp_path / f"a{suffix}").palette == palette


def test_an_indexed_file_has_transparency_of_0_and_255_only_where_the_palette_has(draw):
    pixels = draw(9, 9)
    data = encode_png(pixels, Palette.of(pixels))
    at = data.index(b"tRNS")
    assert data[at + 4 : at + 4 + struct.unpack_from(">I", data, at - 4)[0]] == b"\0"


def test_a_sprite_off_its_palette_is_not_saved(tmp_path, draw):
    with pytest.raises(BadPalette, match=r"cannot save .*a\.png: color #"):
        save_sprite(Sprite(pixels=draw(4, 4), palette=Palette([(1, 2, 3)])), tmp_path / "a.png")
    with pytest.raises(BadPicture, match="the picture has partial alpha"):
        save_sprite(Sprite(pixels=draw(4, 4, alpha=(9,))), tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


def test_the_content_counts_not_the_suffix(tmp_path, draw):
    save_sprite(Sprite(pixels=draw(4, 4)), tmp_path / "a.gif")
    (tmp_path / "a.gif").rename(tmp_path / "a.png")
    assert Sprite.open(tmp_path / "a.png").pixels.shape == (4, 4, 4)


def test_bytes_are_opened_under_a_given_name(draw):
    data = encode_png(draw(3, 3))
    assert open_animation(data, name="slime").frames[0].name == "slime"
    with pytest.raises(BadPicture, match=r"^slime is truncated"):
        open_animation(data[:-1], name="slime")


def test_faster_and_smaller_are_the_same_picture(draw):
    pixels = draw(64, 64)
    fast, small = encode_png(pixels, level=1), encode_png(pixels, Palette.of(pixels), level=9)
    assert len(small) < len(fast)
    assert np.array_equal(open_animation(fast).frames[0].pixels, open_animation(small).frames[0].pixels)


def test_a_pick_of_frames_that_are_not_there_is_a_mistake(draw):
    for wanted in [(1,), (-1,), ()]:
        with pytest.raises(ValueError, match="of 1"):
            open_animation(encode_png(draw(2, 2)), pick=lambda _, wanted=wanted: wanted)


def test_an_unknown_suffix_names_the_known_ones(tmp_path, draw):
    with pytest.raises(BadPicture, match=r"use one of \.png \.apng \.gif \.webp"):
        save_sprite(Sprite(pixels=draw(2, 2)), tmp_path / "a.bmp")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))


def moving(suffix: str, folder: Path) -> bytes:
    frames = tuple(Sprite(pixels=np.full((5, 5, 4), 255, np.uint8)) for _ in range(3))
    save_animation(Animation(frames, (10, 10, 10)), folder / f"whole{suffix}")
    return (folder / f"whole{suffix}").read_bytes()


BAD = {
    "empty": (b"", "is an empty file"),
    "text": (b"once upon a time", "is not a PNG, GIF, WebP or Aseprite"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), "is not a PNG, GIF, WebP or Aseprite"),
    "png signature": (b"\x89PNG\r\n\x1a\n", "truncated"),
    "png 0×0": (png_header(0, 0) + chunk(b"IEND", b""), "is empty"),
    "png 30000×30000": (
        png_header(30_000, 30_000) + chunk(b"IEND", b""),
        "30000×30000, more than 32 Mi pixels",
    ),
    "png without a picture": (png_header(3, 3) + chunk(b"IEND", b""), "lacks a frame"),
    "png that ends early": (
        png_header(3, 3) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b""),
        "damaged in frame 1",
    ),
    "png of many pixels and few bytes": (
        png_header(5_000, 5_000) + chunk(b"IDAT", zlib.compress(bytes(900))) + chunk(b"IEND", b""),
        "damaged in frame 1",
    ),
    "apng of frames": (
        png_header(999, 999) + chunk(b"acTL", struct.pack(">II", 99, 0)) + chunk(b"IEND", b""),
        "999×999 × 99 frames",
    ),
    "apng of a billion frames": (
        png_header(1, 1) + chunk(b"acTL", struct.pack(">II", 10**9, 0)) + chunk(b"IEND", b""),
        "more than 16384 frames",
    ),
    "gif signature": (b"GIF89a", "truncated"),
    "gif without frames": (b"GIF89a\1\0\1\0\0\0\0;", "is empty"),
    "gif 0×0": (b"GIF89a\0\0\0\0\x80\0\0" + bytes(6) + b"," + bytes(9) + b"\2\0;", "empty frame"),
    "gif 30000×30000": (
        b"GIF89a\x30\x75\x30\x75\x80\0\0" + bytes(6) + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\0;",
        "30000×30000",
    ),
    "gif noise": (b"GIF89a\1\0\1\0\0\0\0" + b"\x77" * 40, "damaged"),
    "webp 30000×30000": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2f\x75\0\x2f\x75\0",
        "30000×30000",
    ),
    "webp head": (b"RIFF\xff\0\0\0WEBPVP8L", "truncated"),
    "webp nothing": (b"RIFF\x0c\0\0\0WEBPJUNK\0\0\0\0", "is empty"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_hostile_file_gets_one_line_with_its_name_and_the_reason(tmp_path, case, monkeypatch):
    data, reason = BAD[case]
    path = tmp_path / "bad.png"
    path.write_bytes(data)
    if "30000" in case:
        monkeypatch.setattr(Image, "frombytes", None)  # refused before anything is decoded
        monkeypatch.setattr(Image, "open", None)
    with pytest.raises(BadPicture, match=reason) as caught:
        open_animation(path)
    assert str(caught.value).startswith(f"{path} ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".png", ".gif", ".webp"])
def test_a_file_cut_anywhere_is_refused_and_left_closed(tmp_path, suffix):
    data = moving(suffix, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for cut in range(len(data) - 1):
            path = tmp_path / f"cut{suffix}"
            path.write_bytes(data[:cut])
            try:
                opened = open_animation(path)
            except BadPicture:
                continue
            assert suffix == ".gif"
            assert data[cut : cut + 2] == b"!\xf9", "only between two frames"
            assert len(opened.frames) < 3


@pytest.mark.parametrize("suffix", [".png", ".gif", ".webp"])
def test_noise_in_a_file_is_refused_or_read_but_never_crashes(tmp_path, suffix):
    data = moving(suffix, tmp_path)
    chance = np.random.default_rng(5)
    for _ in range(60):
        harmed = bytearray(data)
        for at in chance.integers(6, len(data), 3):
            harmed[at] = chance.integers(256)
        try:
            open_animation(bytes(harmed))
        except BadPicture as reason:
            assert "\n" not in str(reason)


def test_a_bomb_is_decoded_no_further_than_its_picture():
    stream = zlib.compress(bytes(2**26), 9)
    bomb = png_header(3, 3) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")
    tracemalloc.start()
    frame = open_animation(bomb).frames[0]
    assert tracemalloc.get_traced_memory()[1] < 10 * len(stream)
    tracemalloc.stop()
    assert not frame.pixels.any()


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(BadPicture, match="is a folder"):
        open_animation(tmp_path)
    with pytest.raises(BadPicture, match="does not exist"):
        open_animation(tmp_path / "none.png")
    with pytest.raises(BadPicture, match="cannot be read"):
        open_animation("a\0b.png")
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(BadPicture, match="not an ordinary file"):
        open_animation(tmp_path / "pipe.png")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"x")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(BadPicture, match=r"a\.png may not be read: check its permissions"):
        open_animation(tmp_path / "a.png")


def test_the_state_of_pillow_is_left_alone():
    assert Image.MAX_IMAGE_PIXELS == 1024 * 1024 * 1024 // 4 // 3
