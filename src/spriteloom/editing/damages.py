"""Damage opaque pixel art in five ways at five strengths, and fit the pixel-art metric on such damage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageFilter

from spriteloom.data.store import SpriteSet
from spriteloom.editing.jpeg import Jpeg
from spriteloom.errors import DataError
from spriteloom.metrics.pixel_art.score import PixelArtMetric
from spriteloom.pixels.alpha import WHITE, over
from spriteloom.pixels.arrays import Bytes

Damage = Callable[[Bytes, np.random.Generator], Bytes]  # a picture (h, w, 3) → the damaged picture

STRENGTHS = 5
HELD_OUT_SHARE = 4  # every fourth training species is not counted, but used to fit the weights
_NOISE = 20.0  # standard deviation of a changed color, in levels of 255


def blur(picture: Bytes, _: np.random.Generator, *, radius: float) -> Bytes:
    """A Gaussian blur of standard deviation `radius`, pixels."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def jpeg(picture: Bytes, _: np.random.Generator, *, quality: int) -> Bytes:
    """JPEG compression with 4:2:0 chroma."""
    return Jpeg(quality=quality)(picture)


def resize(picture: Bytes, _: np.random.Generator, *, factor: float) -> Bytes:
    """Scaled by `factor` and back to its size, both bilinear."""
    height, width = picture.shape[:2]
    small = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = Image.fromarray(picture).resize(small, Image.Resampling.BILINEAR)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def palette_noise(picture: Bytes, chance: np.random.Generator, *, share: float) -> Bytes:
    """A `share` of the pixels, except those of the top left color, gets Gaussian noise of 20 levels a channel."""
    changed = (chance.random(picture.shape[:2]) < share) & (picture != picture[0, 0]).any(axis=-1)
    noisy = np.rint(picture + chance.normal(0, _NOISE, picture.shape)).clip(0, 255).astype(np.uint8)
    return np.where(changed[..., None], noisy, picture)


def jitter(picture: Bytes, chance: np.random.Generator, *, share: float) -> Bytes:
    """A `share` of the pixels gets the color of one of its eight neighbors."""
    height, width = picture.shape[:2]
    offsets = np.array([(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)])
    moves = offsets[chance.integers(0, len(offsets), (height, width))]
    moves[chance.random((height, width)) >= share] = 0
    y, x = np.mgrid[:height, :width]
    moved: Bytes = picture[(y + moves[..., 0]).clip(0, height - 1), (x + moves[..., 1]).clip(0, width - 1)]
    return moved


DAMAGES: Mapping[str, tuple[Damage, ...]] = {
    "blur": tuple(partial(blur, radius=radius) for radius in (0.3, 0.45, 0.6, 0.8, 1.1)),
    "jpeg": tuple(partial(jpeg, quality=quality) for quality in (98, 90, 75, 50, 25)),
    "resize": tuple(partial(resize, factor=factor) for factor in (0.95, 0.8, 0.65, 0.5, 0.35)),
    "palette noise": tuple(partial(palette_noise, share=share) for share in (0.01, 0.03, 0.08, 0.2, 0.5)),
    "jitter": tuple(partial(jitter, share=share) for share in (0.01, 0.03, 0.08, 0.2, 0.5)),
}


def damaged(pictures: Bytes, damage: Damage, *, seed: int = 0) -> Bytes:
    """Damage each picture of (n, h, w, 3); picture i depends on the seed and i alone."""
    chances = (np.random.default_rng((seed, i)) for i in range(len(pictures)))
    return np.stack([damage(picture, chance) for picture, chance in zip(pictures, chances, strict=True)])


def damage_ladder(pictures: Bytes, kind: str, *, seed: int) -> list[Bytes]:
    """The pictures without damage, then with damage of one kind at each strength."""
    return [pictures, *(damaged(pictures, damage, seed=seed) for damage in DAMAGES[kind])]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """Clean pictures over white, uint8 (n, h, w, 3): `counted` and `weighed` fit the metric, `held_out` measures."""

    name: str
    counted: Bytes
    weighed: Bytes
    held_out: Bytes


def sample(name: str, data: SpriteSet, *, n: int) -> Sample:
    """Up to `n` held-out sprites of test species, and of training species up to n to weigh and 10·n to count.

    Raises DataError for a set of resampled pictures, or with too few sprites.
    """
    if data.preprocessing.name != "pixel":
        raise DataError(f"{name} was prepared by {data.preprocessing.name}: use --preprocessing pixel")
    index = {species: i for i, species in enumerate(data.species("train"))}
    counted: list[Bytes] = []
    weighed: list[Bytes] = []
    for sprite in data.sprites("train"):
        part = weighed if index[sprite.species] % HELD_OUT_SHARE == HELD_OUT_SHARE - 1 else counted
        part.append(over(sprite.pixels, WHITE))
    held_out = [over(sprite.pixels, WHITE) for sprite in data.sprites("test")]
    if min(len(counted), len(weighed), len(held_out)) < 2:
        raise DataError(f"{name} has too few sprites to fit and to measure: prepare more species")
    parts = {
        "counted": evenly(counted, 10 * n),
        "weighed": evenly(weighed, n),
        "held_out": evenly(held_out, n),
    }
    return Sample(name=name, **parts)


def pixel_art_metric(clean: Sample) -> PixelArtMetric:
    """The pixel-art metric, with weights fitted on every kind of damage to the sample's sprites."""
    return PixelArtMetric.fit(clean.counted, [damage_ladder(clean.weighed, kind, seed=1) for kind in DAMAGES])


def evenly(pictures: Sequence[Bytes] | Bytes, n: int) -> Bytes:
    """At most n pictures, evenly spread over all."""
    index = np.linspace(0, len(pictures) - 1, min(n, len(pictures))).round().astype(int)
    return np.stack([pictures[i] for i in index])
