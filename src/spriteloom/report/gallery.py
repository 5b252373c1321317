"""The sprites that the page shows, and what the codecs make of them. Measures them, lays nothing out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.data.pictures import Pictures
from spriteloom.data.store import SpriteSet
from spriteloom.editing import recolor
from spriteloom.editing.swap import swap_palette
from spriteloom.errors import BadPalette
from spriteloom.metrics import score
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.report.pictures import opaque, trimmed

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Back:
    """What comes back of a picture. MSE over its visible pixels, and the share of those that are exact."""

    sprite: Sprite
    mse: float
    exact: float


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A held-out sprite at its own size, its alpha kept, and what comes back, by size of the codec."""

    title: str
    sprite: Sprite
    back: Mapping[str, Back]


@dataclass(frozen=True, kw_only=True)
class Recolored:
    """A sprite in the colors of another; `shiny` is its artist's own other coloring, where there is one."""

    sprite: Sprite
    like: Sprite
    by_colors: Sprite | None  # None for a picture of more colors than a palette holds
    by_codes: Sprite
    shiny: Sprite | None


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """What the page shows. `codes` is the first sprite's grid in the MedRes codec, of `codebook` codes."""

    front: tuple[Sprite, ...]
    codes: NDArray[np.integer]
    codebook: int
    shown: tuple[Shown, ...]
    tested: tuple[Shown, ...]
    recolored: tuple[Recolored, ...]


def gather(
    data: SpriteSet, test: Pictures, codecs: Mapping[str, Codec], *, many: int = 8, swaps: int = 6
) -> Gallery:
    """`many` held-out species, evenly spread over the test split, not chosen by how well they come back."""
    sprites, shinies = _by_species(data)
    names = _spread(sorted(sprites), many)
    chosen = [sprites[name] for name in names]
    shown = tuple(_shown(sprite, codecs) for sprite in chosen)
    pairs = _spread(range(len(names)), swaps)
    return Gallery(
        front=tuple(sprites[name] for name in _spread(sorted(sprites), 2 * many)),
        codes=codecs["medres"].encode(chosen[:1]).grid[0],
        codebook=codecs["medres"].k,
        shown=shown,
        tested=_pictures_of_the_test(test, data.preprocessing.variants("test"), codecs),
        recolored=tuple(
            _recolored(chosen[i], chosen[(i + 1) % len(chosen)], shinies.get(names[i]), codecs["hires"])
            for i in pairs
        ),
    )


def _by_species(data: SpriteSet) -> tuple[dict[str, Sprite], dict[str, Sprite]]:
    """The first ordinary sprite of every held-out species, and its shiny one, without their margins."""
    ordinary: dict[str, Sprite] = {}
    shiny: dict[str, list[Sprite]] = {}
    for sprite in data.sprites("test"):
        if "shiny" in sprite.labels:
            shiny.setdefault(sprite.species, []).append(sprite)
        else:
            ordinary.setdefault(sprite.species, sprite)
    other = {
        species: trimmed(one)
        for species, found in shiny.items()
        for one in reversed(found)
        if species in ordinary and _same_pose(one, ordinary[species])
    }
    return {species: trimmed(sprite) for species, sprite in (ordinary or _firsts(shiny)).items()}, other


def _firsts(sprites: Mapping[str, list[Sprite]]) -> dict[str, Sprite]:
    return {species: found[0] for species, found in sprites.items()}


def _same_pose(a: Sprite, b: Sprite) -> bool:
    """Whether one is a recoloring of the other."""
    return np.array_equal(a.pixels[..., 3], b.pixels[..., 3])


def _spread(things: Sequence[T], many: int) -> list[T]:
    """At most `many` of them, evenly spread."""
    if len(things) <= many:
        return list(things)
    return [things[i * len(things) // many] for i in range(many)]


def _shown(sprite: Sprite, codecs: Mapping[str, Codec]) -> Shown:
    def back(codec: Codec) -> Back:
        again = codec.decode(codec.encode([sprite]))[0]
        visible = sprite.pixels[..., 3] > 0
        return _back(over(sprite.pixels, WHITE), over(again.pixels, WHITE), visible, again)

    return Shown(
        title=sprite.species.replace("-", " "),
        sprite=sprite,
        back={size: back(codec) for size, codec in codecs.items()},
    )


def _pictures_of_the_test(
    test: Pictures, variants: Sequence[str], codecs: Mapping[str, Codec], many: int = 4
) -> tuple[Shown, ...]:
    """One picture each of `many` sprites, each in another variant."""
    sprites = range(len(test) // len(variants))
    which = [
        (sprite, (1 + i * len(variants) // many) % len(variants))
        for i, sprite in enumerate(_spread(sprites, many))
    ]
    return tuple(
        _tested(test, sprite * len(variants) + variant, _variant(variants[variant]), codecs)
        for sprite, variant in which
    )


def _variant(name: str) -> str:
    """A variant of a recipe in words: "turn-2/white" is turned, over white."""
    pose, _, ground = name.partition("/")
    words = {"as-is": "as it is", "flip": "flipped"}.get(pose, "turned")
    return f"{words}, over {ground}" if ground else words


def _tested(test: Pictures, i: int, title: str, codecs: Mapping[str, Codec]) -> Shown:
    """One of the pictures that the tables are about."""
    rgb = test.rgb[i : i + 1]

    def back(codec: Codec) -> Back:
        again = codec.decode_rgb(codec.encode_rgb(rgb))[0]
        return _back(rgb[0], again, np.ones(rgb.shape[1:3], np.bool_), opaque(again))

    return Shown(
        title=title, sprite=opaque(rgb[0]), back={size: back(codec) for size, codec in codecs.items()}
    )


def _back(
    truth: NDArray[np.uint8], guess: NDArray[np.uint8], inside: NDArray[np.bool_], sprite: Sprite
) -> Back:
    found = score([(truth[None], guess[None], inside[None])]).foreground
    return Back(sprite=sprite, mse=found.mse, exact=found.exact_pixels)


def _recolored(sprite: Sprite, like: Sprite, shiny: Sprite | None, codec: Codec) -> Recolored:
    try:
        by_colors = recolor(sprite, like=like)
    except BadPalette:
        by_colors = None
    by_codes = swap_palette(codec, sprite, like)
    return Recolored(sprite=sprite, like=like, by_colors=by_colors, by_codes=by_codes, shiny=shiny)
