"""Print sprites in the terminal: a half block for two pixels, one above the other, in 24-bit color."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.pixels import Sprite
    from spriteloom.pixels.arrays import Pixels

GAP = 1  # columns between two sprites
LOWER, UPPER, RESET = "▄", "▀", "\x1b[0m"


def print_sprites(sprites: Sequence[Sprite]) -> None:
    """Print sprites on stdout, side by side as the width allows. Without a terminal or colors, say so in one line."""
    reason = _obstacle(sprites)
    if reason:
        say(f"--show prints nothing: {reason}")
        return
    print("\n".join(lines_of(sprites, shutil.get_terminal_size().columns)))


def _obstacle(sprites: Sequence[Sprite]) -> str:
    """Why the sprites cannot be printed, empty if they can."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return "stdout is not a terminal with colors"
    if os.environ.get("NO_COLOR"):
        return "NO_COLOR is set"
    width, columns = max(sprite.width for sprite in sprites), shutil.get_terminal_size().columns
    return (
        f"a sprite is {width} columns wide, the terminal has {columns}: widen it" if width > columns else ""
    )


def lines_of(sprites: Sequence[Sprite], columns: int) -> Iterator[str]:
    """The lines of sprites in rows of at most `columns` characters, each row aligned at its lower edge.

    Transparent pixels keep the terminal's background.
    """
    row: list[Sprite] = []
    for sprite in sprites:
        if row and sum(each.width + GAP for each in row) + sprite.width > columns:
            yield from _row(row)
            row = []
        row.append(sprite)
    yield from _row(row)


def _row(sprites: Sequence[Sprite]) -> Iterator[str]:
    import numpy as np

    height = max(sprite.height for sprite in sprites)
    height += height % 2
    width = sum(sprite.width + GAP for sprite in sprites) - GAP
    canvas, left = np.zeros((height, width, 4), np.uint8), 0
    for sprite in sprites:
        canvas[height - sprite.height :, left : left + sprite.width] = sprite.pixels
        left += sprite.width + GAP
    for upper, lower in zip(canvas[::2], canvas[1::2], strict=True):
        yield _line(upper, lower)


def _line(upper: Pixels, lower: Pixels) -> str:
    """Two rows of pixels (w, 4) as a line of characters; colors are written where they change."""
    from spriteloom.pixels.alpha import HALF

    text, style = "", RESET
    for above, below in zip(upper.tolist(), lower.tolist(), strict=True):
        is_above, is_below = above[3] >= HALF, below[3] >= HALF
        front, back = (above, below) if is_above else (below, above)
        new_style = RESET
        if is_above or is_below:
            new_style = _color(38, front) + (_color(48, back) if is_above and is_below else "\x1b[49m")
        if new_style != style:
            text, style = text + new_style, new_style
        text += UPPER if is_above else LOWER if is_below else " "
    return (text if style == RESET else text + RESET).rstrip(" ")


def _color(layer: int, pixel: Sequence[int]) -> str:
    """The escape code of a color: `layer` 38 is the character's, 48 the background's."""
    return f"\x1b[{layer};2;{pixel[0]};{pixel[1]};{pixel[2]}m"
