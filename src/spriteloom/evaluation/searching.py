"""Find the sprites of a set that are most like a picture, by pixels, by codes or by features.

pixels    RMSE to the picture or to its mirror image, whichever is smaller
codes     distance of the codes' frequencies: the same patches, wherever they are
features  distance of EfficientNet-Lite0's features: pictures that look alike to a network
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.splits import SPLITS
from spriteloom.data.store import SpriteSet
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.metrics.generation.features import Features
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.progress import tracked

Embed = Callable[[Bytes], Floats]  # pictures (n, h, w, 3) → vectors (n, d), near for similar pictures


@dataclass(frozen=True, kw_only=True)
class Match:
    """A sprite of the set. `distance` is 0 for an equal picture, and comparable within one search."""

    name: str
    species: str
    path: str
    split: str
    distance: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def search(sprite: Sprite, data: SpriteSet, embed: Embed, n: int = 8) -> list[Match]:
    """The n nearest sprites, nearest first. Prepares the picture as the set's pictures are prepared.

    Raises BadPicture for a picture without a visible pixel, ImpossibleModel for n < 1.
    """
    if n < 1:
        raise ImpossibleModel(f"{n} matches cannot be found: ask for 1 or more")
    stored = data.preprocessing.keep(sprite)
    if stored is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: give another picture")
    rgb = data.without_noise().preprocessing.expand(stored.sprite.pixels, split="test", seed=0, row=0).rgb[:1]
    query = embed(np.concatenate([rgb, rgb[:, :, ::-1]]))
    nearest: list[Match] = []
    for split in tracked(SPLITS, "comparing"):
        candidates = [*nearest, *_matches(data, split, embed, query)]
        nearest = sorted(candidates, key=lambda match: match.distance)[:n]
    return nearest


def by_pixels(rgb: Bytes) -> Floats:
    """Vectors whose distance is the RMSE of the pictures."""
    flat = rgb.reshape(len(rgb), -1).astype(np.float32) / 255
    return np.asarray(flat / np.sqrt(flat.shape[1], dtype=np.float32))


def by_codes(codec: Codec) -> Embed:
    """Vectors whose distance is the Hellinger distance of the code frequencies."""

    def embed(rgb: Bytes) -> Floats:
        codes = codec.encode_rgb(rgb).reshape(len(rgb), -1)
        shares = np.stack([np.bincount(row, minlength=codec.k) for row in codes]) / codes.shape[1]
        return np.sqrt(shares / 2).astype(np.float32)

    return embed


def by_features(features: Features) -> Embed:
    """Feature vectors of length 1."""

    def embed(rgb: Bytes) -> Floats:
        vectors = features(rgb)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))

    return embed


def _matches(data: SpriteSet, split: str, embed: Embed, query: Floats) -> list[Match]:
    """Every sprite of a split, with the distance of its nearest picture to the nearest query."""
    clean = data.without_noise()
    copies = len(clean.preprocessing.variants(split))
    if not clean.count(split):
        return []
    gaps = [
        np.linalg.norm(embed(batch.rgb)[:, None] - query, axis=-1).min(1) for batch in clean.pictures(split)
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
