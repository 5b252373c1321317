"""What priors over codes have in common: their shape, their data, the models that draw codes and decode them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.data.conditions import conditions_of
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.models.base import BaseNeed, Model
from spriteloom.models.capabilities import HasCodec, SpriteCoder
from spriteloom.models.patch_codec import PatchCodecModel
from spriteloom.models.sampling import SamplingModel
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.draw import Draw
from spriteloom.training.cache import DatasetCache
from spriteloom.training.runs import RunConfig
from spriteloom.training.task import BatchOrder, Task, watched

BATCH = 64  # samples drawn side by side
WATCHED = 32_768  # held-out codes looked at during training, about
NEEDS_CODEC = BaseNeed(capability=HasCodec, what="codes of a codec", example="pixel-vqvae-medres")
PAPER_CONDITIONS = ("types", "shape")  # what the first paper conditions on


@dataclass(frozen=True, kw_only=True)
class PriorShape:
    """What a prior must fit: k codes on a grid, and a condition of so many numbers."""

    k: int
    conditions: int
    rows: int
    columns: int

    @property
    def grid(self) -> tuple[int, int]:
        return self.rows, self.columns


DESCRIBED = PriorShape(k=256, conditions=32, rows=32, columns=32)  # what parameters are counted for


def prior_shape(data: SpriteSet, base: Model | None, conditions: ConditionSpace) -> PriorShape:
    """What a prior over this set's codes must fit; over its bytes where there is no base model.

    Raises DataError where pictures cannot be cut into patches.
    """
    m, k = (base.codec.m, base.codec.k) if isinstance(base, HasCodec) else (1, 256)
    if data.preprocessing.size % m:
        raise DataError(
            f"{data.path} has pictures of {data.preprocessing.size} pixels a side, which patches of {m}×{m} do not "
            f"fill: prepare it with --size {data.preprocessing.size // m * m + m}"
        )
    side = data.preprocessing.size // m
    return PriorShape(k=k, conditions=conditions.size, rows=side, columns=side)


@dataclass(frozen=True, eq=False, kw_only=True)
class Coded:
    """`codes` uint8 or uint16 (n, gh, gw) and `conditions` float32 (n, c), of the same pictures."""

    codes: NDArray[np.integer]
    conditions: Floats

    def __len__(self) -> int:
        return len(self.codes)


def codes_of(rgb: Bytes, codec: Codec | None) -> NDArray[np.integer]:
    """Pictures (n, h, w, 3) as codes (n, gh, gw); without a codec as their bytes (n, 3, h, w)."""
    if codec is None:
        return rgb.transpose(0, 3, 1, 2)
    return codec.encode_rgb(rgb).astype(np.min_scalar_type(codec.k - 1))


def encode_split(
    cache: DatasetCache, split: str, codec: Codec | None, conditions: ConditionSpace, *, noise: bool
) -> Coded:
    """A split's pictures, with those over noise backgrounds or without, in codes and conditions."""
    codes = np.concatenate([codes_of(some.rgb, codec) for some in cache.pictures(split, noise=noise)])
    return Coded(codes=codes, conditions=conditions_of(cache.data, split, conditions, noise=noise))


class PriorTask(Task):
    """A prior at work on `coded`; its `held_out` grids are looked at now and then."""

    def __init__(
        self, coded: Coded, held_out: Coded, model: nn.Module, order: BatchOrder, precision: str
    ) -> None:
        self.coded, self.model = coded, model
        few = watched(len(held_out), max(1, WATCHED // held_out.codes[0].size))
        self.held_out = Coded(codes=held_out.codes[few], conditions=held_out.conditions[few])
        super().__init__(model, self.loss, order, precision=precision)

    @abstractmethod
    def loss(self, model: nn.Module, *batch: Tensor) -> NatsPerCode: ...

    def drop_labels(self, conditions: Tensor, share: float) -> Tensor:
        """Conditions (b, c), a share of the rows without theirs: so samples can be guided."""
        kept = torch.rand(len(conditions), 1, generator=self.generator) >= share
        return conditions * kept


class NatsPerCode(NamedTuple):
    """One forward pass."""

    loss: Tensor


class PriorModel(SamplingModel):
    """A prior at work: `Samples` and `Predicts`. Codes are drawn `BATCH` samples side by side."""

    def __init__(self, config: RunConfig, shape: PriorShape, base: Model | None = None) -> None:
        super().__init__(config, base)
        self.shape = shape

    @property
    def codes_per_picture(self) -> int:
        return self.shape.rows * self.shape.columns

    def networks(self) -> Iterable[nn.Module]:
        return ()

    @abstractmethod
    def draw_codes(self, conditions: Tensor, draw: Draw) -> NDArray[np.int64]:
        """Grids (b, gh, gw), or (b, channels, gh, gw), for conditions (b, c) and as many seeds."""

    @abstractmethod
    def code_bits(self, codes: NDArray[np.integer], conditions: Floats) -> NDArray[np.float64]:
        """Mean bits per code of each grid: (n, …) and (n, c) → (n,)."""

    def codes(self, conditions: Floats, draw: Draw) -> NDArray[np.int64]:
        """Grids for conditions (n, c) and a seed each."""
        asked, found = torch.from_numpy(np.ascontiguousarray(conditions)), []
        for i in range(0, len(draw.seeds), BATCH):
            some = replace(draw, seeds=draw.seeds[i : i + BATCH])
            found.append(self.draw_codes(asked[i : i + BATCH], some))
        return np.concatenate(found)


class CodePriorModel(PriorModel):
    """A prior over the codes of its base model, which it also reconstructs and encodes by."""

    base: PatchCodecModel

    def __init__(self, config: RunConfig, shape: PriorShape, base: Model | None) -> None:
        assert isinstance(base, PatchCodecModel)
        super().__init__(config, shape, base)

    @property
    def codec(self) -> Codec:
        return self.base.codec

    @property
    def m(self) -> int:
        return self.base.m

    @property
    def k(self) -> int:
        return self.base.k

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        return self.codec.decode_rgb(self.codes(conditions, draw))

    def bits(self, rgb: Bytes, conditions: Floats) -> NDArray[np.float64]:
        return self.code_bits(codes_of(rgb, self.codec), conditions)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        return self.base.reconstruct(rgb)

    @overload
    def encode(self, pictures: Tensor, /) -> Tensor: ...
    @overload
    def encode(self, pictures: Sequence[Sprite], /) -> Codes: ...
    def encode(self, pictures: Tensor | Sequence[Sprite], /) -> Tensor | Codes:
        """As the base model does."""
        return self.base.encode(pictures)

    @overload
    def decode(self, codes: Tensor, /) -> Tensor: ...
    @overload
    def decode(self, codes: Codes, /) -> list[Sprite]: ...
    def decode(self, codes: Tensor | Codes, /) -> Tensor | list[Sprite]:
        """As the base model does."""
        return self.base.decode(codes)

    def careful(self) -> SpriteCoder:
        return self.base.careful()


class NetworkMixin:
    """Of a prior that is a network."""

    network: nn.Module

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        weights: Mapping[str, Tensor] = self.network.state_dict()
        return weights
