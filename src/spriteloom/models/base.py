"""What a family of models must offer, and what every loaded model has in common.

A family is a folder with presets, a config, a network, its training and its loading, and a line in
`registry.py`. The rest of the program asks a model for a capability (`capabilities.py`), never which family
it is of.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

import torch
from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError
from spriteloom.models.card import model_card
from spriteloom.nn.devices import Device, find_device
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.runs import BASE, RunConfig, fingerprint_of, write_config, write_weights

if TYPE_CHECKING:
    from spriteloom.training.session import Session, Trained

CARD = "README.md"


@dataclass(frozen=True, kw_only=True)
class FamilyConfig:
    """What every family's config has.

    `noise` says whether training pictures over noise backgrounds take part, `mixed_precision` whether the
    network trains in bf16 on devices that are fast at it.
    """

    noise: bool = False
    mixed_precision: bool = True


@dataclass(frozen=True, kw_only=True)
class NoShape:
    """Of a family that takes no size from its data."""


@dataclass(frozen=True, kw_only=True)
class BaseNeed:
    """What a model stands on: a capability of the base model, what that is, and a preset that has it."""

    capability: type
    what: str
    example: str


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A preset in a line. `parameters` counts as the papers do: what is learned, a codebook and its average.

    Those of a prior are for 256 codes on a 32×32 grid and a condition of 32; those of an autoencoder and of a
    diffusion for pictures of 128×128 and of 64×64, a condition of 48 and a sentence.
    """

    name: str
    family: str
    parameters: int
    paper_parameters: int | None
    about: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


C = TypeVar("C", bound=FamilyConfig)
S = TypeVar("S")


class Family(ABC, Generic[C, S]):
    """A kind of model. `config` and `shape` are dataclasses; `presets` are named configs.

    A config is chosen; a shape is what the data and the base model decide, such as the side of the pictures.
    """

    name: ClassVar[str]
    config: ClassVar[type[Any]]
    shape: ClassVar[type[Any]] = NoShape
    presets: ClassVar[Mapping[str, Callable[[], Any]]]
    paper_parameters: ClassVar[Mapping[str, int]] = {}

    def usual_conditions(self, config: C) -> tuple[str, ...] | None:  # noqa: ARG002
        """The labels that a model is conditioned on where nothing is said, None for one that takes none."""
        return None

    def base_need(self, config: C) -> BaseNeed | None:  # noqa: ARG002
        """The base model that a training needs, None for none."""
        return None

    def shape_of(
        self,
        config: C,  # noqa: ARG002
        data: SpriteSet,  # noqa: ARG002
        base: Model | None,  # noqa: ARG002
        conditions: ConditionSpace,  # noqa: ARG002
    ) -> S:
        """What a training on this set takes from it. Raises DataError where the set does not fit."""
        shape: S = self.shape()
        return shape

    @abstractmethod
    def train(self, config: C, shape: S, session: Session, base: Model | None) -> Trained:
        """Train on the session's data, in its run folder."""

    @abstractmethod
    def load(
        self, config: C, shape: S, run: RunConfig, weights: Mapping[str, Tensor], base: Model | None
    ) -> Model:
        """The model of these weights, on the CPU. Raises RuntimeError or ValueError where they do not fit."""

    @abstractmethod
    def parameters(self, config: C) -> int:
        """See `ModelInfo`."""

    @abstractmethod
    def about(self, config: C) -> str:
        """What it is, in a line."""

    def describe(self, preset: str) -> ModelInfo:
        config = self.presets[preset]()
        return ModelInfo(
            name=preset,
            family=self.name,
            parameters=self.parameters(config),
            paper_parameters=self.paper_parameters.get(preset),
            about=self.about(config),
        )


class Model(ABC):
    """What `spriteloom.load` returns: a trained network at work. `config` says all that was chosen for it."""

    def __init__(self, config: RunConfig, base: Model | None = None) -> None:
        self.config, self.base = config, base
        self.device = torch.device("cpu")

    @property
    def name(self) -> str:
        """The preset it was trained from."""
        return self.config.preset

    @abstractmethod
    def networks(self) -> Iterable[nn.Module]:
        """What moves between devices."""

    @abstractmethod
    def weights(self) -> Mapping[str, Tensor]:
        """What model.safetensors holds."""

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that differ where weights do."""
        return fingerprint_of(self.weights())

    def to(self, device: Device) -> Self:
        """Move it, and its base model, to a device; returns itself. Raises DeviceError."""
        self.device = find_device(device)
        for network in self.networks():
            network.to(self.device)
        if self.base is not None:
            self.base.to(self.device)
        return self

    def save(self, folder: str | Path) -> None:
        """Write a run folder that `load` opens: config.json, model.safetensors, README.md, base/.

        What is there already is replaced file by file. Raises RunError.
        """
        folder = Path(folder)
        make_folder(folder, RunError)
        if self.base is not None:
            self.base.save(folder / BASE)
        write_config(folder, self.config)
        write_bytes(folder / CARD, model_card(self.config).encode(), RunError)
        write_weights(folder, self.weights())


def check_pictures(data: SpriteSet, name: str, *, noise: bool = False, size: int | None = None) -> None:
    """Raises DataError for pictures of another `size` than the model's, or fewer than two to learn from."""
    side = data.preprocessing.size
    if size not in (None, side):
        raise DataError(
            f"{data.path} has pictures of {side} pixels a side, {name} needs {size}: prepare it with "
            f"--size {size}"
        )
    n = (data if noise else data.without_noise()).count("train")
    if n < 2:
        raise DataError(
            f"{data.path} has {n} training pictures, too few for {name}: prepare it with more sprites"
        )


def count(network: nn.Module) -> int:
    """The parameters that are learned."""
    return sum(parameter.numel() for parameter in network.parameters())
