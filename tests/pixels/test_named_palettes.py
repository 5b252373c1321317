"""Famous palettes: their sizes, their names, and a name that is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spriteloom.cli.options import PALETTES
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, open_palette, save_palette
from spriteloom.pixels.named_palettes import NAMED

SIZES = {"pico-8": 16, "game-boy": 4, "nes": 54, "db16": 16, "db32": 32, "endesga-32": 32}


@pytest.mark.parametrize("name", SIZES)
def test_a_palette_has_its_number_of_distinct_opaque_colors(name: str):
    colors = open_palette(name).colors
    assert len(colors) == len(np.unique(colors, axis=0)) == SIZES[name]
    assert (colors[:, 3] == 255).all()


def test_the_help_names_all_of_them():
    assert PALETTES.split(", ") == list(NAMED) == list(SIZES)


@pytest.mark.parametrize("name", ["pico8", "PICO-8", "Pico 8", "pico_8"])
def test_case_and_hyphens_do_not_count(name: str):
    assert open_palette(name) == open_palette(Path("pico-8"))
    assert bytes(open_palette(name).colors[1]).hex() == "1d2b53ff"


def test_an_unknown_name_gets_the_nearest_and_the_list():
    with pytest.raises(BadPalette, match=r"'pico9': did you mean pico-8.*game-boy, nes"):
        open_palette("pico9")
    with pytest.raises(BadPalette, match="'zzz': give a file, or one of pico-8"):
        open_palette("zzz")


def test_a_file_goes_before_a_name_and_a_suffix_makes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadPalette, match=r"nes\.gpl does not exist"):
        open_palette("nes.gpl")
    save_palette(Palette([(1, 2, 3)]), "a.hex")
    Path("a.hex").rename("nes")
    assert open_palette("nes") == Palette([(1, 2, 3)])
