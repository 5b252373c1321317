"""Which colour becomes which: like another sprite, onto a palette, by a map. Plans; paints nothing.

Plans like a sprite and onto a palette never make two colours one: where two would, the rarer moves to the
nearest RGB that no other has, usually one step of 255 in one channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.assignment import cheapest
from spriteloom.editing.oklab import oklab, to_rgb
from spriteloom.editing.recolouring import RGB, Colours, Recolouring, check_indexable
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite, counts

LIGHTNESS = np.array([1.0, 0.0, 0.0])  # the axis of OKLab that shading moves along


def plan_like(sprites: Sequence[Sprite], like: Sequence[Sprite]) -> Recolouring:
    """Colours by falling count take those of `like` by falling count, as in the paper's appendix.

    Visible colours only, counted as RGB over all frames given; ties by RGB value. Colours that `sprites` have
    on their palettes but never use come last. If there are more than `like` has, each surplus colour is
    shaded: it takes what its nearest relative among the others took, as much lighter or darker as it was
    itself. Raises BadPalette for more than 256 colours, or if `like` is invisible.
    """
    before, _ = _ranked(sprites)
    targets, _ = _counted(like)
    if not len(targets):
        raise BadPalette(
            f"{like[0].name or 'the model'} has no visible pixel to take colours from: choose another"
        )
    own = min(len(before), len(targets))
    shades = _shaded(before[own:], before[:own], targets[:own])
    return Recolouring(before, _apart(np.concatenate([targets[:own], shades])))


def plan_palette(sprites: Sequence[Sprite], palette: Palette) -> Recolouring:
    """Every visible colour takes one of `palette`, so that all pixels together change as little as can be.

    The least sum over pixels of squared distance in OKLab, each palette colour being taken once; if the
    sprites have more colours than it, up to ⌈sprites' / palette's⌉ times, by shades that are only just
    distinct. Alpha is that of the sprite; transparent entries do not count. Raises BadPalette for more than
    256 colours in the sprites, or for a palette with no visible colour.
    """
    before, number = _ranked(sprites)
    targets = _distinct(palette.colours)
    if not len(targets):
        raise BadPalette("the palette has no visible colour: choose another")
    if not len(before):
        return Recolouring(before, before)
    places = np.repeat(targets, -(-len(before) // len(targets)), axis=0)
    apart = ((oklab(before)[:, None] - oklab(places)) ** 2).sum(axis=-1)
    return Recolouring(before, _apart(places[cheapest(apart * np.maximum(number, 1)[:, None])]))


def plan_map(sprites: Sequence[Sprite], mapping: Mapping[RGB, RGB]) -> Recolouring:
    """Exactly what `mapping` says; colours that it does not name stay.

    It may make two colours one: that is the author's wish. Raises BadPalette if it names no colour that the
    sprites have, which is a slip.
    """
    plan = Recolouring(
        *(np.array(list(side), np.uint8).reshape(-1, 3) for side in (mapping, mapping.values()))
    )
    ranked, _ = _ranked(sprites)
    if not set(map(tuple, ranked.tolist())) & set(mapping):
        commonest = " ".join(f"#{bytes(colour).hex()}" for colour in ranked[:4].tolist()) or "nothing visible"
        called = sprites[0].name or "the sprite"
        raise BadPalette(f"the map names no colour of {called}, which has {commonest}: correct the map")
    return plan


def _counted(sprites: Sequence[Sprite]) -> tuple[Colours, NDArray[np.int64]]:
    """The visible colours (k, 3) by falling count, ties by value, and their counts."""
    pixels = np.concatenate([sprite.pixels.reshape(-1, 4) for sprite in sprites])
    visible = pixels[pixels[:, 3] > 0]
    if not len(visible):
        return np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)
    visible[:, 3] = 255
    palette, number = counts(visible)
    return palette.colours[:, :3], number


def _ranked(sprites: Sequence[Sprite]) -> tuple[Colours, NDArray[np.int64]]:
    """`_counted`, then what stands on their palettes unused: those too must not fall together with others."""
    used, number = _counted(sprites)
    palettes = dict.fromkeys(sprite.palette for sprite in sprites if sprite.palette is not None)
    opaque = np.full((len(used), 4), 255, np.uint8)
    opaque[:, :3] = used
    colours = _distinct(np.concatenate([opaque, *(palette.colours for palette in palettes)]))
    check_indexable(len(colours), sprites)
    return colours, np.pad(number, (0, len(colours) - len(used)))


def _distinct(rgba: NDArray[np.uint8]) -> Colours:
    """The visible colours of (n, 4), each once, as RGB, in order of first appearance."""
    rgb = dict.fromkeys(tuple(colour[:3]) for colour in rgba.tolist() if colour[3])
    return np.array(list(rgb), np.uint8).reshape(-1, 3)


def _shaded(colours: Colours, relatives: Colours, targets: Colours) -> Colours:
    """For each colour the target of its nearest relative, by as much lighter as the colour is than that."""
    if not len(colours):
        return colours
    lab, kin = oklab(colours), oklab(relatives)
    nearest = ((lab[:, None] - kin) ** 2).sum(axis=-1).argmin(axis=1)
    return to_rgb(oklab(targets[nearest]) + (lab - kin[nearest]) * LIGHTNESS)


def _apart(wanted: Colours) -> Colours:
    """`wanted` with no colour twice: the first keeps it, later ones take the nearest that nobody wants."""
    taken = set(map(tuple, wanted.tolist()))
    given: dict[RGB, None] = {}
    for red, green, blue in wanted.tolist():
        colour = (red, green, blue)
        if colour in given:
            colour = _nearest_free(colour, taken)
            taken.add(colour)
        given[colour] = None
    return np.array(list(given), np.uint8).reshape(-1, 3)


def _nearest_free(colour: RGB, taken: set[RGB]) -> RGB:
    """The RGB nearest to `colour` that is not taken, ties by value."""
    red, green, blue = colour
    near = ((red + r, green + g, blue + b) for r, g, b in _steps())
    return next(other for other in near if other not in taken and min(other) >= 0 and max(other) <= 255)


@lru_cache(maxsize=1)
def _steps() -> list[RGB]:
    """Steps in RGB, the shortest first.

    Even from a corner of the cube 9³ of them lead to a colour: more than the 2 · 256 that can be taken.
    """
    ways = range(-8, 9)
    return sorted(product(ways, ways, ways), key=lambda step: (sum(way * way for way in step), step))
