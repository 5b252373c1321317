"""Pictures that are no pixel art yet are opened for cleaning, or refused in one line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels import Sprite
from spriteloom.pixels.photographs import open_any


def test_jpeg_bmp_and_png_are_opened(tmp_path):
    rgb = np.full((6, 8, 3), (200, 60, 50), np.uint8)
    for name in ("a.jpg", "a.bmp", "a.png"):
        Image.fromarray(rgb).save(tmp_path / name)
        found = open_any(tmp_path / name)
        assert found.name == "a" and found.pixels.shape == (6, 8, 4) and (found.pixels[..., 3] == 255).all()
        assert np.abs(found.pixels[..., :3].astype(int) - rgb).max() <= 2


def test_what_is_damaged_or_foreign_is_refused(tmp_path):
    Sprite(pixels=np.full((40, 40, 4), 255, np.uint8)).save(tmp_path / "a.png")
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "a.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:200])
    (tmp_path / "text.jpg").write_text("once")
    for name in ("cut.jpg", "text.jpg", "none.jpg"):
        with pytest.raises(BadPicture) as reason:
            open_any(tmp_path / name)
        assert "\n" not in str(reason.value) and str(reason.value).count(name) == 1
