"""Five ways to spoil pixel art, each at five strengths. Pictures in, pictures out; knows no measure.

Pictures are opaque, uint8 (n, h, w, 3), as feature networks and codecs see them. Each kind acts on the whole
picture; what is damaged is the same for the same seed, whatever the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from PIL import Image, ImageFilter

from spriteloom.editing.compression import Jpeg
from spriteloom.pixels.arrays import Bytes

Damage = Callable[
    [Bytes, np.random.Generator], Bytes
]  # one picture (h, w, 3) and its chance → the same, worse

STRENGTHS = 5
_NOISE = 20.0  # standard deviation of a color that is off, of 255


def blur(picture: Bytes, _: np.random.Generator, *, radius: float) -> Bytes:
    """A Gaussian blur of standard deviation `radius`, pixels."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def jpeg(picture: Bytes, _: np.random.Generator, *, quality: int) -> Bytes:
    """JPEG of that quality and back, chroma halved as usual."""
    return Jpeg(quality=quality)(picture)


def resize(picture: Bytes, _: np.random.Generator, *, factor: float) -> Bytes:
    """Made smaller by `factor` and as large as before again, both bilinear."""
    height, width = picture.shape[:2]
    small = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = Image.fromarray(picture).resize(small, Image.Resampling.BILINEAR)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def palette_noise(picture: Bytes, chance: np.random.Generator, *, share: float) -> Bytes:
    """That share of the pixels gets a color near its own: Gaussian, 20 of 255 in each channel.

    The picture's border color, its ground, is let be.
    """
    off = (chance.random(picture.shape[:2]) < share) & (picture != picture[0, 0]).any(axis=-1)
    moved = np.rint(picture + chance.normal(0, _NOISE, picture.shape)).clip(0, 255).astype(np.uint8)
    return np.where(off[..., None], moved, picture)


def jitter(picture: Bytes, chance: np.random.Generator, *, share: float) -> Bytes:
    """That share of the pixels shows the color of one of the eight around it instead of its own."""
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
    """Each of (n, h, w, 3) made worse; picture i depends on the seed and i alone."""
    chances = (np.random.default_rng((seed, i)) for i in range(len(pictures)))
    return np.stack([damage(one, chance) for one, chance in zip(pictures, chances, strict=True)])
