"""Whether a figure is drawn from a small palette, and how hard its colors meet. Knows no shape.

All shares are over the pixels of the figure. None of these looks at what a sprite depicts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.metrics.pixel_art.figures import GROUND, Figures

PALETTE = 16  # colors that a sprite may have on its palette: those of the consoles this art was made for
SHARED = 3  # pixels that a color of the palette is shared by, at least
SOFT = 24  # of 255: colors nearer than this in every channel are hardly told apart side by side

Shares = NDArray[np.float64]


def colors(found: Figures) -> NDArray[np.float64]:
    """How many colors each figure has, (n,); two that differ in alpha alone are two."""
    return np.array([len(np.unique(one[one != GROUND])) for one in found.colors], np.float64)


def off_palette(found: Figures) -> Shares:
    """The share of pixels whose color is not among the 16 commonest that three or more share, (n,)."""
    strangers = np.zeros(len(found.colors))
    for i, one in enumerate(found.colors):
        counts = np.sort(np.unique(one[one != GROUND], return_counts=True)[1])[::-1]
        known = counts[:PALETTE]
        strangers[i] = counts.sum() - known[known >= SHARED].sum()
    return strangers / found.areas


def palette_error(found: Figures) -> NDArray[np.float64]:
    """How far a figure is from 16 colors of its own: root mean square over channels, of 255, (n,).

    The 16 are by median cut and two rounds of k-means, as Pillow makes them. A sprite of 16 colors or fewer
    is at 0.
    """
    errors = np.zeros(len(found.colors))
    for i, (pixels, inside) in enumerate(zip(found.pixels, found.inside, strict=True)):
        line = pixels[inside][None, :, :3]  # (1, p, 3): the figure's pixels alone, in a row
        if len(np.unique(found.colors[i][inside])) > PALETTE:
            near = Image.fromarray(line).quantize(PALETTE, kmeans=2, dither=Image.Dither.NONE)
            away = np.asarray(near.convert("RGB")).astype(np.float64) - line
            errors[i] = np.sqrt((away**2).mean())
    return errors


def soft_steps(found: Figures) -> Shares:
    """Of neighbours of unlike color in the figure, the share that differ by less than 24 of 255, (n,).

    Pixel art steps from one color of its palette to another; what was blurred or compressed slides. 0 where
    there is one color only.
    """
    soft, steps = np.zeros(len(found.colors)), np.zeros(len(found.colors))
    for here, there in (
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:, :, 1:], np.s_[:, :, :-1]),
    ):
        a, b = found.pixels[here].astype(np.int16), found.pixels[there].astype(np.int16)
        both = found.inside[here] & found.inside[there]
        unlike = both & (found.colors[here] != found.colors[there])
        near = unlike & (np.abs(a - b).max(axis=-1) < SOFT)
        steps += unlike.sum(axis=(1, 2))
        soft += near.sum(axis=(1, 2))
    return soft / np.maximum(steps, 1)


def mixed(found: Figures) -> Shares:
    """The share of pixels whose color lies between those left and right of it, or above and below, (n,).

    Between: in every channel, and equal to neither. Resampling makes such pixels at every edge.
    """
    between = np.zeros(found.inside.shape, np.bool_)
    colors, pixels = found.colors, found.pixels
    for here, one, other in (
        (np.s_[:, 1:-1], np.s_[:, :-2], np.s_[:, 2:]),
        (np.s_[:, :, 1:-1], np.s_[:, :, :-2], np.s_[:, :, 2:]),
    ):
        low, high = np.minimum(pixels[one], pixels[other]), np.maximum(pixels[one], pixels[other])
        held = ((low <= pixels[here]) & (pixels[here] <= high)).all(axis=-1)
        inside = found.inside[one] & found.inside[other]
        between[here] |= held & inside & (colors[here] != colors[one]) & (colors[here] != colors[other])
    return np.asarray((between & found.inside).sum(axis=(1, 2)) / found.areas)


def half_transparent(found: Figures) -> Shares:
    """The share of pixels that are neither there nor not: alpha above 0 and below 255, (n,)."""
    return np.asarray((found.inside & (found.pixels[..., 3] < 255)).sum(axis=(1, 2)) / found.areas)
