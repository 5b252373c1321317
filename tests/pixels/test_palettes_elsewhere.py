"""A reader that others wrote finds in our palette files the colors that we put in."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import GimpPaletteFile, Image

from spriteloom.pixels import Palette, save_palette

PACKAGE = "anypalette@0.6.0"
READ = Path(__file__).with_name("read_palettes.js")
FORMATS = {
    ".gpl": "GIMP palette",
    ".pal": "Paint Shop Pro palette",
    ".txt": "Paint.NET palette",
    ".ase": "Adobe Swatch Exchange",
}
PALETTE = Palette(np.random.default_rng(3).integers(0, 256, (40, 3)).astype(np.uint8))
RGB = PALETTE.colors[:, :3].tolist()


def test_pillow_reads_gimp_palettes_and_strips(tmp_path):
    save_palette(PALETTE, tmp_path / "p.gpl")
    save_palette(PALETTE, tmp_path / "p.png")
    with (tmp_path / "p.gpl").open("rb") as file:
        read, mode = GimpPaletteFile.GimpPaletteFile(file).getpalette()
    assert mode == "RGB" and np.frombuffer(read, np.uint8).reshape(-1, 3)[:40].tolist() == RGB
    with Image.open(tmp_path / "p.png") as strip:
        assert np.asarray(strip.convert("RGB")).reshape(-1, 3).tolist() == RGB


def test_a_hex_file_is_a_color_a_line(tmp_path):
    save_palette(PALETTE, tmp_path / "p.hex")
    assert [list(bytes.fromhex(line)) for line in (tmp_path / "p.hex").read_text().split()] == RGB


@pytest.mark.network
@pytest.mark.skipif(shutil.which("npm") is None, reason="the other reader needs Node.js")
def test_another_reader_agrees(tmp_path):
    for suffix in FORMATS:
        save_palette(PALETTE, tmp_path / f"p{suffix}")
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True)
    shutil.copy(READ, tmp_path)
    command = ["node", READ.name, *(f"p{suffix}" for suffix in FORMATS)]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    for format_name, found in zip(FORMATS.values(), json.loads(said.stdout), strict=True):
        assert found == {"format": format_name, "colors": RGB}
