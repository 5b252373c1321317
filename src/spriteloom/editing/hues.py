"""Hue shifts that keep ramps in order: every color turned by the same angle, no lighter, no grayer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.colors import apart, counted, ranked
from spriteloom.editing.recoloring import Recoloring
from spriteloom.errors import BadPalette
from spriteloom.pixels import Sprite
from spriteloom.pixels.oklab import Lab, oklab, to_rgb

HUES = {  # degrees of OKLab's wheel that people call by these names
    "red": 27.0,
    "orange": 58.0,
    "yellow": 98.0,
    "green": 142.0,
    "teal": 195.0,
    "blue": 262.0,
    "purple": 303.0,
    "pink": 350.0,
}
FAINT = 0.02  # chroma below which a color has no hue to turn
CHROMAS = 65  # tried between a color's own chroma and none
ROUNDING = 0.012  # by which bytes miss a color that they can hold, at most


def plan_turned(sprites: Sequence[Sprite], degrees: float) -> Recoloring:
    """Every visible color turned by so many degrees in OKLab; lightness and chroma stay.

    What is lighter stays lighter, so ramps keep their order; grays stay as they are. A color that a screen
    cannot show loses chroma until it can. Raises BadPalette for more than 256 colors and for no angle.
    """
    if not math.isfinite(degrees):
        raise BadPalette(f"hues cannot be turned by {degrees} degrees: give a number such as +40")
    before, _ = ranked(sprites)
    if not len(before):
        return Recoloring(before, before)
    lab = oklab(before)
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    turned = np.concatenate([lab[:, :1], lab[:, 1:] @ turn], 1)
    return Recoloring(before, apart(np.stack([_shown(one) for one in turned])))


def plan_hue(sprites: Sequence[Sprite], name: str) -> Recoloring:
    """Turned so that the hue most of the figure has becomes the one of that name.

    Raises BadPalette for a name that is no hue, and for sprites that are all gray.
    """
    if name not in HUES:
        raise BadPalette(f"{name!r} is no hue: choose one of {', '.join(HUES)}, or degrees such as +40")
    colors, number = counted(sprites)
    lab = oklab(colors)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    weight = number * chroma * (chroma > FAINT)
    if not weight.any():
        raise BadPalette(f"{sprites[0].name or 'the sprite'} has no hue to turn: give it --palette or --map")
    hue = np.arctan2(lab[:, 2], lab[:, 1])
    mean = math.degrees(math.atan2(float(weight @ np.sin(hue)), float(weight @ np.cos(hue))))
    return plan_turned(sprites, HUES[name] - mean)


def _shown(lab: Lab) -> NDArray[np.uint8]:
    """The color of that lightness and hue with the most chroma, up to its own, that bytes can hold."""
    shares = np.linspace(1, 0, CHROMAS)[:, None]
    tried = lab * np.concatenate([np.ones_like(shares), shares, shares], 1)
    made = to_rgb(tried)
    fits = np.abs(oklab(made) - tried).max(1) < ROUNDING
    return np.asarray(made[int(fits.argmax())])
