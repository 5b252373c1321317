"""The source `procedural`: creatures from a seed, without a network and without other people's art."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.creature import draw
from spriteloom.data.procedural.species import CreatureSpec, invent
from spriteloom.data.source import Item
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.sprite import Sprite

_PICTURES = (("front", False), ("back", False), ("front", True), ("back", True))  # (view, shiny) of a species


def species(n: int, *, seed: int, size: int = 64) -> Iterator[CreatureSpec]:
    """`n` species; number i depends only on `seed` (≥ 0), i and `size`."""
    for i in range(n):
        yield invent(Chance.stream(seed, i), key=f"procedural-{seed}-{i:05d}", size=size)


def creatures(n: int, *, seed: int, size: int = 64) -> Iterator[Sprite]:
    """The front views of `n` species: (size, size) sprites of at most 16 colors, with labels; see `draw`."""
    for spec in species(n, seed=seed, size=size):
        yield draw(spec)


@dataclass(frozen=True)
class ProceduralSource:
    """`n` species as indexed PNG files: front, back, shiny front and shiny back of each, 4 · n items.

    `size` is 32..96 pixels. The same arguments give the same pictures on every machine.
    """

    n: int = 512
    seed: int = 0
    size: int = 64

    @property
    def name(self) -> str:
        return "procedural"

    @property
    def licence(self) -> str:
        return "drawn by spriteloom's own generator; CC0, do what you like with them"

    def __len__(self) -> int:
        return self.n * len(_PICTURES)

    def items(self) -> Iterator[Item]:
        for spec in species(self.n, seed=self.seed, size=self.size):
            for view, shiny in _PICTURES:
                yield _item(spec, view, shiny)


def _item(spec: CreatureSpec, view: str, shiny: bool) -> Item:
    sprite = draw(spec, view=view, shiny=shiny)
    folder = "shiny/" if shiny else ""
    return Item(
        path=f"{folder}{view}/{spec.key}.png",
        data=encode_png(sprite.pixels, sprite.palette),
        species=spec.key,
        types=spec.types,
        shape=spec.shape,
        color=str(sprite.labels["color"]),
        view=view,
        shiny=shiny,
        text=str(sprite.labels["text"]),
    )
