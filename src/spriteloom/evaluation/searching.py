"""Which sprites of a set are most like a picture: by pixels, by the codes they are made of, or by features.

pixels    RMSE of the pictures, the smaller of it and of the mirror image's
codes     distance of how often each code occurs: the same patches, wherever they stand
features  distance of EfficientNet-Lite0's features: what looks alike to a network
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.data.splits import SPLITS
from spriteloom.data.store import SpriteSet
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.metrics.generation.features import Features
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes

Vectors = NDArray[np.float32]
Embed = Callable[
    [Bytes], Vectors
]  # pictures (n, h, w, 3) → vectors (n, d) that lie near where they are alike


@dataclass(frozen=True, kw_only=True)
class Match:
    """A sprite of the set; `distance` is 0 for the same picture, and comparable within one search."""

    name: str
    species: str
    path: str
    split: str
    distance: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def search(sprite: Sprite, data: SpriteSet, embed: Embed, n: int = 8) -> list[Match]:
    """The n most alike, nearest first. Raises BadPicture for a picture that shows nothing.

    The picture is prepared as those of the set are. Pictures are read a batch at a time.
    """
    if n < 1:
        raise ImpossibleModel("no match is asked for: ask for 1 or more")
    kept = data.preprocessing.keep(sprite)
    if kept is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: give a figure")
    own = data.without_noise().preprocessing.expand(kept.sprite.pixels, split="test", seed=0, row=0).rgb[:1]
    wanted = embed(np.concatenate([own, own[:, :, ::-1]]))
    found: list[Match] = []
    for split in SPLITS:
        found = sorted([*found, *_matches(data, split, embed, wanted)], key=lambda match: match.distance)[:n]
    return found


def by_pixels(rgb: Bytes) -> Vectors:
    """Vectors whose distance is the RMSE of the pictures."""
    flat = rgb.reshape(len(rgb), -1).astype(np.float32) / 255
    return np.asarray(flat / np.sqrt(flat.shape[1], dtype=np.float32))


def by_codes(codec: Codec) -> Embed:
    """Vectors of the square root of each code's share: their distance is Hellinger's."""

    def embed(rgb: Bytes) -> Vectors:
        codes = codec.encode_rgb(rgb).reshape(len(rgb), -1)
        shares = np.stack([np.bincount(row, minlength=codec.k) for row in codes]) / codes.shape[1]
        return np.sqrt(shares / 2).astype(np.float32)

    return embed


def by_features(features: Features) -> Embed:
    """Vectors of a feature network, each of length 1."""

    def embed(rgb: Bytes) -> Vectors:
        found = features(rgb)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9))

    return embed


def _matches(data: SpriteSet, split: str, embed: Embed, wanted: Vectors) -> list[Match]:
    """Every sprite of a split, by the nearest of its pictures."""
    clean = data.without_noise()
    copies = len(clean.preprocessing.variants(split))
    if not clean.count(split):
        return []
    gaps = [
        np.linalg.norm(embed(some.rgb)[:, None] - wanted, axis=-1).min(1) for some in clean.pictures(split)
    ]
    nearest = np.concatenate(gaps).reshape(-1, copies).min(1)
    return [
        Match(
            name=sprite.name,
            species=sprite.species,
            path=str(sprite.labels.get("path", "")),
            split=split,
            distance=float(distance),
        )
        for sprite, distance in zip(clean.sprites(split), nearest, strict=True)
    ]
