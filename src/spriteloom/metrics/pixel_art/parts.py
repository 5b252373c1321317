"""Single measures of pixel art: small palettes, hard steps between colors, no lone pixels, whole outlines.

Each takes the foreground of n pictures and returns one number for each, (n,). Shares are over the pixels of the
foreground. No measure depends on what a sprite shows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from spriteloom.metrics.pictures import colors_per_sprite
from spriteloom.metrics.pixel_art.foreground import BACKGROUND, Foreground, foreground_of
from spriteloom.pixels.arrays import Bytes, Doubles, Mask
from spriteloom.pixels.oklab import oklab

PALETTE = 16  # colors of a sprite's palette on the consoles of this art
SHARED = 3  # the least pixels of a color of the palette
SOFT = 24  # of 255: side by side, colors that differ less than this in every channel look nearly equal
EVEN = 0.06  # of OKLab's lightness: neighbors that differ less have one shade
COLORED = 0.04  # the least chroma of a pixel with a hue
TURNED = 25.0  # degrees between two hues that are two colors
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
WHOLE = 0.9  # of the foreground: the least share of a part that makes it one shape
DARK = 0.5  # of the mean luma inside the outline

AROUND = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))
FORWARD = ((0, 1), (1, -1), (1, 0), (1, 1))  # half of those: each pair of neighbors once
PAIRS = ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[:, :, 1:], np.s_[:, :, :-1]))  # neighbors by sides


def colors(sprites: Foreground) -> Doubles:
    """The number of colors; two that differ only in alpha are two."""
    return np.array([len(np.unique(c[c != BACKGROUND])) for c in sprites.colors], np.float64)


def off_palette(sprites: Foreground) -> Doubles:
    """The share of pixels whose color is not one of the 16 commonest that have three pixels or more."""
    others = np.zeros(len(sprites.colors))
    for i, picture in enumerate(sprites.colors):
        counts = np.sort(np.unique(picture[picture != BACKGROUND], return_counts=True)[1])[::-1]
        palette = counts[:PALETTE]
        others[i] = counts.sum() - palette[palette >= SHARED].sum()
    return others / sprites.areas


def palette_error(sprites: Foreground) -> Doubles:
    """The error of the sprite that Pillow reduces to 16 colors: root mean square over channels, of 255."""
    errors = np.zeros(len(sprites.colors))
    for i, (pixels, inside) in enumerate(zip(sprites.pixels, sprites.inside, strict=True)):
        row = pixels[inside][None, :, :3]  # (1, p, 3): the foreground's pixels in a row
        if len(np.unique(sprites.colors[i][inside])) > PALETTE:
            reduced = Image.fromarray(row).quantize(PALETTE, kmeans=2, dither=Image.Dither.NONE)
            gap = np.asarray(reduced.convert("RGB")).astype(np.float64) - row
            errors[i] = np.sqrt((gap**2).mean())
    return errors


def soft_steps(sprites: Foreground) -> Doubles:
    """Of neighbors of different color, the share that differ by less than 24 of 255; 0 if there are none."""
    soft, steps = np.zeros(len(sprites.colors)), np.zeros(len(sprites.colors))
    for left, right in PAIRS:
        a, b = sprites.pixels[left].astype(np.int16), sprites.pixels[right].astype(np.int16)
        both = sprites.inside[left] & sprites.inside[right]
        different = both & (sprites.colors[left] != sprites.colors[right])
        steps += different.sum(axis=(1, 2))
        soft += (different & (np.abs(a - b).max(axis=-1) < SOFT)).sum(axis=(1, 2))
    return soft / np.maximum(steps, 1)


def mixed(sprites: Foreground) -> Doubles:
    """The share of pixels between their two opposite neighbors in every channel, as resampling makes them."""
    between = np.zeros(sprites.inside.shape, np.bool_)
    colors, pixels = sprites.colors, sprites.pixels
    for middle, left, right in (
        (np.s_[:, 1:-1], np.s_[:, :-2], np.s_[:, 2:]),
        (np.s_[:, :, 1:-1], np.s_[:, :, :-2], np.s_[:, :, 2:]),
    ):
        low, high = np.minimum(pixels[left], pixels[right]), np.maximum(pixels[left], pixels[right])
        within = ((low <= pixels[middle]) & (pixels[middle] <= high)).all(axis=-1)
        inside = sprites.inside[left] & sprites.inside[right]
        unequal = (colors[middle] != colors[left]) & (colors[middle] != colors[right])
        between[middle] |= within & inside & unequal
    return np.asarray((between & sprites.inside).sum(axis=(1, 2)) / sprites.areas)


def half_transparent(sprites: Foreground) -> Doubles:
    """The share of pixels with alpha above 0 and below 255."""
    return np.asarray((sprites.inside & (sprites.pixels[..., 3] < 255)).sum(axis=(1, 2)) / sprites.areas)


def orphans(sprites: Foreground) -> Doubles:
    """The share of pixels with no neighbor of their color among the eight around them."""
    padded = np.pad(sprites.colors, ((0, 0), (1, 1), (1, 1)))  # the background has a number of its own
    accompanied = np.zeros(sprites.colors.shape, np.bool_)
    for dy, dx in AROUND:
        accompanied |= _shifted(padded, dy, dx) == sprites.colors
    return np.asarray((sprites.inside & ~accompanied).sum(axis=(1, 2)) / sprites.areas)


def broken_outline(sprites: Foreground) -> Doubles:
    """Of neighbors along the silhouette, the share of which only one is dark: below half the mean luma inside."""
    rim = silhouette(sprites)
    luma = sprites.pixels[..., :3] @ LUMA
    core = sprites.inside & ~rim
    weight = np.maximum(core.sum(axis=(1, 2)), 1)
    level = (luma * core).sum(axis=(1, 2)) / weight * DARK
    dark = luma < level[:, None, None]
    breaks, pairs = np.zeros(len(rim)), np.zeros(len(rim))
    rims, darks = (np.pad(a, ((0, 0), (1, 1), (1, 1))) for a in (rim, dark))
    for dy, dx in FORWARD:
        both = rim & _shifted(rims, dy, dx)
        pairs += both.sum(axis=(1, 2))
        breaks += (both & (dark != _shifted(darks, dy, dx))).sum(axis=(1, 2))
    return breaks / np.maximum(pairs, 1)


def silhouette(sprites: Foreground) -> Mask:
    """The foreground's pixels with background or the picture's end above, below, left or right: (n, h, w)."""
    padded = np.pad(sprites.inside, ((0, 0), (1, 1), (1, 1)))
    enclosed = np.logical_and.reduce([_shifted(padded, *by) for by in ((0, 1), (1, 0), (0, -1), (-1, 0))])
    return np.asarray(sprites.inside & ~enclosed)


def drift(sprites: Foreground) -> Doubles:
    """Of colored, equally light neighbors by sides, the share whose hues differ; 0 if there are none."""
    lab = oklab(sprites.pixels[..., :3])
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    colored = sprites.inside & (chroma >= COLORED)
    turned, pairs = np.zeros(len(lab)), np.zeros(len(lab))
    for right, left in PAIRS:
        even = colored[left] & colored[right] & (np.abs(light[right] - light[left]) < EVEN)
        angle = np.abs((hue[right] - hue[left] + 180) % 360 - 180)
        pairs += even.sum((1, 2))
        turned += (even & (angle > TURNED)).sum((1, 2))
    return np.asarray(turned / np.maximum(pairs, 1))


def loose_parts(sprites: Foreground) -> Doubles:
    """The share of pixels outside the largest 8-connected part."""
    shares = np.zeros(len(sprites.colors))
    for i, inside in enumerate(sprites.inside):
        if inside.any():
            areas = np.bincount(ndimage.label(inside, np.ones((3, 3)))[0][inside])
            shares[i] = 1 - areas.max() / areas.sum()
    return shares


def _shifted(padded: NDArray[Any], dy: int, dx: int) -> NDArray[Any]:
    """The values (dy, dx) away from each pixel, of an array padded by one pixel on every side."""
    h, w = padded.shape[1] - 2, padded.shape[2] - 2
    return padded[:, 1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w]


def summary(sprites: Bytes) -> dict[str, float]:
    """Shares of sprites (n, s, s, 4) with few colors, hard alpha and one part; loose pixels and color drift."""
    parts = foreground_of(sprites)
    loose, alpha = loose_parts(parts), sprites[..., 3]
    return {
        "colors_at_most_16": float((colors_per_sprite(sprites) <= PALETTE).mean()),
        "hard_alpha": float(((alpha == 0) | (alpha == 255)).all((1, 2)).mean()),
        "one_figure": float((1 - loose >= WHOLE).mean()),
        "loose": float(loose.mean()),
        "drift": float(drift(parts).mean()),
    }
