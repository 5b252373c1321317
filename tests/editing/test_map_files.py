"""A map is easy to write, and a slip in it is easy to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from spriteloom.editing.map_files import read_map
from spriteloom.errors import BadPalette

WINTER = {(0x38, 0xB7, 0x64): (0x73, 0xEF, 0xF7), (0, 0, 0): (0x1A, 0x1C, 0x2C)}


@pytest.mark.parametrize(
    "text",
    [
        "; slime in winter\n#38b764 -> #73eff7\n\n#000000 -> #1a1c2c\n",
        "\ufeff38B764->73EFF7\r\n  000000   ->  1A1C2C  ",
        '{"#38b764": "#73eff7", "#000000": "#1a1c2c"}',
        "#38b764 -> #73eff7\n#000000 -> #1a1c2c\n#38b764 -> #73eff7",
    ],
)
def test_lines_and_json_say_the_same(tmp_path: Path, text: str) -> None:
    (tmp_path / "winter").write_text(text, encoding="utf-8")
    assert read_map(tmp_path / "winter") == WINTER


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"#38b764 #73eff7", "has the line '#38b764 #73eff7'"),
        (b"#38b764 -> blue", "'blue' where a color should be"),
        (b"#38b -> #73eff7", "'#38b' where a color should be"),
        (b"#38b764 -> #73eff7\n#38b764 -> #000000", "#38b764 to two colors"),
        (b'{"#38b764": "#73eff7", "#38b764": "#000000"}', "#38b764 to two colors"),
        (b'{"#38b764": 7}', "'7' where a color should be"),
        (b'{"#38b764": ', "is not valid JSON"),
        (b"; nothing", "names no color"),
        (b"", "names no color"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "is not a text file"),
    ],
)
def test_a_slip_is_told_in_one_line_with_the_file_s_name(tmp_path: Path, data: bytes, complaint: str) -> None:
    path = tmp_path / "winter.txt"
    path.write_bytes(data)
    with pytest.raises(BadPalette) as error:
        read_map(path)
    assert str(error.value).startswith(f"{path} ") and complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadPalette, match="does not exist"):
        read_map(tmp_path / "none.txt")
