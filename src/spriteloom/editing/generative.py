"""Edit sprites with a model, in squares of its size: vary, morph, fuse, inpaint, outpaint. Alpha is 0 or 255."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from spriteloom.codecs.indexed import extract_palette, map_to_palette
from spriteloom.data.preprocessing import PIXEL, Pixel, StoredSprite
from spriteloom.editing.transfer import plan_like
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.models.capabilities import Edits, need
from spriteloom.models.finishing import COLORS, Finish, finish, onto_palette
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.alpha import harden, is_hard
from spriteloom.pixels.arrays import Floats, Mask, Pixels
from spriteloom.pixels.geometry import Box, crop, trim
from spriteloom.pixels.palette import visible_colors
from spriteloom.priors.condition import Labels
from spriteloom.priors.draw import Draw

CUT = 0.45  # share of the foreground's height that is its head
MIN_CUT, MAX_CUT = 0.1, 0.9
SEAM = 3  # rows on either side of the seam between head and body
ALL_COLORS = 1 << 16  # more than a sprite has


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
    palette: Palette | None = None,
) -> list[Sprite]:
    """n sprites similar to this one: noise up to `strength`, from 0 to 1, is added and then removed.

    With a `palette` they are drawn for its colors. Raises ImpossibleModel for a run that cannot edit, BadPicture for a
    foreground larger than the network's square.
    """
    editor, placed = _editor(model), _placed(model, sprite)
    conditions, draw = _conditions(editor, labels, prompt, n), _draw(editor, n, seed, palette)
    pictures = editor.vary(np.repeat(placed.sprite.pixels[None], n, axis=0), strength, conditions, draw)
    how = Finish(colors=colors, palette=palette)
    finished = map(partial(finish, how=how), pictures, _names(sprite, n, seed))
    return [_back(placed, picture, sprite) for picture in finished]


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
    """`frames` sprites from a to b, interpolated between their noises; the first is a and the last is b.

    Raises BadPicture for sprites of different sizes, ImpossibleModel for fewer than 2 frames, else as `vary`.
    """
    if (a.height, a.width) != (b.height, b.width):
        sizes = " and ".join(f"{sprite.name!r} is {sprite.width}×{sprite.height}" for sprite in (a, b))
        raise BadPicture(f"{sizes}: crop or pad one of them")
    if frames < 2:
        raise ImpossibleModel(f"a morph of {frames} frames has no two ends: ask for 2 or more")
    editor, ends = _editor(model), [_placed(model, sprite) for sprite in (a, b)]
    shares = [i / (frames - 1) for i in range(1, frames - 1)]
    names = [f"{a.name}-{b.name}-{i}" for i in range(frames)]
    between: list[Sprite] = []
    if shares:
        conditions = _conditions(editor, labels, prompt, len(shares))
        pictures = editor.interpolate(ends[0].sprite.pixels, ends[1].sprite.pixels, shares, conditions)
        finished = map(partial(finish, how=Finish(colors=colors)), pictures, names[1:-1])
        pairs = zip(finished, shares, strict=True)
        between = [_back(ends[share > 0.5], sprite, a) for sprite, share in pairs]
    return [replace(a, name=names[0]), *between, replace(b, name=names[-1])]


def inpaint(
    model: Model,
    sprite: Sprite,
    mask: Mask,
    n: int = 8,
    *,
    labels: Labels | None = None,
    prompt: str | None = None,
    seed: int = 0,
    palette: Palette | None = None,
) -> list[Sprite]:
    """n sprites that equal this one, byte for byte, where `mask` (h, w) is False; new pixels are on its palette,
    or drawn for another `palette`.

    The network does not see the rest of a block of 2×2 pixels (4×4 with a latent diffusion) that the mask touches.
    Raises BadPicture for a mask of another size or an empty one, else as `vary`.
    """
    if mask.shape != (sprite.height, sprite.width):
        picture = f"{sprite.name!r} is {sprite.width}×{sprite.height}"
        raise BadPicture(f"the mask is {mask.shape[1]}×{mask.shape[0]}, {picture}: give a mask of its size")
    if not mask.any():
        raise BadPicture(f"the mask of {sprite.name!r} is empty: mark the pixels that may change")
    editor, placed = _editor(model), _placed(model, sprite)
    assert placed.placement is not None
    inside = placed.placement.apply(np.repeat(mask[..., None].astype(np.uint8), 4, 2))[..., 0] > 0
    conditions = _conditions(editor, labels, prompt, n)
    pictures = editor.inpaint(placed.sprite.pixels, inside, conditions, _draw(editor, n, seed, palette))
    results = []
    for rgba, name in zip(pictures, _names(sprite, n, seed), strict=True):
        back = _back(placed, Sprite(pixels=_in_colors(rgba, sprite, palette)), sprite)
        results.append(sprite.with_pixels(np.where(mask[..., None], back.pixels, sprite.pixels), name=name))
    return results


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
    palette: Palette | None = None,
) -> list[Sprite]:
    """n sprites with pixels added on each side, painted on the sprite's palette; old pixels stay byte for byte.

    Pixels beyond the network's square around the foreground stay transparent. Raises BadPicture if no pixel is to be
    added, else as `inpaint`.
    """
    if min(top, right, bottom, left) < 0 or not max(top, right, bottom, left):
        raise BadPicture(f"nothing is to be added to {sprite.name!r}: ask for 1 pixel or more on a side")
    larger, _ = crop(sprite, Box(-top, -left, sprite.height + bottom, sprite.width + right))
    mask = np.ones((larger.height, larger.width), bool)
    mask[top : top + sprite.height, left : left + sprite.width] = False
    return inpaint(model, larger, mask, n, labels=labels, prompt=prompt, seed=seed, palette=palette)


def fuse(
    model: Model,
    head: Sprite,
    body: Sprite,
    n: int = 8,
    *,
    cut: float = CUT,
    labels: Labels | None = None,
    prompt: str | None = None,
    seed: int = 0,
    palette: Palette | None = None,
) -> list[Sprite]:
    """n sprites with the head of one sprite on the body of another; the seam between them is inpainted.

    The colors are those of `head`, or all of `palette`. Raises as `join` and `inpaint`.
    """
    joined = join(head, body, cut=cut)
    sprite = joined.sprite
    if palette is not None:
        sprite = sprite.with_pixels(onto_palette(sprite.pixels, visible_colors(palette)))
    return inpaint(model, sprite, joined.seam, n, labels=labels, prompt=prompt, seed=seed, palette=palette)


@dataclass(frozen=True, eq=False, kw_only=True)
class Joined:
    """`seam` (h, w) is True where head and body meet and must be painted again."""

    sprite: Sprite
    seam: Mask


def join(head: Sprite, body: Sprite, *, cut: float = CUT, seam: int = SEAM) -> Joined:
    """The upper `cut` of one foreground above the lower rest of another, in the colors of the first.

    Neither is resampled; the middles of the rows where they meet are aligned. The canvas is that of `body`, or
    larger if necessary. Raises ImpossibleModel for a cut outside 0.1 to 0.9, BadPicture for a sprite without a
    visible pixel.
    """
    if not MIN_CUT <= cut <= MAX_CUT:
        raise ImpossibleModel(f"a cut at {cut} leaves one of the two out: give a number from 0.1 to 0.9")
    upper, lower = trim(head).pixels, trim(plan_like([body], [head]).apply(body)).pixels
    top, bottom = upper[: max(1, round(cut * len(upper)))], lower[round(cut * len(lower)) :]
    shift = _middle(top[-1]) - _middle(bottom[0])
    top_left, bottom_left = max(0, -shift), max(0, shift)
    width = max(top_left + top.shape[1], bottom_left + bottom.shape[1])
    height, canvas = len(top) + len(bottom), max(body.height, body.width)
    canvas_height, canvas_width = max(canvas, height), max(canvas, width)
    pixels = np.zeros((canvas_height, canvas_width, 4), np.uint8)
    y, x = canvas_height - height, (canvas_width - width) // 2
    line = y + len(top)
    pixels[y:line, x + top_left : x + top_left + top.shape[1]] = top
    pixels[line : y + height, x + bottom_left : x + bottom_left + bottom.shape[1]] = bottom
    mask = np.zeros((canvas_height, canvas_width), np.bool_)
    rows = slice(max(0, line - seam), line + seam)
    columns = np.flatnonzero(pixels[rows, :, 3].any(0))
    mask[rows, columns.min() : columns.max() + 1] = True
    return Joined(sprite=Sprite(pixels=pixels, name=f"{head.name}-{body.name}"), seam=mask)


def with_sampler(model: Model, *, num_steps: int | None = None) -> Model:
    """The model with another number of sampling steps. Raises RunError if it does not edit."""
    editor: Any = need(model, Edits)
    changed: Model = editor.with_sampler(num_steps=num_steps)
    return changed


def _editor(model: Model) -> Edits:
    """The model as one that edits. Raises ImpossibleModel if it was trained on resized pictures."""
    editor = need(model, Edits)
    if model.config.preprocessing != PIXEL.name:
        kind = f"a set that was prepared with --preprocessing {PIXEL.name}"
        raise ImpossibleModel(f"{model.name} paints resized pictures, not pixels: train a model on {kind}")
    return editor


def _placed(model: Model, sprite: Sprite) -> StoredSprite:
    """The foreground in the middle of the network's square. Raises BadPicture if it is larger, or empty."""
    size = _editor(model).size
    hard = sprite if is_hard(sprite.pixels) else sprite.with_pixels(harden(sprite.pixels))
    placed = Pixel(size=size).keep(hard)
    if placed is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: give another picture")
    if placed.cropped:
        raise BadPicture(
            f"the foreground of {sprite.name!r} is larger than the network's {size}×{size}: crop it"
        )
    return placed


