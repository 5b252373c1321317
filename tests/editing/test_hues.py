"""Hues are turned, lightness stays: ramps keep their order, grays stay gray, the named hue is reached."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.editing.hues import HUES, plan_hue, plan_turned
from spriteloom.errors import BadPalette
from spriteloom.pixels import Sprite
from spriteloom.pixels.oklab import NAMES, names_of, oklab

RAMP = np.array([[60, 20, 20], [140, 40, 40], [210, 80, 70], [250, 170, 150], [90, 90, 90]], np.uint8)


def ramp() -> Sprite:
    rgba = np.full((1, 5, 4), 255, np.uint8)
    rgba[0, :, :3] = RAMP
    return Sprite(pixels=rgba, name="ramp")


def lightness(sprite: Sprite) -> np.ndarray:
    return oklab(sprite.pixels[0, :, :3])[:, 0]


@pytest.mark.parametrize("degrees", [40, -75, 120, 180])
def test_a_ramp_keeps_its_order_and_its_lightness(degrees):
    made = plan_turned([ramp()], degrees).apply(ramp())
    assert np.abs(lightness(made) - lightness(ramp())).max() < 0.03
    assert np.array_equal(np.argsort(lightness(made)), np.argsort(lightness(ramp())))
    assert np.abs(made.pixels[0, 4, :3].astype(int) - 90).max() <= 1
    assert not np.array_equal(made.pixels, ramp().pixels)


@pytest.mark.parametrize("name", sorted(set(HUES) - {"yellow", "pink", "orange"}))
def test_the_named_hue_is_reached(name):
    made = plan_hue([ramp()], name).apply(ramp())
    assert NAMES[int(names_of(made.pixels[0, 2, :3]))] == name


def test_a_whole_turn_changes_nothing_that_can_be_seen():
    made = plan_turned([ramp()], 360.0).apply(ramp())
    assert np.abs(made.pixels.astype(int) - ramp().pixels).max() <= 1


def test_what_cannot_be_turned_is_refused():
    gray = Sprite(pixels=np.full((2, 2, 4), 255, np.uint8), name="stone")
    with pytest.raises(BadPalette, match="no hue to turn"):
        plan_hue([gray], "blue")
    with pytest.raises(BadPalette, match="is no hue"):
        plan_hue([ramp()], "mauve")
    with pytest.raises(BadPalette, match="degrees"):
        plan_turned([ramp()], float("nan"))
