"""Small sources made in memory, for the tests of this room."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from spriteloom.data.source import Item
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png


@dataclass
class ListSource:
    """Items from a list."""

    given: list[Item] = field(default_factory=list)
    name: str = "tiny"
    licence: str = "CC0, made by a test"

    def __len__(self) -> int:
        return len(self.given)

    def items(self) -> Iterator[Item]:
        return iter(self.given)


def blob(seed: int, height: int = 24, width: int = 20, colors: int = 6) -> Pixels:
    """A random figure with hard alpha and a margin, uint8 (height, width, 4)."""
    chance = np.random.default_rng(seed)
    palette = chance.integers(0, 256, (colors, 4), dtype=np.uint8)
    palette[:, 3] = 255
    pixels = palette[chance.integers(0, colors, (height, width))]
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    pixels[rows**2 + columns**2 > chance.uniform(0.5, 0.9)] = 0
    return pixels


def item(path: str, pixels: Pixels, species: str = "", **labels: object) -> Item:
    return Item(path=path, data=encode_png(pixels), species=species or path, **labels)


def many(n: int, **labels: object) -> ListSource:
    """One blob for each of n species."""
    return ListSource([item(f"s{i}.png", blob(i), f"s{i}", **labels) for i in range(n)])


def gif(frames: list[Pixels]) -> bytes:
    pictures = [Image.fromarray(frame, "RGBA") for frame in frames]
    file = io.BytesIO()
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], disposal=2)
    return file.getvalue()
