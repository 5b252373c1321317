"""Measure a model on a split of a prepared set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.data.conditions import conditions_of
from spriteloom.data.pictures import Pictures
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.metrics.codes import bits_per_code, bits_per_pixel, codes_used, perplexity, usage
from spriteloom.metrics.pictures import Scores, score
from spriteloom.models.base import Model
from spriteloom.models.capabilities import HasCodec, Predicts, Reconstructs, need
from spriteloom.pixels.arrays import Bytes, Doubles
from spriteloom.progress import tracked
from spriteloom.training.cache import DatasetCache

MAX_CODES = 400_000  # about as many are predicted to measure a prior
Reconstruct = Callable[[Bytes], Bytes]  # pictures (b, h, w, 3) → pictures of the same shape


@dataclass(frozen=True, kw_only=True)
class PictureEvaluation:
    """The scores of a model without codes."""

    scores: Scores

    def to_json(self) -> dict[str, Any]:
        return self.scores.to_json()


@dataclass(frozen=True, kw_only=True)
class PriorEvaluation:
    """How well a prior predicts codes; for a masked prior an upper bound."""

    bits_per_code: float

    def to_json(self) -> dict[str, Any]:
        return {"bits_per_code": self.bits_per_code}


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The scores of a codec, and of k-means with as many patches of the same size, on the same pictures.

    `kmeans` is fitted on the pictures that the codec was trained on; `kmeans_noise` on all training pictures, if the
    set has noise backgrounds and the codec was trained without them. `nearest_mse` is the error of the codec's table
    with the nearest-patch encoder.
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
    """Measure a model on a split of a prepared set: codecs and autoencoders by reconstruction, priors by bits.

    Pass one `cache` of `data` to measure several models: k-means is then fitted once. Raises DataError if the split is
    empty, RunError if the model neither reconstructs nor predicts.
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
    model: Predicts, cache: DatasetCache, split: str, *, codes: int = MAX_CODES
) -> tuple[NDArray[np.int64], Doubles]:
    """The indices (n,) of some pictures of a split without noise, and their bits per code (n,).

    The pictures are spread evenly over the split and have about `codes` codes in all. A prior without a codec predicts
    the channels of pixels as codes. Computes in bf16 where that is fast.
    """
    rgb = cache.rgb(split, noise=False)
    conditions = conditions_of(cache.data, split, model.conditions, noise=False)
    index = np.arange(0, len(rgb), max(1, round(len(rgb) * model.codes_per_picture / codes)))
    return index, model.bits(rgb[index], conditions[index])


def evaluate_codec(
    codec: Codec,
    data: SpriteSet,
    split: str,
    *,
    noise: bool,
    cache: DatasetCache,
) -> Evaluation:
    """Measure a codec. `noise`: it was trained on noise backgrounds too."""
    without_noise = not noise and data.without_noise().count("train") < data.count("train")
    counts = np.zeros(codec.k, np.int64)

    def reconstruct(rgb: Bytes) -> Bytes:
        codes = codec.encode_rgb(rgb)
        counts[:] += usage(codes, codec.k)
        return codec.decode_rgb(codes)

    def kmeans(*, noise: bool) -> Scores:
        table = cache.table(codec.m, codec.k, noise=noise)
        return score_with(nearest_of(Codec(m=codec.m, table=table)), cache.pictures(split))

    return Evaluation(
        scores=score_with(reconstruct, cache.pictures(split)),
        kmeans=kmeans(noise=noise),
        nearest_mse=mse_with(nearest_of(codec), cache.pictures(split)),
        kmeans_noise=kmeans(noise=True) if without_noise else None,
        codes_used=codes_used(counts),
        perplexity=perplexity(counts),
        bits_per_pixel=bits_per_pixel(bits_per_code(counts), codec.m),
    )


def nearest_of(codec: Codec) -> Reconstruct:
    """The reconstruction by the nearest patches of the codec's table."""
    tables = codec.compile()
    return lambda rgb: tables.decode(tables.encode_nearest(rgb))


def score_with(reconstruct: Reconstruct, batches: Iterable[Pictures]) -> Scores:
    """The scores of a reconstruction on batches of pictures, as `SpriteSet.pictures` gives them."""
    return score(
        (batch.rgb, reconstruct(batch.rgb), batch.inside) for batch in tracked(batches, "reconstructing")
    )


def mse_with(reconstruct: Reconstruct, batches: Iterable[Pictures]) -> float:
    """The mean squared error of a reconstruction, pictures in [0, 1]; ten times faster than `score_with`."""
    squared = values = 0
    for batch in tracked(batches, "comparing with the nearest patches"):
        gap = batch.rgb.astype(np.int32) - reconstruct(batch.rgb)
        squared += int(np.square(gap).sum(dtype=np.int64))
        values += gap.size
    return squared / (values * 255**2)
