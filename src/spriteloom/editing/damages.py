"""Known damage to pixel art, five kinds at five strengths, and the measure of pixel art weighed on it.

Pictures are opaque, uint8 (n, h, w, 3), as feature networks and codecs see them. The damage to a picture depends on
the seed and on its place alone, never on the batch.
"""

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

Damage = Callable[[Bytes, np.random.Generator], Bytes]  # a picture (h, w, 3) → the same, worse

STRENGTHS = 5
SHARE = 4  # every fourth training species is kept from the counts, to weigh the parts on
_NOISE = 20.0  # standard deviation of a color that is off, of 255


def blur(picture: Bytes, _: np.random.Generator, *, radius: float) -> Bytes:
    """A Gaussian blur of standard deviation `radius`, pixels."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def jpeg(picture: Bytes, _: np.random.Generator, *, quality: int) -> Bytes:
    """JPEG of that quality and back, chroma halved as usual."""
    return Jpeg(quality=quality)(picture)


def resize(picture: Bytes, _: np.random.Generator, *, factor: float) -> Bytes:
    """Scaled by `factor` and back to its size, both bilinear."""
    height, width = picture.shape[:2]
    small = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = Image.fromarray(picture).resize(small, Image.Resampling.BILINEAR)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def palette_noise(picture: Bytes, chance: np.random.Generator, *, share: float) -> Bytes:
    """That share of the pixels gets a color near its own: Gaussian, 20 of 255 in each channel.

    The picture's border color, its background, stays.
    """
    off = (chance.random(picture.shape[:2]) < share) & (picture != picture[0, 0]).any(axis=-1)
    moved = np.rint(picture + chance.normal(0, _NOISE, picture.shape)).clip(0, 255).astype(np.uint8)
    return np.where(off[..., None], moved, picture)


def jitter(picture: Bytes, chance: np.random.Generator, *, share: float) -> Bytes:
    """That share of the pixels gets the color of one of its eight neighbours."""
    height, width = picture.shape[:2]
    away = np.array([(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)])
    moves = away[chance.integers(0, len(away), (height, width))]
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
    """Each of (n, h, w, 3) damaged; picture i depends on the seed and i alone."""
    chances = (np.random.default_rng((seed, i)) for i in range(len(pictures)))
    return np.stack([damage(picture, chance) for picture, chance in zip(pictures, chances, strict=True)])


def damage_ladder(pictures: Bytes, kind: str, *, seed: int) -> list[Bytes]:
    """The pictures as they are, then damaged at each strength of a kind."""
    return [pictures, *(damaged(pictures, damage, seed=seed) for damage in DAMAGES[kind])]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """Clean pictures over white, uint8 (n, h, w, 3): to count, to weigh the parts on, and to measure."""

    name: str
    counted: Bytes
    weighed: Bytes
    held_out: Bytes


def sample(name: str, data: SpriteSet, *, n: int) -> Sample:
    """Up to `n` sprites of the test species; of the training species as many to weigh, ten times as many to count.

    Raises DataError unless the set holds true pixel art, and enough of it.
    """
    if data.preprocessing.name != "pixel":
        raise DataError(
            f"{name} was prepared by {data.preprocessing.name}, which resamples: use --preprocessing pixel"
        )
    places = {species: i for i, species in enumerate(data.species("train"))}
    counted: list[Bytes] = []
    weighed: list[Bytes] = []
    for sprite in data.sprites("train"):
        part = weighed if places[sprite.species] % SHARE == SHARE - 1 else counted
        part.append(over(sprite.pixels, WHITE))
    held_out = [over(sprite.pixels, WHITE) for sprite in data.sprites("test")]
    if min(len(counted), len(weighed), len(held_out)) < 2:
        raise DataError(f"{name} has too few sprites to learn from and to measure: prepare more species")
    return Sample(
        name=name,
        counted=evenly(counted, 10 * n),
        weighed=evenly(weighed, n),
        held_out=evenly(held_out, n),
    )


def pixel_art_metric(clean: Sample) -> PixelArtMetric:
    """The measure of pixel art, its parts weighed on every kind of damage to the sample's sprites."""
    return PixelArtMetric.fit(clean.counted, [damage_ladder(clean.weighed, kind, seed=1) for kind in DAMAGES])


def evenly(pictures: Sequence[Bytes] | Bytes, n: int) -> Bytes:
    """At most n of them, evenly over all."""
    places = np.linspace(0, len(pictures) - 1, min(n, len(pictures))).round().astype(int)
    return np.stack([pictures[i] for i in places])
