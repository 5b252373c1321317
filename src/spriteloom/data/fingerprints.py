"""Fingerprints of the visible part of pictures: for equal pixels, recolored drawings and similar looks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.pixels.alpha import HALF, clear_hidden
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.geometry import bounding_box

MIN_PIXELS = 16  # visible ones; a smaller sprite is like any other
GRID = 8  # a look has GRID × GRID cells of two bits
LOOK_BITS = 2 * GRID * GRID
BLOCK = 2048  # looks that are compared with all others at once


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Of one picture. `drawing` and `look` are empty if there is too little to compare."""

    pixels: bytes  # equal for equal pixels
    drawing: bytes  # equal for recolors: colors numbered by first appearance
    look: bytes  # LOOK_BITS bits: each cell covered? lighter than its right neighbour?
    colors: int  # visible colors
    partial: int  # pixels with an alpha between 0 and 255


def fingerprint(pixels: Pixels) -> Fingerprint:
    """The fingerprint of uint8 RGBA (h, w, 4)."""
    box = bounding_box(pixels)
    if box is None:
        return Fingerprint(b"", b"", b"", 0, 0)
    sprite = clear_hidden(pixels[box.top : box.bottom, box.left : box.right])
    alpha = sprite[..., 3]
    values = np.ascontiguousarray(sprite).view(np.uint32)[..., 0]
    _, first, index = np.unique(values.reshape(-1), return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.uint32)  # of each color, by its first appearance
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.uint32)
    colors = len(first) - int((alpha == 0).any())
    enough = np.count_nonzero(alpha) >= MIN_PIXELS
    return Fingerprint(
        pixels=_digest(sprite, sprite.shape),
        drawing=_digest(rank[index].view(np.uint8), sprite.shape) if enough and colors > 1 else b"",
        look=_look(sprite) if enough else b"",
        colors=colors,
        partial=int(((alpha > 0) & (alpha < 255)).sum()),
    )


def similar_looks(looks: NDArray[np.uint8], most: int) -> Iterator[tuple[int, int, int]]:
    """Pairs (i, j, differing bits), i < j, of looks uint8 (n, LOOK_BITS / 8) with at most `most` bits between them."""
    signs = np.unpackbits(looks, axis=1).astype(np.float32) * 2 - 1
    least = LOOK_BITS - 2 * most  # each differing bit takes 2 from the product of two looks
    for start in range(0, len(signs), BLOCK):
        products = signs[start : start + BLOCK] @ signs[start:].T  # (block, n - start)
        for i, j in np.argwhere(np.triu(products >= least, k=1)):
            yield start + int(i), start + int(j), int(LOOK_BITS - products[i, j]) // 2


def _digest(values: NDArray[np.uint8], shape: tuple[int, ...]) -> bytes:
    salt = np.array(shape[:2], np.uint32).tobytes()
    return hashlib.blake2b(values.tobytes(), digest_size=16, salt=salt).digest()


def _look(sprite: Pixels) -> bytes:
    small = Image.fromarray(sprite, "RGBA").convert("RGBa").resize((GRID + 1, GRID), Image.Resampling.BOX)
    cells = np.asarray(small).astype(np.int32)
    alpha = cells[..., 3]
    light = cells[..., :3].sum(axis=2) * 2 + (255 - alpha) * 3  # twice the brightness, over middle grey
    covered = alpha[:, :GRID] >= HALF
    return np.packbits(np.stack([covered, light[:, :GRID] > light[:, 1:]])).tobytes()
