"""The interface of a model family, and the base class of loaded models.

A family is a folder with presets, a config, a network, its training and its loading, and a line in
`registry.py`. The rest of the program asks a model for a capability (`capabilities.py`), never for its family.
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
from spriteloom.nn.devices import Device, find_device
from spriteloom.nn.quantizer import EMAQuantizer
from spriteloom.pixels.disk import is_free, make_folder, whole_folder, write_bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.runs import (
    BASE,
    CARD,
    RunConfig,
    fingerprint_of,
    model_card,
    write_config,
    write_weights,
)

if TYPE_CHECKING:
    from spriteloom.training.session import Session, Trained

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class FamilyConfig:
    """The hyperparameters of every family.

    `noise`: train on pictures over noise backgrounds too. `mixed_precision`: train in bf16 on devices that are
    fast at it.
    """

    noise: bool = False
    mixed_precision: bool = True


@dataclass(frozen=True, kw_only=True)
class NoShape:
    """The shape of a family that takes no size from the data."""


@dataclass(frozen=True, kw_only=True)
class BaseRequirement:
    """What a base model must offer: a capability, what the new model learns of it, and a preset that has it."""

    capability: type
    what: str
    example: str


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A preset in a line. `parameters` counts as the papers do: learned weights, a codebook and its average.

    Priors are counted for 256 codes on a 32×32 grid and a condition of 32 numbers, autoencoders for pictures of
    128×128, diffusions for pictures of 64×64 and a condition of 48 numbers and a sentence.
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
    """A kind of model: a config, a shape, presets, training and loading.

    The user chooses a config; the data and the base model decide a shape, such as the side of the pictures.
    """

    name: ClassVar[str]
    config: ClassVar[type[Any]]
    shape: ClassVar[type[Any]] = NoShape
    presets: ClassVar[Mapping[str, Callable[[], Any]]]
    paper_parameters: ClassVar[Mapping[str, int]] = {}
    can_start: ClassVar[bool] = False  # whether a training can start from a model's weights

    def default_conditions(self, config: C) -> tuple[str, ...] | None:
        """The labels to condition on by default, None if the model takes no labels."""
        return None

    def required_base(self, config: C) -> BaseRequirement | None:
        """The base model that a training needs, None for none."""
        return None

    def check(self, config: C, data: SpriteSet) -> None:
        """Raises DataError for a set that the model cannot be trained on."""

    def shape_of(self, config: C, data: SpriteSet, base: Model | None, conditions: ConditionSpace) -> S:
        """The shape of a model trained on a checked set. Raises DataError if the set does not fit."""
        shape: S = self.shape()
        return shape

    @abstractmethod
    def train(self, config: C, shape: S, session: Session, base: Model | None) -> Trained:
        """Train on the session's data, in its run folder."""

    @abstractmethod
    def load(self, config: C, shape: S, run: RunConfig, weights: Weights, base: Model | None) -> Model:
        """The model of these weights, on the CPU. Raises RuntimeError or ValueError if they do not fit."""

    @abstractmethod
    def parameters(self, config: C) -> int:
        """See `ModelInfo`."""

    @abstractmethod
    def about(self, config: C) -> str:
        """A description of one line."""

    def describe(self, preset: str) -> ModelInfo:
        config = self.presets[preset]()
        return ModelInfo(
            name=preset,
            family=self.name,
            parameters=self.parameters(config),
            paper_parameters=self.paper_parameters.get(preset),
            about=self.about(config),
        )


class NetworkFamily(Family[C, S]):
    """A family whose weights are those of one network."""

    described: ClassVar[Any] = NoShape()  # the shape that parameters are counted for

    def parameters(self, config: C) -> int:
        return count(self.build(config, self.described))

    @abstractmethod
    def build(self, config: C, shape: S) -> nn.Module:
        """The network, with random weights."""

    @abstractmethod
    def model(self, config: C, shape: S, run: RunConfig, network: Any, base: Model | None) -> Model:
        """The model around a trained network in evaluation mode."""

    def load(self, config: C, shape: S, run: RunConfig, weights: Weights, base: Model | None) -> Model:
        network = self.build(config, shape)
        network.load_state_dict(weights)
        return self.model(config, shape, run, network.eval(), base)


class Model(ABC):
    """A trained model, as `spriteloom.load` returns it. `config` is that of its run, `card` its README.md if any."""

    def __init__(self, config: RunConfig, base: Model | None = None) -> None:
        self.config, self.base = config, base
        self.card: str | None = None
        self.device = torch.device("cpu")

    @property
    def name(self) -> str:
        """The preset it was trained from."""
        return self.config.preset

    def networks(self) -> Iterable[nn.Module]:
        """The networks that `to` moves, by default none."""
        return ()

    @abstractmethod
    def weights(self) -> Weights:
        """The content of model.safetensors."""

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits of a hash over the weights."""
        return fingerprint_of(self.weights())

    def to(self, device: Device) -> Self:
        """Move the model and its base model to a device; returns itself. Raises DeviceError."""
        self.device = find_device(device)
        for network in self.networks():
            network.to(self.device)
        if self.base is not None:
            self.base.to(self.device)
        return self

    def save(self, folder: str | Path) -> None:
        """Write a run folder that `load` opens: config.json, model.safetensors, README.md, base/.

        A new folder appears whole; in an existing one files are replaced one by one. Raises RunError.
        """
        folder = Path(folder)
        if folder.exists() and not is_free(folder):
            self._write(folder)
            return
        with whole_folder(folder, RunError) as part:
            self._write(part)

    def push_to_hub(self, repo: str, *, private: bool | None = None) -> str:
        """Write the model to the model hub as "owner/name", and return its address there.

        Creates the repository, by the owner's default if `private` is None. Raises RunError.
        """
        from spriteloom.models.hub import push

        return push(self, repo, private=private)

    def _write(self, folder: Path) -> None:
        make_folder(folder, RunError)
        if self.base is not None:
            self.base.save(folder / BASE)
        write_config(folder, self.config)
        write_bytes(folder / CARD, (self.card or model_card(self.config)).encode(), RunError)
        write_weights(folder, self.weights())


class NetworkMixin:
    """`networks` and `weights` of a model with one network."""

    network: nn.Module

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Weights:
        weights: Weights = self.network.state_dict()
        return weights


def check_pictures(data: SpriteSet, name: str, *, noise: bool = False, size: int | None = None) -> None:
    """Raises DataError for pictures of another `size` than the model's, or fewer than two of them."""
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
    """The number of learned parameters, codebooks and their accumulators."""
    quantizers = [module for module in network.modules() if isinstance(module, EMAQuantizer)]
    codebooks = [part for quantizer in quantizers for part in (quantizer.codebook, quantizer.sums)]
    return sum(weights.numel() for weights in (*network.parameters(), *codebooks))
