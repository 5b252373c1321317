"""What priors over codes share: their shape, their data, their training, their models."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.codecs.codec import Codec
from spriteloom.data.conditions import conditions_of
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.models.base import (
    BaseRequirement,
    Family,
    FamilyConfig,
    Model,
    NetworkFamily,
    NetworkMixin,
    check_pictures,
)
from spriteloom.models.capabilities import HasCodec
from spriteloom.models.patch_codec import PatchCoding
from spriteloom.models.sampling import SamplingModel
from spriteloom.nn.devices import autocast
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.draw import Draw
from spriteloom.progress import tracked
from spriteloom.training.cache import DatasetCache
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Task, TaskSettings, seeded, spread_rows

BATCH = 64  # grids that are sampled together
HELD_OUT = 32_768  # held-out codes that metrics are computed on, about
NEEDS_CODEC = BaseRequirement(capability=HasCodec, what="codes of a codec", example="pixel-vqvae-medres")
PAPER_CONDITIONS = ("types", "shape")  # the first paper's

C = TypeVar("C", bound=FamilyConfig)
M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True, kw_only=True)
class PriorShape:
    """k codes on a grid of `rows` and `columns`, and the length of a condition vector."""

    k: int
    conditions: int
    rows: int
    columns: int

    @property
    def grid(self) -> tuple[int, int]:
        return self.rows, self.columns


DESCRIBED = PriorShape(k=256, conditions=32, rows=32, columns=32)  # that parameters are counted for


@dataclass(frozen=True, eq=False, kw_only=True)
class Coded:
    """`codes` uint8 or uint16 (n, gh, gw) and `conditions` float32 (n, c) of the same pictures."""

    codes: NDArray[np.integer]
    conditions: Floats

    def __len__(self) -> int:
        return len(self.codes)


def codes_of(rgb: Bytes, codec: Codec | None) -> NDArray[np.integer]:
    """Pictures (n, h, w, 3) as codes (n, gh, gw), or as their bytes (n, 3, h, w) if there is no codec."""
    if codec is None:
        return rgb.transpose(0, 3, 1, 2)
    return codec.encode_rgb(rgb).astype(np.min_scalar_type(codec.k - 1))


def encode_splits(session: Session, base: Model | None, *, noise: bool) -> tuple[Coded, Coded]:
    """The training pictures and the held-out ones; `noise` includes those over noise backgrounds."""
    cache, codec = session.cache, base.codec if isinstance(base, HasCodec) else None
    return (
        _encode_split(cache, "train", codec, session.conditions, noise=noise),
        _encode_split(cache, cache.held_out, codec, session.conditions, noise=False),
    )


def _encode_split(
    cache: DatasetCache, split: str, codec: Codec | None, conditions: ConditionSpace, *, noise: bool
) -> Coded:
    codes = np.concatenate([codes_of(batch.rgb, codec) for batch in cache.pictures(split, noise=noise)])
    return Coded(codes=codes, conditions=conditions_of(cache.data, split, conditions, noise=noise))


class PriorFamily(Family[C, PriorShape]):
    """Families of priors over the codes of a base model."""

    shape = PriorShape

    def required_base(self, config: C) -> BaseRequirement | None:
        return NEEDS_CODEC

    def check(self, config: C, data: SpriteSet) -> None:
        check_pictures(data, self.name, noise=config.noise)

    def shape_of(
        self, config: C, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> PriorShape:
        """Of a prior over codes, or over bytes if there is no base model.

        Raises DataError if the pictures cannot be cut into patches.
        """
        m, k = (base.codec.m, base.codec.k) if isinstance(base, HasCodec) else (1, 256)
        size = data.preprocessing.size
        if size % m:
            raise DataError(
                f"{data.path} has pictures of {size} pixels a side, which is not a multiple of the {m}×{m} "
                f"patches: prepare it with --size {size // m * m + m}"
            )
        return PriorShape(k=k, conditions=conditions.size, rows=size // m, columns=size // m)


class NatsPerCode(NamedTuple):
    """The result of one forward pass."""

    loss: Tensor


class PriorTask(Task[M]):
    """Trains a prior on `coded` grids; `bits` measures it on `held_out` ones."""

    def __init__(
        self, build: Callable[[], M], config: Any, coded: Coded, held_out: Coded, settings: TaskSettings
    ) -> None:
        self.coded = coded
        self._label_dropout: float = config.label_dropout
        rows = spread_rows(len(held_out), max(1, HELD_OUT // held_out.codes[0].size))
        self._held_out = Coded(codes=held_out.codes[rows], conditions=held_out.conditions[rows])
        model = seeded(build, settings.seed)
        super().__init__(model, self.loss, settings, n=len(coded), batch=config.batch)

    @abstractmethod
    def loss(self, model: M, *batch: Tensor) -> NatsPerCode: ...

    @abstractmethod
    def bits(self, codes: Tensor, conditions: Tensor) -> NDArray[np.float64]:
        """Bits per code of each grid: int64 (n, …) and (n, c) → (n,)."""

    def conditions(self, step: int) -> Tensor:
        """This process's conditions (b, c), those of a share `label_dropout` set to 0 for guidance."""
        conditions = torch.from_numpy(self.coded.conditions[self.order.rows(step)])
        keep = torch.rand(len(conditions), 1, generator=self.generator) >= self._label_dropout
        return (conditions * keep)[self.order.own]

    def metrics(self) -> dict[str, float]:
        """Bits per code on held-out grids."""
        codes, conditions = map(torch.from_numpy, (self._held_out.codes, self._held_out.conditions))
        with autocast(self.device, self.objective.precision):
            return {"validation_bits": float(self.bits(codes.long(), conditions).mean())}


