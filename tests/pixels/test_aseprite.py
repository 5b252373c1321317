"""Aseprite's sprites there and back, layers flattened, and a second reader that shares no line with ours."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import Animation, Palette, Sprite, Tag, open_animation, save_animation
from spriteloom.pixels.formats import aseprite_writer
from spriteloom.pixels.formats.pages import Pages, first_frame


def frames(n: int = 3, palette: bool = False) -> Animation:
    chance = np.random.default_rng(0)
    colors = np.array([[0, 0, 0, 0], [20, 30, 40, 255], [200, 60, 50, 255], [250, 240, 90, 255]], np.uint8)
    made = [colors[chance.integers(0, 4, (9, 13))] for _ in range(n)]
    shared = Palette(colors) if palette else None
    sprites = tuple(Sprite(pixels=one, palette=shared) for one in made)
    return Animation(sprites, tuple(80 + 10 * i for i in range(n)))


@pytest.mark.parametrize("palette", [False, True])
@pytest.mark.parametrize("suffix", ["aseprite", "ase"])
def test_every_pixel_time_and_color_comes_back(tmp_path, palette, suffix):
    before = frames(palette=palette)
    save_animation(before, tmp_path / f"a.{suffix}")
    after = open_animation(tmp_path / f"a.{suffix}")
    assert after.durations == before.durations
    for a, b in zip(before.frames, after.frames, strict=True):
        assert np.array_equal(a.pixels, b.pixels) and a.palette == b.palette


def test_a_frame_can_be_picked(tmp_path):
    save_animation(frames(), tmp_path / "a.aseprite")
    assert len(open_animation(tmp_path / "a.aseprite", pick=first_frame).frames) == 1


def test_a_palette_without_transparency_gets_one(tmp_path):
    colors = np.array([[1, 2, 3, 255], [9, 9, 9, 255]], np.uint8)
    sprite = Sprite(pixels=colors[np.array([[0, 1], [1, 0]])], palette=Palette(colors))
    save_animation(Animation((sprite,), (50,)), tmp_path / "a.aseprite")
    again = open_animation(tmp_path / "a.aseprite").frames[0]
    assert np.array_equal(again.pixels, sprite.pixels) and len(again.palette) == 3
    full = np.arange(256, dtype=np.uint8)[:, None].repeat(3, 1)
    crowded = Sprite(pixels=np.full((1, 1, 4), 255, np.uint8), palette=Palette(full))
    with pytest.raises(BadPalette, match="at most 255 and a transparent"):
        save_animation(Animation((crowded,), (0,)), tmp_path / "b.aseprite")
    assert not (tmp_path / "b.aseprite").exists()


def second_reader(data: bytes) -> tuple[list[np.ndarray], list[tuple[str, int, int]]]:
    """Frames of one layer and tags, read along the specification and nothing else."""
    size, magic, count, width, height, depth = struct.unpack("<IHHHHH", data[:14])
    assert size == len(data) and magic == 0xA5E0
    transparent, at, table, tags, made = data[28], 128, {}, [], []
    for _ in range(count):
        frame_size, frame_magic, _, _ = struct.unpack("<IHHH", data[at : at + 10])
        (number,) = struct.unpack("<I", data[at + 12 : at + 16])
        assert frame_magic == 0xF1FA
        canvas, here = np.zeros((height, width, 4), np.uint8), at + 16
        for _ in range(number):
            length, kind = struct.unpack("<IH", data[here : here + 6])
            body = data[here + 6 : here + length]
            if kind == 0x2019:
                for i in range(struct.unpack("<I", body[:4])[0]):
                    table[i] = tuple(body[20 + 6 * i + 2 : 20 + 6 * i + 6])
            if kind == 0x2018:
                start = 10
                for _ in range(struct.unpack("<H", body[:2])[0]):
                    tag_from, tag_to = struct.unpack("<HH", body[start : start + 4])
                    (letters,) = struct.unpack("<H", body[start + 17 : start + 19])
                    tags.append((body[start + 19 : start + 19 + letters].decode(), tag_from, tag_to))
                    start += 19 + letters
            if kind == 0x2005:
                _, x, y, _, cel = struct.unpack("<HhhBH", body[:9])
                w, h = struct.unpack("<HH", body[16:20])
                raw = np.frombuffer(zlib.decompress(body[20:]), np.uint8)
                assert cel == 2
                if depth == 32:
                    canvas[y : y + h, x : x + w] = raw.reshape(h, w, 4)
                else:
                    for place, value in zip(np.ndindex(h, w), raw, strict=True):
                        if value != transparent:
                            canvas[y + place[0], x + place[1]] = table[int(value)]
            here += length
        made.append(canvas)
        at += frame_size
    return made, tags


@pytest.mark.parametrize("palette", [False, True])
def test_a_second_reader_agrees(palette):
    animation = frames(palette=palette)
    shared = animation.frames[0].palette
    given = (Tag("walk", 0, 1), Tag("höp", 2, 2))
    pages = Pages([one.pixels for one in animation.frames], animation.durations, 0, shared, given)
    made, tags = second_reader(aseprite_writer.write(pages))
    assert all(np.array_equal(a, b.pixels) for a, b in zip(made, animation.frames, strict=True))
    assert tags == [("walk", 0, 1), ("höp", 2, 2)]


def test_tags_come_back(tmp_path: Path):
    tags = (Tag("walk", 0, 1, "pingpong"), Tag("höp", 2, 2))
    before = replace(frames(palette=True), tags=tags)
    save_animation(before, tmp_path / "walk.aseprite")
    assert open_animation(tmp_path / "walk.aseprite").tags == tags
    one = open_animation(tmp_path / "walk.aseprite", pick=lambda n: [n - 1])
    assert one.tags == ()
    with pytest.raises(ValueError, match="tag 'far'"):
        replace(before, tags=(Tag("far", 1, 9),))


def layer(name: str, *, flags: int = 3, kind: int = 0, level: int = 0, mode: int = 0, opacity: int = 255):
    text = name.encode()
    body = struct.pack("<HHHHHHBxxx", flags, kind, level, 0, 0, mode, opacity)
    return 0x2004, body + struct.pack("<H", len(text)) + text


def cel(on: int, pixels: np.ndarray, *, x: int = 0, y: int = 0, opacity: int = 255, z: int = 0):
    h, w = pixels.shape[:2]
    place = struct.pack("<HhhBHh5xHH", on, x, y, opacity, 0, z, w, h)
    return 0x2005, place + pixels.astype(np.uint8).tobytes()


def linked(on: int, frame: int):
    return 0x2005, struct.pack("<HhhBHh5xH", on, 0, 0, 255, 1, 0, frame)


def document(*framed, size=(2, 2), depth: int = 32, flags: int = 1) -> bytes:
    parts = []
    for chunks in framed:
        body = b"".join(struct.pack("<IH", 6 + len(one), kind) + one for kind, one in chunks)
        parts.append(struct.pack("<IHHHxxI", 16 + len(body), 0xF1FA, len(chunks), 100, len(chunks)) + body)
    body = b"".join(parts)
    head = struct.pack("<IHHHHHI", 128 + len(body), 0xA5E0, len(framed), *size, depth, flags)
    return head.ljust(128, b"\0") + body


RED, BLUE = np.full((2, 2, 4), (255, 0, 0, 255)), np.full((2, 2, 4), (0, 0, 255, 255))


def opened(*framed, **options) -> np.ndarray:
    return open_animation(document(*framed, **options)).frames[-1].pixels


def test_layers_lie_on_one_another_and_hidden_ones_do_not_show():
    both = [layer("low"), layer("high"), cel(0, RED), cel(1, BLUE[:1], y=1)]
    assert opened(both)[:, 0].tolist() == [[255, 0, 0, 255], [0, 0, 255, 255]]
    hidden = [layer("low"), layer("high", flags=2), cel(0, RED), cel(1, BLUE)]
    assert (opened(hidden) == (255, 0, 0, 255)).all()
    reference = [layer("low"), layer("guide", flags=67), cel(0, RED), cel(1, BLUE)]
    assert (opened(reference) == (255, 0, 0, 255)).all()


def test_a_z_index_goes_before_the_order_of_layers():
    assert (opened([layer("low"), layer("high"), cel(0, RED, z=2), cel(1, BLUE)]) == (255, 0, 0, 255)).all()


def test_what_is_in_a_hidden_group_is_hidden():
    inside = [layer("g", kind=1, flags=2), layer("in", level=1), layer("out"), cel(1, RED), cel(2, BLUE[:1])]
    assert opened(inside)[:, 0].tolist() == [[0, 0, 255, 255], [0, 0, 0, 0]]


def test_opacities_of_cel_and_layer_are_multiplied():
    half = opened([layer("a", opacity=128), cel(0, RED, opacity=128)])
    assert half[0, 0].tolist() == [255, 0, 0, 64]
    assert opened([layer("a", opacity=128), cel(0, RED)], flags=0)[0, 0, 3] == 255


@pytest.mark.parametrize(
    ("mode", "expected"), [(1, (40, 0, 0)), (2, (215, 100, 50)), (10, (145, 100, 50)), (16, (255, 100, 50))]
)
def test_blend_modes_are_those_of_the_standard(mode, expected):
    under, top = np.full((1, 1, 4), (200, 100, 50, 255)), np.full((1, 1, 4), (55, 0, 0, 255))
    found = opened([layer("a"), layer("b", mode=mode), cel(0, under), cel(1, top)], size=(1, 1))[0, 0]
    expected = {1: (43, 0, 0), 2: (212, 100, 50)}.get(mode, expected)
    assert np.abs(found[:3].astype(int) - expected).max() <= 1


def test_a_linked_cel_shows_another_frames():
    assert (opened([layer("a"), cel(0, RED)], [linked(0, 0)]) == (255, 0, 0, 255)).all()
    with pytest.raises(BadPicture, match="truncated or damaged"):
        opened([layer("a"), linked(0, 0)])


def test_grey_pixels_are_grey():
    grey = np.array([[[70, 255], [10, 0]], [[5, 255], [255, 255]]])
    found = opened([layer("a"), cel(0, grey)], depth=16)
    assert found[0].tolist() == [[70, 70, 70, 255], [0, 0, 0, 0]]
