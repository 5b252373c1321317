"""Which colour becomes which: by rank, onto the nearest of a palette, by a map. Plans; paints nothing.

Plans by rank and onto a palette never make two colours one: where two would, the rarer moves to the nearest
RGB that no other has, usually one step of 255 in one channel. `transfer.py` looks at more than counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from spriteloom.editing.assignment import cheapest
from spriteloom.editing.colours import apart, counted, ranked, shaded, shown, visible
from spriteloom.editing.recolouring import RGB, Recolouring
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.oklab import oklab


def plan_ranked(sprites: Sequence[Sprite], like: Sequence[Sprite]) -> Recolouring:
    """Colours by falling count take those of `like` by falling count, as in the paper's appendix.

    Visible colours only, counted as RGB over all frames given; ties by RGB value. Colours that `sprites` have
    on their palettes but never use come last. If there are more than `like` has, each surplus colour is
    shaded: it takes what its nearest relative among the others took, as much lighter or darker as it was
    itself. Raises BadPalette for more than 256 colours, or if `like` is invisible.
    """
    before, _ = ranked(sprites)
    targets, _ = counted(visible(like))
    own = min(len(before), len(targets))
    shades = shaded(before[own:], before[:own], targets[:own])
    return Recolouring(before, apart(np.concatenate([targets[:own], shades])))


def plan_palette(sprites: Sequence[Sprite], palette: Palette) -> Recolouring:
    """Every visible colour takes one of `palette`, so that all pixels together change as little as can be.

    The least sum over pixels of squared distance in OKLab, each palette colour being taken once; if the
    sprites have more colours than it, up to ⌈sprites' / palette's⌉ times, by shades that are only just
    distinct. Alpha is that of the sprite; transparent entries do not count. Raises BadPalette for more than
    256 colours in the sprites, or for a palette with no visible colour.
    """
    before, number = ranked(sprites)
    targets = shown(palette)
    if not len(before):
        return Recolouring(before, before)
    places = np.repeat(targets, -(-len(before) // len(targets)), axis=0)
    gaps = ((oklab(before)[:, None] - oklab(places)) ** 2).sum(axis=-1)
    return Recolouring(before, apart(places[cheapest(gaps * np.maximum(number, 1)[:, None])]))


def plan_map(sprites: Sequence[Sprite], mapping: Mapping[RGB, RGB]) -> Recolouring:
    """Exactly what `mapping` says; colours that it does not name stay.

    It may make two colours one: that is the author's wish. Raises BadPalette if it names no colour that the
    sprites have, which is a slip.
    """
    plan = Recolouring(
        *(np.array(list(side), np.uint8).reshape(-1, 3) for side in (mapping, mapping.values()))
    )
    own, _ = ranked(sprites)
    if not set(map(tuple, own.tolist())) & set(mapping):
        commonest = " ".join(f"#{bytes(colour).hex()}" for colour in own[:4].tolist()) or "nothing visible"
        called = sprites[0].name or "the sprite"
        raise BadPalette(f"the map names no colour of {called}, which has {commonest}: correct the map")
    return plan