def _back(placed: StoredSprite, picture: Sprite, sprite: Sprite) -> Sprite:
    """A picture of the network's square, moved back to the place of the foreground in `sprite`."""
    assert placed.placement is not None
    canvas = placed.placement.undo(picture)
    return sprite.with_pixels(canvas.pixels, name=picture.name, palette=None)


def _in_colors(rgba: Pixels, sprite: Sprite, palette: Palette | None) -> Pixels:
    """A picture of the network in the colors of the palette, or else of the sprite, if it has any."""
    if palette is not None:
        return onto_palette(rgba, visible_colors(palette))
    colors = extract_palette(sprite.pixels, ALL_COLORS)
    return map_to_palette(harden(rgba), colors) if len(colors) else finish(rgba, "").pixels


def _conditions(editor: Edits, labels: Labels | None, prompt: str | None, n: int) -> Floats:
    if n < 1:
        raise ImpossibleModel(f"{n} sprites cannot be sampled: ask for 1 or more")
    return np.tile(editor.condition(labels, prompt), (n, 1))


def _draw(editor: Edits, n: int, seed: int, palette: Palette | None) -> Draw:
    return Draw(seeds=tuple(range(seed, seed + n)), guidance=editor.guidance_scale, palette=palette)


def _names(sprite: Sprite, n: int, seed: int) -> Sequence[str]:
    return [f"{sprite.name}-{seed + i}" for i in range(n)]


def _middle(row: Pixels) -> int:
    """The mean column of the visible pixels in a row (w, 4); the middle of a row without any."""
    visible = np.flatnonzero(row[:, 3])
    return int(visible.mean()) if len(visible) else len(row) // 2
