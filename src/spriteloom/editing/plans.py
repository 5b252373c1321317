"""Plan a recoloring: by rank, onto a palette, by a map, by a hue; and `recolor` a sprite.

Except for maps, no two colors become equal: if two would, the rarer one moves to the nearest unused RGB, usually one
level in one channel. `transfer.py` plans by more than counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from spriteloom.editing.colors import (
    check_visible,
    count_colors,
    make_distinct,
    ranked_colors,
    shade,
)
from spriteloom.editing.recoloring import RGB, Recoloring
from spriteloom.editing.transfer import plan_like
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.oklab import Lab, oklab, to_rgb
from spriteloom.pixels.palette import visible_colors

HUES = {  # degrees of hue in OKLab
    "red": 27.0, "orange": 58.0, "yellow": 98.0, "green": 142.0, "teal": 195.0, "blue": 262.0, "purple": 303.0,
    "pink": 350.0,
}  # fmt: skip
MIN_CHROMA = 0.02  # below which a color has no hue
CHROMA_STEPS = 65  # chromas that are tried between a color's own and none
ROUNDING = 0.012  # largest difference in OKLab between a color that RGB bytes can show and its bytes


def recolor(
    sprite: Sprite,
    *,
    like: Sprite | None = None,
    palette: Palette | None = None,
    mapping: Mapping[RGB, RGB] | None = None,
) -> Sprite:
    """The sprite in the colors of another sprite, of a palette, or of a map; give exactly one of them.

    The result has a palette in the order of the old one, so that an indexed file keeps its indices. For an animation,
    make one plan of its frames (`plan_like`, `plan_palette`, `plan_map`) and use `apply_animation`. Raises BadPalette
    if the sprite has more than 256 colors, or if the plan cannot be made.
    """
    given = [value for value in (like, palette, mapping) if value is not None]
    if len(given) != 1:
        raise TypeError(f"recolor takes one of like, palette and mapping, not {len(given)}")
    if like is not None:
        return plan_like([sprite], [like]).apply(sprite)
    if palette is not None:
        return plan_palette([sprite], palette).apply(sprite)
    assert mapping is not None
    return plan_map([sprite], mapping).apply(sprite)


def plan_ranked(sprites: Sequence[Sprite], like: Sequence[Sprite]) -> Recoloring:
    """Colors by falling count take the colors of `like` by falling count, as in the paper's appendix.

    Ties go by RGB value, palette colors that no pixel has come last. Colors for which `like` has none left are shaded:
    each takes the new color of its nearest relative, lighter or darker by as much as it was. Raises BadPalette for
    more than 256 colors, or if `like` has no visible pixel.
    """
    check_visible(like)
    before, _ = ranked_colors(sprites)
    targets, _ = count_colors(like)
    n = min(len(before), len(targets))
    shades = shade(before[n:], before[:n], targets[:n])
    return Recoloring(before, make_distinct(np.concatenate([targets[:n], shades])))


def plan_palette(sprites: Sequence[Sprite], palette: Palette) -> Recoloring:
    """Every visible color takes one of `palette`, so that the pixels change as little as possible in all.

    Minimizes the sum over pixels of squared distance in OKLab, with each palette color taken once; if the sprites
    have more colors, up to ⌈sprites' / palette's⌉ times, by nearly equal shades. Raises BadPalette for more than 256
    colors in the sprites, or for a palette with no visible color.
    """
    before, number = ranked_colors(sprites)
    targets = visible_colors(palette)
    if not len(before):
        return Recoloring(before, before)
    places = np.repeat(targets, -(-len(before) // len(targets)), axis=0)
    gaps = ((oklab(before)[:, None] - oklab(places)) ** 2).sum(axis=-1)
    _, chosen = linear_sum_assignment(gaps * np.maximum(number, 1)[:, None])
    return Recoloring(before, make_distinct(places[chosen]))


def plan_map(sprites: Sequence[Sprite], mapping: Mapping[RGB, RGB]) -> Recoloring:
    """Exactly `mapping`, even if two colors become equal. Raises BadPalette if it names no color of the sprites."""
    colors, _ = ranked_colors(sprites)
    if not set(map(tuple, colors.tolist())) & set(mapping):
        commonest = " ".join(f"#{bytes(color).hex()}" for color in colors[:4].tolist()) or "nothing visible"
        name = sprites[0].name or "the sprite"
        raise BadPalette(f"the map names no color of {name}, which has {commonest}: correct the map")
    sides = (list(mapping), list(mapping.values()))
    return Recoloring(*(np.array(side, np.uint8).reshape(-1, 3) for side in sides))


def plan_hue_shift(sprites: Sequence[Sprite], degrees: float) -> Recoloring:
    """Every visible color turned by an angle in OKLab; lightness and chroma stay.

    A color that a screen cannot show loses chroma until it can. Raises BadPalette for more than 256 colors or an
    angle that is not finite.
    """
    if not math.isfinite(degrees):
        raise BadPalette(f"hues cannot be turned by {degrees} degrees: give a number such as +40")
    before, _ = ranked_colors(sprites)
    if not len(before):
        return Recoloring(before, before)
    lab = oklab(before)
    angle = math.radians(degrees)
    rotation = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    turned = np.concatenate([lab[:, :1], lab[:, 1:] @ rotation], 1)
    return Recoloring(before, make_distinct(np.stack([_in_gamut(color) for color in turned])))


def plan_hue(sprites: Sequence[Sprite], name: str) -> Recoloring:
    """The shift from the sprites' mean hue to the named one. Raises BadPalette for an unknown hue, or only grays."""
    if name not in HUES:
        raise BadPalette(f"{name!r} is no hue: choose one of {', '.join(HUES)}, or degrees such as +40")
    colors, number = count_colors(sprites)
    lab = oklab(colors)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    weight = number * chroma * (chroma > MIN_CHROMA)
    if not weight.any():
        raise BadPalette(f"{sprites[0].name or 'the sprite'} has no hue to turn: give it --palette or --map")
    hue = np.arctan2(lab[:, 2], lab[:, 1])
    mean = math.degrees(math.atan2(float(weight @ np.sin(hue)), float(weight @ np.cos(hue))))
    return plan_hue_shift(sprites, HUES[name] - mean)


def _in_gamut(lab: Lab) -> Bytes:
    """The RGB with the color's lightness and hue and as much of its chroma as bytes can show."""
    shares = np.linspace(1, 0, CHROMA_STEPS)[:, None]
    candidates = lab * np.concatenate([np.ones_like(shares), shares, shares], 1)
    rgb = to_rgb(candidates)
    fits = np.abs(oklab(rgb) - candidates).max(1) < ROUNDING
    return np.asarray(rgb[int(fits.argmax())])
