"""Sprites as half blocks in a terminal: their colors, their transparency, as many in a row as fit."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from spriteloom.cli import show
from spriteloom.cli.show import lines_of, print_sprites
from spriteloom.pixels import Sprite

RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)
CODE = re.compile(r"\x1b\[([\d;]*)m")


def sprite(*rows: tuple[tuple[int, ...], ...]) -> Sprite:
    return Sprite(pixels=np.array(rows, np.uint8))


def plain(line: str) -> str:
    return CODE.sub("", line)


def drawn(lines: list[str]) -> np.ndarray:
    """What a terminal shows: the pixels of lines, uint8 (h, w, 4)."""
    width = max(len(plain(line)) for line in lines)
    pixels = np.zeros((2 * len(lines), width, 4), np.uint8)
    for y, line in enumerate(lines):
        front = back = CLEAR
        x = 0
        for code, character in re.findall(r"\x1b\[([\d;]*)m|(.)", line):
            if character:
                upper, lower = {"▀": (front, back), "▄": (back, front), " ": (back, back)}[character]
                pixels[2 * y, x], pixels[2 * y + 1, x] = upper, lower
                x += 1
            elif code in ("0", "49"):
                front, back = (front if code == "49" else CLEAR), CLEAR
            else:
                layer, _, *color = map(int, code.split(";"))
                front, back = ((*color, 255), back) if layer == 38 else (front, (*color, 255))
        assert back == CLEAR or line.endswith("\x1b[0m")
    return pixels


def test_two_pixels_are_one_character():
    (line,) = lines_of([sprite((RED, RED, CLEAR, CLEAR), (BLUE, CLEAR, RED, CLEAR))], 80)
    assert plain(line) == "▀▀▄"
    assert line == ("\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀\x1b[38;2;255;0;0m\x1b[49m▀▄\x1b[0m")


def test_any_sprite_is_drawn_pixel_by_pixel():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (7, 5, 4), np.uint8)
    pixels[..., 3] = rng.choice([0, 255], (7, 5))
    pixels[pixels[..., 3] == 0] = 0
    pixels[3, 4] = 255  # no clear column at the right
    lines = list(lines_of([Sprite(pixels=pixels)], 80))
    assert len(lines) == 4 and np.array_equal(drawn(lines)[1:], pixels)


def test_sprites_stand_side_by_side_as_the_width_allows():
    block = sprite(*[(RED,) * 4] * 4)
    for columns, rows in ((80, [3]), (14, [3]), (13, [2, 1]), (9, [2, 1]), (8, [1, 1, 1]), (4, [1, 1, 1])):
        lines = [plain(line) for line in lines_of([block] * 3, columns)]
        assert lines == [" ".join(["▀▀▀▀"] * n) for n in rows for _ in range(2)]
        assert max(map(len, lines)) <= columns


def test_a_smaller_sprite_stands_on_the_ground():
    lines = [plain(line) for line in lines_of([sprite(*[(RED,)] * 4), sprite((BLUE,))], 80)]
    assert lines == ["▀", "▀ ▄"]


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch):
    """Print a red pixel where stdout is a terminal with these settings."""

    def run(*, columns: int = 80, terminal: bool = True, **settings: str) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
        for name in ("NO_COLOR", "TERM", "COLUMNS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"COLUMNS": str(columns)} | settings).items():
            monkeypatch.setenv(name, value)
        print_sprites([sprite((RED, RED))])

    return run


def test_on_a_terminal_sprites_are_printed(on_terminal, capsys):
    on_terminal()
    out, err = capsys.readouterr()
    assert plain(out) == "▄▄\n" and not err


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"terminal": False}, "stdout is not a terminal"),
        ({"TERM": "dumb"}, "stdout is not a terminal"),
        ({"NO_COLOR": "1"}, "NO_COLOR is set"),
        ({"columns": 1}, "a sprite is 2 columns wide, the terminal has 1: widen it"),
    ],
)
def test_elsewhere_one_line_says_why_not(on_terminal, capsys, settings: dict, reason: str):
    on_terminal(**settings)
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and f"--show prints nothing: {reason}" in err


def test_decoded_sprites_are_printed(cli, monkeypatch: pytest.MonkeyPatch, tmp_path, sprites, run):
    printed: list[Sprite] = []
    monkeypatch.setattr(show, "print_sprites", printed.extend)
    art, codes = tmp_path / "art", tmp_path / "codes.npz"
    assert cli("reconstruct", art, "--model", run, "--out", tmp_path / "a", "--show").status == 0
    assert cli("encode", art, "--model", run, "--out", codes).status == 0
    assert cli("decode", codes, "--model", run, "--out", tmp_path / "b", "--show").status == 0
    assert len(printed) == 2 * len(sprites)
    assert cli("decode", codes, "--model", run, "--out", tmp_path / "c").status == 0
    assert len(printed) == 2 * len(sprites)
