"""`Generator`: a codec, saved and loaded as one folder; and how good it is. Knows no picture file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.network import NetworkCodec
from spriteloom.codecs.pixel_vqvae import PixelVQVAE, PixelVQVAEConfig
from spriteloom.data.store import Pictures, SpriteSet
from spriteloom.errors import DataError, RunError
from spriteloom.metrics import Scores, bits_per_code, bits_per_pixel, codes_used, perplexity, score, usage
from spriteloom.training.material import Material
from spriteloom.training.runs import WEIGHTS, read_config

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False, kw_only=True)
class Generator:
    """A trained run: its codec, and the config it was trained by."""

    codec: Codec
    config: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.config["recipe"])


def load(run: str | Path) -> Generator:
    """Open a run folder. Raises RunError where it is missing, unfinished or damaged."""
    run = Path(run)
    config = read_config(run)
    path = run / WEIGHTS
    if not path.exists():
        raise RunError(
            f"{run} is not trained to its end: go on with `spriteloom train … --resume --out {run}`"
        )
    try:
        codec = _codec(load_file(path), config["model"])
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, OSError) as fault:
        reason = str(fault).splitlines()[0]
        raise RunError(f"{path} is damaged or of another model ({reason}): train again") from None
    return Generator(codec=codec, config=config)


def _codec(weights: Mapping[str, Tensor], shape: Mapping[str, Any]) -> Codec:
    """The codec of a run's weights: a table alone, or a network."""
    if "table" not in weights:
        model = PixelVQVAE(PixelVQVAEConfig(**shape))
        model.load_state_dict(weights)
        return Codec.of_network(NetworkCodec(model))
    m, table = int(shape["m"]), weights["table"].numpy()
    if table.dtype != np.uint8 or table.shape != (shape["k"], 3 * m * m):
        raise ValueError(f"a table of {table.dtype} {table.shape} for {shape['k']} patches of {m}×{m}")
    return Codec(m=m, table=table)


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
    generator: Generator,
    data: SpriteSet,
    split: str = "test",
    *,
    seed: int = 0,
    material: Material | None = None,
) -> Evaluation:
    """Score a run on a split of a prepared set. Raises DataError where the split is empty.

    `material` is that of `data`, where several runs are measured: its k-means is fitted once for all.
    """
    if not data.count(split):
        raise DataError(
            f"{data.path} has no {split} pictures: prepare it with more species, or name another split"
        )
    codec, noise = generator.codec, bool(generator.config["noise"])
    left_out = not noise and data.without_noise().count("train") < data.count("train")
    counts = np.zeros(codec.k, np.int64)

    def own(rgb: Bytes) -> Bytes:
        codes = codec.encode_rgb(rgb)
        counts[:] += usage(codes, codec.k)
        return codec.decode_rgb(codes)

    material = material or Material(data, seed=seed)

    def kmeans(*, noise: bool) -> Scores:
        table = material.table(codec.m, codec.k, noise=noise)
        return score_with(nearest_of(Codec(m=codec.m, table=table)), material.pictures(split))

    return Evaluation(
        scores=score_with(own, material.pictures(split)),
        kmeans=kmeans(noise=noise),
        nearest_mse=mse_with(nearest_of(codec), material.pictures(split)),
        kmeans_noise=kmeans(noise=True) if left_out else None,
        codes_used=codes_used(counts),
        perplexity=perplexity(counts),
        bits_per_pixel=bits_per_pixel(bits_per_code(counts), codec.m),
    )


Reconstruct = Callable[[Bytes], Bytes]  # pictures (b, h, w, 3) → pictures of the same shape


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
