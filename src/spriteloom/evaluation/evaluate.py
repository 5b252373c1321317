"""How good a model is on a split of a prepared set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.data.conditions import conditions_of
from spriteloom.data.store import Pictures, SpriteSet
from spriteloom.errors import DataError
from spriteloom.metrics import Scores, bits_per_code, bits_per_pixel, codes_used, perplexity, score, usage
from spriteloom.models.base import Model
from spriteloom.models.capabilities import HasCodec, Predicts, Reconstructs, need
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.cache import DatasetCache

Chosen = NDArray[np.int64]  # places of pictures in a split
CODES = 400_000  # that a prior is measured on, about
Reconstruct = Callable[[Bytes], Bytes]  # pictures (b, h, w, 3) → pictures of the same shape


@dataclass(frozen=True, kw_only=True)
class PictureEvaluation:
    """Reconstructions of a model without codes."""

    scores: Scores

    def to_json(self) -> dict[str, Any]:
        return self.scores.to_json()


@dataclass(frozen=True, kw_only=True)
class PriorEvaluation:
    """How well codes are predicted; of a masked prior a bound from above."""

    bits_per_code: float

    def to_json(self) -> dict[str, Any]:
        return {"bits_per_code": self.bits_per_code}


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A codec on a split, beside k-means with as many patches of the same size, on the same pictures.

    `kmeans` was fitted on the pictures the codec learned from; `kmeans_noise`, where the set has noise
    backgrounds and the codec left them out, on all training pictures. `nearest_mse` is of the same table with
    its nearest-patch encoder.
    """

    scores: Scores
    kmeans: Scores
    nearest_mse: float
    kmeans_noise: Scores | None
    codes_used: int
    perplexity: float
    bits_per_pixel: float  # order-0 entropy of the codes

    def to_json(self) -> dict[str, Any]:
        return {
            **self.scores.to_json(),
            "kmeans_mse": self.kmeans.mse,
            "kmeans_ssim": self.kmeans.ssim,
            "kmeans_noise_mse": self.kmeans_noise.mse if self.kmeans_noise else None,
            "nearest_mse": self.nearest_mse,
            "codes_used": self.codes_used,
            "perplexity": self.perplexity,
            "bits_per_pixel": self.bits_per_pixel,
        }


def evaluate(
    model: Model,
    data: SpriteSet,
    split: str = "test",
    *,
    seed: int = 0,
    cache: DatasetCache | None = None,
) -> Evaluation | PictureEvaluation | PriorEvaluation:
    """Score a model on a split of a prepared set: a codec and an autoencoder by reconstruction, a prior by bits.

    `cache` is that of `data`, where several models are measured: its k-means is fitted once for all. Raises
    DataError where the split is empty, RunError where the model neither reconstructs nor predicts.
    """
    if not data.count(split):
        raise DataError(
            f"{data.path} has no {split} pictures: prepare it with more species, or name another split"
        )
    cache = cache or DatasetCache(data, seed=seed)
    if isinstance(model, Predicts):
        return PriorEvaluation(bits_per_code=float(held_out_bits(model, cache, split)[1].mean()))
    if isinstance(model, HasCodec):
        noise = bool(model.config.hyperparameters["noise"])
        return evaluate_codec(model.codec, data, split, noise=noise, cache=cache)
    scores = score_with(need(model, Reconstructs).reconstruct, cache.pictures(split))
    return PictureEvaluation(scores=scores)


def held_out_bits(
    model: Predicts, cache: DatasetCache, split: str, *, codes: int = CODES
) -> tuple[Chosen, NDArray[np.float64]]:
    """Bits per code of pictures of a split without noise: which (n,), and their bits (n,).

    At most about `codes` codes are predicted, from all over the split; in bf16 where that is fast. Of a prior
    without a codec a code is a channel of a pixel.
    """
    rgb = cache.rgb(split, noise=False)
    conditions = conditions_of(cache.data, split, model.conditions, noise=False)
    chosen = np.arange(0, len(rgb), max(1, round(len(rgb) * model.codes_per_picture / codes)))
    return chosen, model.bits(rgb[chosen], conditions[chosen])


def evaluate_codec(
    codec: Codec,
    data: SpriteSet,
    split: str,
    *,
    noise: bool,
    cache: DatasetCache,
) -> Evaluation:
    """Score a codec that learned from pictures over noise backgrounds too, or from those without."""
    left_out = not noise and data.without_noise().count("train") < data.count("train")
    counts = np.zeros(codec.k, np.int64)

    def own(rgb: Bytes) -> Bytes:
        codes = codec.encode_rgb(rgb)
        counts[:] += usage(codes, codec.k)
        return codec.decode_rgb(codes)

    def kmeans(*, noise: bool) -> Scores:
        table = cache.table(codec.m, codec.k, noise=noise)
        return score_with(nearest_of(Codec(m=codec.m, table=table)), cache.pictures(split))

    return Evaluation(
        scores=score_with(own, cache.pictures(split)),
        kmeans=kmeans(noise=noise),
        nearest_mse=mse_with(nearest_of(codec), cache.pictures(split)),
        kmeans_noise=kmeans(noise=True) if left_out else None,
        codes_used=codes_used(counts),
        perplexity=perplexity(counts),
        bits_per_pixel=bits_per_pixel(bits_per_code(counts), codec.m),
    )


def nearest_of(codec: Codec) -> Reconstruct:
    """Reconstruction by the nearest patch of the codec's table."""
    tables = codec.compile()
    return lambda rgb: tables.decode(tables.encode_nearest(rgb))


def score_with(reconstruct: Reconstruct, batches: Iterable[Pictures]) -> Scores:
    """The measures of a reconstruction on pictures, such as `SpriteSet.pictures` gives them."""
    return score((some.rgb, reconstruct(some.rgb), some.inside) for some in batches)


def mse_with(reconstruct: Reconstruct, batches: Iterable[Pictures]) -> float:
    """Its mean squared error alone, pictures in [0, 1]: the same figure in a tenth of the time."""
    squared = values = 0
    for some in batches:
        gap = some.rgb.astype(np.int32) - reconstruct(some.rgb)
        squared += int(np.square(gap).sum(dtype=np.int64))
        values += gap.size
    return squared / (values * 255**2)
