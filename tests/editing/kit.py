"""Small sprites made of letters."""

from __future__ import annotations

import numpy as np

from spriteloom.pixels import Palette, Sprite

RGBA = tuple[int, int, int, int]

CLEAR: RGBA = (0, 0, 0, 0)
RED, GREEN, BLUE = (200, 20, 20, 255), (20, 200, 20, 255), (20, 20, 200, 255)
BLACK, WHITE = (0, 0, 0, 255), (255, 255, 255, 255)
COLORS = {".": CLEAR, "r": RED, "g": GREEN, "b": BLUE, "k": BLACK, "w": WHITE}


def sprite(rows: str, palette: str = "", **more: RGBA) -> Sprite:
    """`sprite("rr. .gb")`: a row a word, a letter a pixel; `palette` in letters too."""
    letters = COLORS | more
    pixels = np.array([[letters[letter] for letter in row] for row in rows.split()], np.uint8)
    order = Palette([letters[letter] for letter in palette]) if palette else None
    return Sprite(pixels=pixels, name="slime", species="slime", palette=order)


def by_chance(colors: int, seed: int, side: int = 24, alpha: tuple[int, ...] = (255,)) -> Sprite:
    """That many visible colors in uneven numbers on a transparent ground, no palette."""
    chance = np.random.default_rng(seed)
    table = np.zeros((colors + 1, 4), np.uint8)
    table[1:, :3] = np.unique(chance.integers(0, 256, (4 * colors, 3)), axis=0)[:colors]
    table[1:, 3] = chance.choice(alpha, colors)
    places = np.minimum(chance.geometric(2 / colors, (side, side)) - 1, colors)
    places.flat[: colors + 1] = np.arange(colors + 1)
    return Sprite(pixels=table[places], name="noise")


def regions(pixels: np.ndarray) -> set[bytes]:
    """The set of pixels of each color, whatever the color is."""
    _, color = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    return {(color == each).tobytes() for each in range(int(color.max()) + 1)}
