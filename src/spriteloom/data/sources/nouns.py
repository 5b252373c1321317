"""Nouns: 32×32 pictures composed from run-length coded parts over one palette.

A part is a hex string: palette number, then the bounds top, right, bottom, left, then pairs (length, color
index) that fill the rectangle row by row. `right` is exclusive, `bottom` is inclusive. Color 0 is transparent.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.source import Item
from spriteloom.data.sources.npm import Package
from spriteloom.data.sources.tree import Tree
from spriteloom.errors import SourceError
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png

PACKAGE = Package(
    name="@nouns/assets",
    version="0.10.0",
    size=36_235,
    integrity="sha512-M4d8akHjr77qc/OE9Mhbp/wioiRQ2hYlYKZfRmVSex6OW+R8LbToUDYHIGPPp11mapzJbBob5FuZ+fCFBiY2Qg==",
)
LICENCE = "Nouns art, CC0: in the public domain"
SIZE = 32
COUNT = 2_000  # pictures by default
LAYERS = ("bodies", "accessories", "heads", "glasses")  # from the bottom up
DATA = "dist/image-data.json"


def is_nouns(paths: Sequence[str]) -> bool:
    return any(path.endswith(DATA) for path in paths)


@dataclass(frozen=True)
class Part:
    """One layer, such as the head "aardvark": palette indices (32, 32) uint8, 0 transparent."""

    name: str
    indices: NDArray[np.uint8]


@dataclass(frozen=True)
class Nouns:
    """`n` different pictures, drawn with `seed` from all combinations of parts. The head is the species."""

    tree: Tree
    n: int
    seed: int
    name: str = "nouns"
    licence: str = LICENCE

    def __len__(self) -> int:
        return self.n

    def items(self) -> Iterator[Item]:
        palette, layers = self._parts
        total = prod(map(len, layers))
        if self.n > total:
            raise SourceError(f"nouns: {self.n:,} pictures requested, the parts make {total:,}: ask for less")
        for number, combination in enumerate(random.Random(self.seed).sample(range(total), self.n)):
            parts = []  # one digit of the combination's number for each layer
            for layer in layers:
                combination, digit = divmod(combination, len(layer))
                parts.append(layer[digit])
            body, accessory, head, glasses = (part.name for part in parts)
            yield Item(
                path=f"noun-{number:06d}.png",
                data=encode_png(compose(parts, palette)),
                species=head,
                view="front",
                text=f"{head} head, {glasses} glasses, {body} body, {accessory} on it".replace("-", " "),
            )

    @cached_property
    def _parts(self) -> tuple[Pixels, list[list[Part]]]:
        """The palette (n, 4) and the parts of each layer. Raises SourceError."""
        files = [path for path in self.tree.paths if path.endswith(DATA)]
        try:
            data: dict[str, Any] = json.loads(next(text for _, text in self.tree.read(files)))
            layers = [
                [
                    Part(part["filename"].split("-", 1)[-1], decode(part["data"]))
                    for part in data["images"][layer]
                ]
                for layer in LAYERS
            ]
            palette = [[*bytes.fromhex(color), 255] if color else [0] * 4 for color in data["palette"]]
            return np.array(palette, np.uint8), layers
        except (ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
            reason = f"{DATA} does not hold the parts of Nouns ({error!r})"
            raise SourceError(f"{self.tree.place}: {reason}; get it again") from error


def decode(code: str) -> NDArray[np.uint8]:
    """One part's hex string → palette indices (32, 32) uint8, 0 transparent. Raises ValueError."""
    _, top, right, bottom, left, *runs = bytes.fromhex(code.removeprefix("0x"))
    canvas = np.zeros((SIZE, SIZE), np.uint8)
    if runs:
        colors = np.array(runs[1::2], np.uint8).repeat(runs[::2])
        box = canvas[top : bottom + 1, left:right]
        box[:] = colors.reshape(bottom + 1 - top, right - left)[: box.shape[0], : box.shape[1]]
    return canvas


def compose(parts: Sequence[Part], palette: Pixels) -> Pixels:
    """The parts laid over one another, the first at the bottom: uint8 (32, 32, 4), alpha 0 or 255."""
    indices = np.zeros((SIZE, SIZE), np.uint8)
    for part in parts:
        indices = np.where(part.indices > 0, part.indices, indices)
    return palette[indices]
