import struct

import numpy as np
import pytest

from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite, open_palette, save_palette, save_sprite

OPAQUE = Palette([(0, 0, 0), (255, 128, 1), (16, 32, 48), (255, 128, 1)])
CLEAR = Palette([(1, 2, 3, 255), (0, 0, 0, 0), (200, 100, 50, 77)])
SUFFIXES = [".gpl", ".hex", ".pal", ".txt", ".png", ".ase"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_palette_survives_every_format(tmp_path, suffix):
    save_palette(OPAQUE, tmp_path / f"a{suffix}")
    assert open_palette(tmp_path / f"a{suffix}") == OPAQUE


@pytest.mark.parametrize("suffix", SUFFIXES[:-1])
def test_transparency_survives_every_format_that_holds_it(tmp_path, suffix):
    save_palette(CLEAR, tmp_path / f"a{suffix}")
    assert open_palette(tmp_path / f"a{suffix}") == CLEAR


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_value_of_a_channel_survives(tmp_path, suffix):
    ramp = Palette(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1))
    save_palette(ramp, tmp_path / f"a{suffix}")
    assert open_palette((tmp_path / f"a{suffix}").read_bytes()) == ramp  # by content alone


def test_adobe_swatches_refuse_transparency(tmp_path):
    with pytest.raises(BadPalette, match="no transparency"):
        save_palette(CLEAR, tmp_path / "a.ase")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".hex", ".pal", ".txt"])
def test_the_formats_of_windows_have_its_line_ends(tmp_path, suffix):
    save_palette(OPAQUE, tmp_path / f"a{suffix}")
    data = (tmp_path / f"a{suffix}").read_bytes()
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "GIMP Palette\nName: x\nColumns: 4\n# by hand\n  1   2   3\tUntitled\n255 255   0 0\n",
        "JASC-PAL\n0100\n2\n1 2 3\n255 255 0\n",
        "#010203\nFFFF00\n",
        "\ufeff010203\r\nffff00",
        "; a comment\r\nFF010203\r\nFFFFFF00\r\n",
    ],
)
def test_what_other_programs_write_is_read(text):
    assert open_palette(text.encode()) == Palette([(1, 2, 3), (255, 255, 0)])


def test_eight_digits_mean_what_the_suffix_says():
    assert open_palette(b"11223344", name="a.hex") == Palette([(0x11, 0x22, 0x33, 0x44)])
    assert open_palette(b"11223344", name="a.txt") == Palette([(0x22, 0x33, 0x44, 0x11)])


def test_adobe_groups_are_opened_and_grey_is_read():
    name = struct.pack(">H", 2) + "g\0".encode("utf-16-be")
    grey = name + b"Gray" + struct.pack(">fH", 0.5, 0)
    blocks = [(0xC001, name), (1, grey), (0xC002, b"")]
    body = b"".join(struct.pack(">HI", kind, len(block)) + block for kind, block in blocks)
    assert open_palette(b"ASEF\0\1\0\0\0\0\0\3" + body) == Palette([(128, 128, 128)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"RIFF\x10\0\0\0PAL data", "RIFF palette"),
        (b"\0\0\0\0\xe0\xa5" + bytes(20), "sprite of Aseprite"),
        (b"ASEF\0\1\0\0\0\0\0\2", "truncated"),
        (b"ASEF\0\1\0\0\0\0\0\0", "no color"),
        (b"ASEF\0\1\0\0\0\0\0\1\0\1\0\0\0\x18\0\0CMYK" + bytes(18), "CMYK"),
        (b"GIMP Palette\n#\n", "no color"),
        (b"GIMP Palette\n1 2\n", "'1 2'"),
        (b"GIMP Palette\n1 2 999\n", "above 255"),
        (b"JASC-PAL\n0100\n3\n1 2 3\n", "count"),
        (b"JASC-PAL\n0100\nx\n1 2 3\n", "count"),
        (b"112233\nhello\n", "'hello'"),
        (b"once upon a time", "not a known palette"),
        (b"\xff\xfe\xfd", "not a known palette"),
        (b"\x89PNG\r\n\x1a\n", "truncated"),
    ],
)
def test_a_bad_palette_says_its_name_and_what_is_wrong(data, reason):
    with pytest.raises(BadPalette, match=reason) as caught:
        open_palette(data, name="bad.palette")
    assert str(caught.value).startswith("bad.palette ")
    assert "\n" not in str(caught.value)


def test_a_picture_is_no_palette(tmp_path, draw):
    save_sprite(Sprite(pixels=draw(3, 4)), tmp_path / "a.png")
    with pytest.raises(BadPalette, match=r"a picture of 4×3"):
        open_palette(tmp_path / "a.png")


def test_missing_files_and_unknown_suffixes(tmp_path):
    with pytest.raises(BadPalette, match="does not exist"):
        open_palette(tmp_path / "none.gpl")
    with pytest.raises(BadPalette, match=r"use one of \.gpl"):
        save_palette(OPAQUE, tmp_path / "a.bmp")