class NetworkPriorFamily(PriorFamily[C], NetworkFamily[C, PriorShape]):
    """Families of priors that are networks, trained by a task."""

    task: ClassVar[type[PriorTask[Any]]]
    described = DESCRIBED

    def default_conditions(self, config: C) -> tuple[str, ...]:
        return PAPER_CONDITIONS

    def train(self, config: Any, shape: PriorShape, session: Session, base: Model | None) -> Trained:
        session.logger("encoding the pictures")
        coded, held_out = encode_splits(session, base, noise=config.noise)
        build = partial(self.build, config, shape)
        task = self.task(build, config, coded, held_out, session.settings)
        return session.fit(task, config.optimizer)


class PriorModel(SamplingModel):
    """`Samples` and `Predicts`."""

    def __init__(self, config: RunConfig, shape: PriorShape, base: Model | None = None) -> None:
        super().__init__(config, base)
        self.shape = shape

    @property
    def codes_per_picture(self) -> int:
        return self.shape.rows * self.shape.columns

    @abstractmethod
    def draw_codes(self, conditions: Tensor, draw: Draw) -> NDArray[np.int64]:
        """Grids (b, gh, gw) or (b, channels, gh, gw) for conditions (b, c) and as many seeds."""

    @abstractmethod
    def code_bits(self, codes: NDArray[np.integer], conditions: Floats) -> NDArray[np.float64]:
        """Mean bits per code of each grid: (n, …) and (n, c) → (n,)."""

    def codes(self, conditions: Floats, draw: Draw) -> NDArray[np.int64]:
        """Grids for conditions (n, c) and as many seeds, sampled `BATCH` at a time."""
        rows = torch.from_numpy(np.ascontiguousarray(conditions))
        return np.concatenate(
            [
                self.draw_codes(rows[i : i + BATCH], replace(draw, seeds=draw.seeds[i : i + BATCH]))
                for i in tracked(range(0, len(draw.seeds), BATCH), "sampling")
            ]
        )


class CodePriorModel(PatchCoding, PriorModel):
    """A prior over the codes of its base model, whose codec reconstructs, encodes and decodes for it."""

    def __init__(self, config: RunConfig, shape: PriorShape, base: Model | None) -> None:
        assert isinstance(base, HasCodec)
        super().__init__(config, shape, base)
        self.codec = base.codec

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        return self.codec.decode_rgb(self.codes(conditions, draw))

    def bits(self, rgb: Bytes, conditions: Floats) -> NDArray[np.float64]:
        return self.code_bits(codes_of(rgb, self.codec), conditions)


class NetworkPriorModel(NetworkMixin, PriorModel):
    """A prior that is a network."""

    def __init__(self, config: RunConfig, shape: PriorShape, network: nn.Module, base: Model | None) -> None:
        super().__init__(config, shape, base)
        self.network = network

    @abstractmethod
    def network_bits(self, codes: Tensor, conditions: Tensor) -> NDArray[np.float64]:
        """`code_bits` of tensors."""

    def code_bits(self, codes: NDArray[np.integer], conditions: Floats) -> NDArray[np.float64]:
        with autocast(self.device):
            return self.network_bits(torch.from_numpy(codes.astype(np.int64)), torch.from_numpy(conditions))
