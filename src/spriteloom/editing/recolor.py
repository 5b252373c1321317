"""`recolor`: a sprite in other colors, pixel for pixel. Leaves to `plans.py` how colors are chosen."""

from __future__ import annotations

from collections.abc import Mapping

from spriteloom.editing.plans import plan_map, plan_palette
from spriteloom.editing.recoloring import RGB
from spriteloom.editing.transfer import plan_like
from spriteloom.pixels import Palette, Sprite


def recolor(
    sprite: Sprite,
    *,
    like: Sprite | None = None,
    palette: Palette | None = None,
    mapping: Mapping[RGB, RGB] | None = None,
) -> Sprite:
    """The sprite in the colors of another, of a palette, or of a map; give exactly one.

    Shape stays: alpha is untouched, and unless a map says otherwise the set of pixels of each color is what
    it was. The result has a palette in the sprite's own order, so that it saves as an indexed file with the
    same indices. For an animation make one plan (`plan_like`, `plan_palette`, `plan_map`) of its frames and
    use `apply_animation`.

    Raises BadPalette if the sprite has more than 256 colors, or if the plan cannot be made.
    """
    given = [part for part in (like, palette, mapping) if part is not None]
    if len(given) != 1:
        raise TypeError(f"recolor takes one of like, palette and mapping, not {len(given)}")
    if like is not None:
        return plan_like([sprite], [like]).apply(sprite)
    if palette is not None:
        return plan_palette([sprite], palette).apply(sprite)
    assert mapping is not None
    return plan_map([sprite], mapping).apply(sprite)
