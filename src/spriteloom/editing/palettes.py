"""Make palettes of pictures and of other palettes: merged, reduced to few colors, in ramps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spriteloom.codecs.indexed import extract_palette
from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import Palette, open_animation, open_palette
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.oklab import NAMES, names_of, oklab
from spriteloom.pixels.palette import MAX_INDEXED, MIN_COLORS, visible_colors

TEXTS = (".gpl", ".hex", ".pal", ".txt")  # suffixes that only palettes have


def make_palette(
    sources: Sequence[str | Path], *, k: int | None = None, ramps: bool | None = None
) -> Palette:
    """The visible colors of pictures, palette files and named palettes, without repetition, source by source.

    With `k` at most so many, those that the pixels need most; a palette counts as one pixel a color. They are in
    `ramps` if it says so, or by default with `k`. Raises BadPalette for k outside 2 to 256, else as `open_palette`
    and `open_animation`.
    """
    if k is not None and not MIN_COLORS <= k <= MAX_INDEXED:
        raise BadPalette(f"a palette of {k} colors cannot be made: ask for {MIN_COLORS} to {MAX_INDEXED}")
    parts = [_colors_and_pixels(Path(source)) for source in sources]
    colors = visible_colors(Palette(np.concatenate([palette.colors for palette, _ in parts])))
    if k is not None:
        colors = extract_palette(np.concatenate([pixels for _, pixels in parts]), k)
    if ramps or (ramps is None and k is not None):
        colors = in_ramps(colors)
    return Palette(colors)


def in_ramps(colors: Bytes) -> Bytes:
    """Colors (k, 3): grays first, then browns, then hue by hue, each ramp from dark to light."""
    ramp = np.maximum(names_of(colors), NAMES.index("white"))
    return colors[np.lexsort((oklab(colors)[:, 0], ramp))]


def _colors_and_pixels(source: Path) -> tuple[Palette, Bytes]:
    """The colors of a source in its order, and its pixels (n, 4). A strip of pixels is a palette."""
    if source.suffix.lower() in TEXTS or not (source.suffix or source.exists()):
        palette = open_palette(source)
        return palette, palette.colors
    try:
        frames = open_animation(source).frames
    except BadPicture:
        if source.suffix.lower() != ".ase":
            raise
        palette = open_palette(source)
        return palette, palette.colors
    pixels = np.concatenate([frame.pixels.reshape(-1, 4) for frame in frames])
    if len(frames) > 1:
        return Palette.of(pixels), pixels
    if 1 in (frames[0].width, frames[0].height):
        return Palette(pixels), pixels
    return frames[0].palette or Palette.of(pixels), pixels
