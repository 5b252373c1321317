"""The sprites that the demo's page shows, and their reconstructions and recolorings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.pictures import Pictures
from spriteloom.data.store import SpriteSet
from spriteloom.editing import recolor
from spriteloom.editing.swap import swap_palette
from spriteloom.errors import BadPalette
from spriteloom.metrics import colors_per_sprite, score
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes, Mask
from spriteloom.reproduce.pictures import Gallery, Picture, code_map, evenly_spaced, opaque, picture, trimmed
from spriteloom.reproduce.pixel_vqvae.published import SIZES
from spriteloom.reproduce.tables import share, small

SHOWN, SWAPS, TESTED = 8, 6, 4

Codecs = Mapping[str, Codec]  # by size


def galleries(data: SpriteSet, test: Pictures, codecs: Codecs) -> dict[str, Gallery]:
    """Held-out species, evenly spread over the test split, not chosen by how well they come back."""
    ordinary, shinies = _by_species(data)
    species = sorted(ordinary)
    sprites = [ordinary[species[i]] for i in evenly_spaced(len(species), SHOWN)]
    front = [ordinary[species[i]] for i in evenly_spaced(len(species), 2 * SHOWN)]
    swaps = [
        _recolored(sprites[i], sprites[(i + 1) % len(sprites)], shinies, codecs["hires"])
        for i in evenly_spaced(len(sprites), SWAPS)
    ]
    return {
        "hero": _rows("hero", [[picture(sprite, sprite.name, scale=2) for sprite in front]]),
        "steps": _rows("steps", [_steps(sprites[0], codecs["medres"])]),
        "reconstructed": _rows("shelf", [_own_size(sprite, codecs) for sprite in sprites], "four"),
        "tested": _rows("shelf", _tested(test, data.preprocessing.variants("test"), codecs), "four"),
        "recolored": _rows("shelf", swaps, "five"),
    }


def _rows(kind: str, rows: Sequence[Sequence[Picture]], width: str = "") -> Gallery:
    return Gallery(kind=kind, title=width, rows=[("", row) for row in rows])


def _by_species(data: SpriteSet) -> tuple[dict[str, Sprite], dict[str, Sprite]]:
    """The first ordinary sprite of every held-out species, and its shiny one, without their margins."""
    ordinary: dict[str, Sprite] = {}
    shiny: dict[str, list[Sprite]] = {}
    for sprite in data.sprites("test"):
        if "shiny" in sprite.labels:
            shiny.setdefault(sprite.species, []).append(sprite)
        else:
            ordinary.setdefault(sprite.species, sprite)
    recolorings = {
        species: trimmed(sprite)
        for species, sprites in shiny.items()
        for sprite in reversed(sprites)
        if species in ordinary and np.array_equal(sprite.pixels[..., 3], ordinary[species].pixels[..., 3])
    }
    firsts = ordinary or {species: sprites[0] for species, sprites in shiny.items()}
    return {species: trimmed(sprite) for species, sprite in firsts.items()}, recolorings


def _steps(sprite: Sprite, codec: Codec) -> list[Picture]:
    """A sprite, its codes, its reconstruction."""
    codes = codec.encode([sprite])
    gh, gw = codes.grid[0].shape
    size, bits = f"{sprite.width}×{sprite.height} pixels", (codec.k - 1).bit_length()
    return [
        picture(sprite, f"{size} in", scale=3),
        picture(code_map(codes.grid[0], codec.k), f"{gw}×{gh} codes of {bits} bits", scale=6),
        picture(codec.decode(codes)[0], f"{size} back", scale=3),
    ]


def _own_size(sprite: Sprite, codecs: Codecs) -> list[Picture]:
    """A sprite at its own size, its alpha kept, and its reconstructions, measured over its visible pixels."""

    def reconstruct(codec: Codec) -> tuple[Sprite, Bytes]:
        again = codec.decode(codec.encode([sprite]))[0]
        return again, over(again.pixels, WHITE)

    visible = sprite.pixels[..., 3] > 0
    return _row(sprite, _title(sprite), over(sprite.pixels, WHITE), visible, codecs, reconstruct)


def _tested(test: Pictures, variants: Sequence[str], codecs: Codecs) -> list[list[Picture]]:
    """Pictures that the tables measure: one each of a few sprites, each in another variant."""
    rows = []
    for i, sprite in enumerate(evenly_spaced(len(test) // len(variants), TESTED)):
        variant = (1 + i * len(variants) // TESTED) % len(variants)
        place = sprite * len(variants) + variant
        rgb = test.rgb[place : place + 1]

        def reconstruct(codec: Codec, rgb: Bytes = rgb) -> tuple[Sprite, Bytes]:
            again = codec.decode_rgb(codec.encode_rgb(rgb))[0]
            return opaque(again), again

        everywhere = np.ones(rgb.shape[1:3], np.bool_)
        words = _variant_words(variants[variant])
        rows.append(_row(opaque(rgb[0]), words, rgb[0], everywhere, codecs, reconstruct, scale=3))
    return rows


def _row(
    sprite: Sprite,
    title: str,
    truth: Bytes,
    inside: Mask,
    codecs: Codecs,
    reconstruct: Callable[[Codec], tuple[Sprite, Bytes]],
    scale: int = 0,
) -> list[Picture]:
    """A sprite and its reconstruction by each codec, with its figures."""
    colors = int(colors_per_sprite(sprite.pixels[None])[0])
    pictures = [picture(sprite, title, f"{sprite.width}×{sprite.height}, {colors:,} colors", scale=scale)]
    for size, codec in codecs.items():
        again, rgb = reconstruct(codec)
        scores = score([(truth[None], rgb[None], inside[None])]).foreground
        text = f"{share(scores.exact_pixels)} exact · MSE {small(scores.mse)}"
        pictures.append(picture(again, SIZES[size], text, scale=scale))
    return pictures


def _recolored(sprite: Sprite, like: Sprite, shinies: Mapping[str, Sprite], codec: Codec) -> list[Picture]:
    """A sprite in the colors of another, by colors and by codes, and its artist's own other coloring."""
    pictures = [picture(sprite, _title(sprite)), picture(like, f"like {_title(like)}")]
    with suppress(BadPalette):  # more colors than a palette holds
        pictures.append(picture(recolor(sprite, like=like), "by colors"))
    pictures.append(picture(swap_palette(codec, sprite, like), "by HiRes codes"))
    if sprite.species in shinies:
        pictures.append(picture(shinies[sprite.species], "the artist’s own"))
    return pictures


def _title(sprite: Sprite) -> str:
    return sprite.species.replace("-", " ")


def _variant_words(name: str) -> str:
    """A variant of a preprocessing in words: "turn-2/white" is turned, over white."""
    pose, _, ground = name.partition("/")
    words = {"as-is": "as it is", "flip": "flipped"}.get(pose, "turned")
    return f"{words}, over {ground}" if ground else words
