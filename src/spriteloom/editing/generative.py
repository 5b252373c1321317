"""Sprites changed by a model: varied, morphed, fused, painted anew in a mask or around.

Each takes sprites and gives sprites, alpha 0 or 255, named by what was done; of the same size but for
`outpaint`. The network paints squares of its own size; a sprite's figure is put into the middle of one and
comes back where it was.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.own_palette import onto, own_palette
from spriteloom.data.preprocessing import PIXEL, Pixel, StoredSprite
from spriteloom.editing.join import join
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.models.capabilities import Edits, need
from spriteloom.models.finishing import COLORS, Finish, finish
from spriteloom.pixels import Box, Sprite, crop, harden, is_hard
from spriteloom.priors.condition import Labels
from spriteloom.priors.draw import Draw


def vary(
    model: Model,
    sprite: Sprite,
    n: int = 8,
    *,
    strength: float = 0.6,
    labels: Labels | None = None,
    prompt: str | None = None,
    seed: int = 0,
    colors: int = COLORS,
) -> list[Sprite]:
    """n sprites like this one: noise is laid over it up to `strength`, 0 to 1, and taken away again.

    Raises ImpossibleModel for a run that cannot, BadPicture for a figure that does not fit the network.
    """
    maker, kept = _editor(model), _placed(model, sprite)
    rgba = np.repeat(kept.sprite.pixels[None], _some(n), axis=0)
    conditions = np.tile(maker.condition(labels, prompt), (n, 1))
    made = maker.vary(rgba, strength, conditions, _draw(maker, n, seed))
    how = Finish(colors=colors)
    return [_back(kept, finish(one, f"{sprite.name}-{seed + i}", how), sprite) for i, one in enumerate(made)]


def morph(
    model: Model,
    a: Sprite,
    b: Sprite,
    frames: int = 8,
    *,
    labels: Labels | None = None,
    prompt: str | None = None,
    colors: int = COLORS,
) -> list[Sprite]:
    """`frames` sprites from a to b through the noises behind them; the first is a and the last is b.

    Both must be of one size. Raises as `vary`.
    """
    if (a.height, a.width) != (b.height, b.width):
        raise BadPicture(
            f"{a.name!r} is {a.width}×{a.height}, {b.name!r} is {b.width}×{b.height}: crop or pad one of them"
        )
    if frames < 2:
        raise ImpossibleModel(f"a morph of {frames} frames has no two ends: ask for 2 or more")
    maker, ends = _editor(model), [_placed(model, one) for one in (a, b)]
    conditions = np.tile(maker.condition(labels, prompt), (frames, 1))
    shares = [i / (frames - 1) for i in range(1, frames - 1)]
    names = [f"{a.name}-{b.name}-{i}" for i in range(frames)]
    inner: list[Sprite] = []
    if shares:
        made = maker.interpolate(
            ends[0].sprite.pixels, ends[1].sprite.pixels, shares, conditions[: len(shares)]
        )
        finished = map(partial(finish, how=Finish(colors=colors)), made, names[1:-1])
        inner = [_back(ends[share > 0.5], one, a) for one, share in zip(finished, shares, strict=True)]
    return [replace(a, name=names[0]), *inner, replace(b, name=names[-1])]


def inpaint(
    model: Model,
    sprite: Sprite,
    mask: NDArray[np.bool_],
    n: int = 8,
    *,
    labels: Labels | None = None,
    prompt: str | None = None,
    seed: int = 0,
) -> list[Sprite]:
    """n sprites that are this one, byte for byte, where `mask` (h, w) is False; the rest is on its palette.

    A mask that touches a block of 2×2 pixels, or of 4×4 of a diffusion of latents, lets the network see none
    of that block: what is drawn there fits the rest of it as well as it can. Raises BadPicture for a mask of
    another size or an empty one, else as `vary`.
    """
    if mask.shape != (sprite.height, sprite.width):
        h, w = mask.shape[:2]
        raise BadPicture(
            f"the mask is {w}×{h}, {sprite.name!r} is {sprite.width}×{sprite.height}: give one of its size"
        )
    if not mask.any():
        raise BadPicture(f"the mask of {sprite.name!r} is empty: mark the pixels that may change")
    maker, kept = _editor(model), _placed(model, sprite)
    assert kept.placement is not None
    inside = kept.placement.apply(np.repeat(mask[..., None].astype(np.uint8), 4, 2))[..., 0] > 0
    conditions = np.tile(maker.condition(labels, prompt), (_some(n), 1))
    made = maker.inpaint(kept.sprite.pixels, inside, conditions, _draw(maker, n, seed))
    palette = own_palette(sprite.pixels, 1 << 16)
    found = []
    for i, one in enumerate(made):
        painted = onto(harden(one), palette) if len(palette) else finish(one, "").pixels
        back = _back(kept, Sprite(pixels=painted), sprite)
        pixels = np.where(mask[..., None], back.pixels, sprite.pixels)
        found.append(sprite.with_pixels(pixels, name=f"{sprite.name}-{seed + i}"))
    return found


def outpaint(
    model: Model,
    sprite: Sprite,
    n: int = 8,
    *,
    top: int = 0,
    right: int = 0,
    bottom: int = 0,
    left: int = 0,
    labels: Labels | None = None,
    prompt: str | None = None,
    seed: int = 0,
) -> list[Sprite]:
    """n sprites with so many pixels more on each side, painted on its palette; the old ones byte for byte.

    Beyond the network's square around the figure they stay transparent. Raises BadPicture where nothing is to
    be added, else as `inpaint`.
    """
    if min(top, right, bottom, left) < 0 or not max(top, right, bottom, left):
        raise BadPicture(f"nothing is to be added to {sprite.name!r}: ask for 1 pixel or more on a side")
    larger, _ = crop(sprite, Box(-top, -left, sprite.height + bottom, sprite.width + right))
    mask = np.ones((larger.height, larger.width), bool)
    mask[top : top + sprite.height, left : left + sprite.width] = False
    return inpaint(model, larger, mask, n, labels=labels, prompt=prompt, seed=seed)


def fuse(
    model: Model,
    head: Sprite,
    body: Sprite,
    n: int = 8,
    *,
    cut: float = 0.45,
    labels: Labels | None = None,
    prompt: str | None = None,
    seed: int = 0,
) -> list[Sprite]:
    """n sprites with the head of one and the body of the other, the seam between them painted anew.

    Colors are those of `head`. Raises as `join` and `inpaint`.
    """
    joined = join(head, body, cut=cut)
    return inpaint(model, joined.sprite, joined.seam, n, labels=labels, prompt=prompt, seed=seed)


def with_sampler(model: Model, *, num_steps: int | None = None) -> Model:
    """The model sampled in so many steps. Raises RunError where it does not edit."""
    editor: Any = need(model, Edits)
    changed: Model = editor.with_sampler(num_steps=num_steps)
    return changed


def _editor(model: Model) -> Edits:
    """The model as one that edits. Raises ImpossibleModel where it has not learned sprites pixel for pixel."""
    editor = need(model, Edits)
    if model.config.preprocessing != PIXEL.name:
        raise ImpossibleModel(
            f"{model.name} paints pictures that were resized, not pixels: train one on a set that was "
            f"prepared with --preprocessing {PIXEL.name}"
        )
    return editor


def _placed(model: Model, sprite: Sprite) -> StoredSprite:
    """The figure in the middle of the network's square. Raises BadPicture where it is larger, or empty."""
    size = _editor(model).size
    kept = Pixel(size=size).keep(
        sprite if is_hard(sprite.pixels) else sprite.with_pixels(harden(sprite.pixels))
    )
    if kept is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: give a figure")
    if kept.cropped:
        raise BadPicture(f"the figure of {sprite.name!r} is larger than the network's {size}×{size}: crop it")
    return kept


def _back(kept: StoredSprite, made: Sprite, onto_canvas: Sprite) -> Sprite:
    """A picture of the network's size as one of the sprite's."""
    assert kept.placement is not None
    whole = kept.placement.undo(made)
    return onto_canvas.with_pixels(whole.pixels, name=made.name, palette=None)


def _draw(maker: Edits, n: int, seed: int) -> Draw:
    return Draw(seeds=tuple(range(seed, seed + n)), guidance=maker.guidance_scale)


def _some(n: int) -> int:
    if n < 1:
        raise ImpossibleModel("no sprite is asked for: ask for 1 or more")
    return n
