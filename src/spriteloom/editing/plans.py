"""Which color becomes which: by rank, onto the nearest of a palette, by a map. Plans; paints nothing.

Plans by rank and onto a palette never make two colors one: where two would, the rarer moves to the nearest
RGB that no other has, usually one step of 255 in one channel. `transfer.py` looks at more than counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from spriteloom.editing.colors import apart, counted, ranked, shaded, shown, visible
from spriteloom.editing.recoloring import RGB, Recoloring
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.oklab import oklab


def plan_ranked(sprites: Sequence[Sprite], like: Sequence[Sprite]) -> Recoloring:
    """Colors by falling count take those of `like` by falling count, as in the paper's appendix.

    Visible colors only, counted as RGB over all frames given; ties by RGB value. Colors that `sprites` have
    on their palettes but never use come last. If there are more than `like` has, each surplus color is
    shaded: it takes what its nearest relative among the others took, as much lighter or darker as it was
    itself. Raises BadPalette for more than 256 colors, or if `like` is invisible.
    """
    before, _ = ranked(sprites)
    targets, _ = counted(visible(like))
    own = min(len(before), len(targets))
    shades = shaded(before[own:], before[:own], targets[:own])
    return Recoloring(before, apart(np.concatenate([targets[:own], shades])))


def plan_palette(sprites: Sequence[Sprite], palette: Palette) -> Recoloring:
    """Every visible color takes one of `palette`, so that all pixels together change as little as can be.

    The least sum over pixels of squared distance in OKLab, each palette color being taken once; if the
    sprites have more colors than it, up to ⌈sprites' / palette's⌉ times, by shades that are only just
    distinct. Alpha is that of the sprite; transparent entries do not count. Raises BadPalette for more than
    256 colors in the sprites, or for a palette with no visible color.
    """
    before, number = ranked(sprites)
    targets = shown(palette)
    if not len(before):
        return Recoloring(before, before)
    places = np.repeat(targets, -(-len(before) // len(targets)), axis=0)
    gaps = ((oklab(before)[:, None] - oklab(places)) ** 2).sum(axis=-1)
    _, chosen = linear_sum_assignment(gaps * np.maximum(number, 1)[:, None])
    return Recoloring(before, apart(places[chosen]))


def plan_map(sprites: Sequence[Sprite], mapping: Mapping[RGB, RGB]) -> Recoloring:
    """Exactly what `mapping` says; colors that it does not name stay.

    It may make two colors one: that is the author's wish. Raises BadPalette if it names no color that the
    sprites have, which is a slip.
    """
    plan = Recoloring(
        *(np.array(list(side), np.uint8).reshape(-1, 3) for side in (mapping, mapping.values()))
    )
    own, _ = ranked(sprites)
    if not set(map(tuple, own.tolist())) & set(mapping):
        commonest = " ".join(f"#{bytes(color).hex()}" for color in own[:4].tolist()) or "nothing visible"
        called = sprites[0].name or "the sprite"
        raise BadPalette(f"the map names no color of {called}, which has {commonest}: correct the map")
    return plan
