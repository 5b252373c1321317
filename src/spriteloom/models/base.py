"""What a family of models must offer, and what a loaded model can be asked for.

A family is a folder with presets, a config, a network, its training and its loading, and a line in
`registry.py`. The rest of the program asks a model for a capability, one of the protocols below, never which
family it is of.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import Bytes
from spriteloom.errors import DataError, RunError
from spriteloom.models.card import model_card
from spriteloom.nn.devices import Device, find_device
from spriteloom.pixels import Sprite
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.priors.condition import ConditionSpace, Labels
from spriteloom.priors.draw import Draw
from spriteloom.training.runs import BASE, RunConfig, fingerprint_of, write_config, write_weights

if TYPE_CHECKING:
    from spriteloom.training.session import Session, Trained

T = TypeVar("T")
Floats = NDArray[np.float32]
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
    `usual_conditions` are the labels that a model of this family is conditioned on where nothing is said,
    None for one that takes none.
    """

    name: ClassVar[str]
    config: ClassVar[type[Any]]
    shape: ClassVar[type[Any]] = NoShape
    presets: ClassVar[Mapping[str, Callable[[], Any]]]
    paper_parameters: ClassVar[Mapping[str, int]] = {}
    usual_conditions: ClassVar[tuple[str, ...] | None] = None

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


@runtime_checkable
class Reconstructs(Protocol):
    """Takes pictures in and gives them back as its codes or latents keep them."""

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (n, h, w, 3) → the same shape. Raises ValueError for pictures of another size."""
        ...


class SpriteCoder(Protocol):
    """Sprites ↔ `Codes`. A code stands for m×m pixels and is one of k."""

    @property
    def m(self) -> int: ...

    @property
    def k(self) -> int: ...

    def encode(self, pictures: Sequence[Sprite], /) -> Codes:
        """Sprites of any sizes → their codes."""
        ...

    def decode(self, codes: Codes, /) -> list[Sprite]:
        """The other way. Raises CodecMismatch for codes of another model."""
        ...


@runtime_checkable
class Encodes(SpriteCoder, Protocol):
    """Makes discrete codes of sprites. Models take tensors too and say what they give for them."""

    def careful(self) -> SpriteCoder:
        """The same, trying codes before it settles on them. Raises ImpossibleModel where nothing is to try."""
        ...


@runtime_checkable
class HasCodec(Protocol):
    """Its codes stand for patches, one code a patch."""

    @property
    def codec(self) -> Codec: ...


class LatentSpace(Protocol):
    """Pictures ↔ grids of floats, of mean about 0 and standard deviation about 1 or below."""

    @property
    def size(self) -> int:
        """Side of a picture in pixels."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a grid: (c, h, w), or (c,) of a vector."""
        ...

    def encode(self, rgba: Bytes) -> Tensor:
        """uint8 (n, size, size, 4) → float32 (n, *shape), on the space's device."""
        ...

    def decode(self, grids: Tensor) -> Bytes:
        """float32 (n, *shape) → uint8 (n, size, size, 4 or 3), alpha as soft as it comes."""
        ...


@runtime_checkable
class HasLatents(Protocol):
    """Its latents are grids of floats that a diffusion can learn."""

    @property
    def latents(self) -> LatentSpace: ...


@runtime_checkable
class Samples(Protocol):
    """Makes new sprites."""

    @property
    def guidance_scale(self) -> float: ...

    @property
    def conditions(self) -> ConditionSpace: ...

    def condition(self, labels: Labels | None = None, prompt: str | None = None) -> Floats: ...

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        """uint8 (n, h, w, 3 or 4), picture i from draw.seeds[i] and conditions[i] alone."""
        ...

    def sample_each(
        self,
        conditions: Floats,
        seeds: Sequence[int],
        *,
        temperature: float | None = None,
        guidance_scale: float | None = None,
    ) -> Bytes: ...

    def generate(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        prompt: str | None = None,
        seed: int = 0,
        colors: int | None = None,
        temperature: float | None = None,
        guidance_scale: float | None = None,
    ) -> list[Sprite]: ...

    def finish(self, picture: Bytes, name: str = "", colors: int | None = None) -> Sprite: ...

    def with_sampler(self, *, num_steps: int | None = None, sampler: str | None = None) -> Samples: ...


@runtime_checkable
class Predicts(Protocol):
    """Gives every code of a picture a probability."""

    @property
    def codes_per_picture(self) -> int: ...

    @property
    def conditions(self) -> ConditionSpace: ...

    def bits(self, rgb: Bytes, conditions: Floats) -> NDArray[np.float64]:
        """Mean bits per code of each picture: uint8 (n, h, w, 3) and float32 (n, c) → (n,)."""
        ...


@runtime_checkable
class Edits(Samples, Protocol):
    """Changes pictures that are there. Pictures are uint8 (n, size, size, 4)."""

    @property
    def size(self) -> int: ...

    @property
    def noise_shape(self) -> tuple[int, ...]:
        """Of what a sample begins with."""
        ...

    def from_noise(self, noise: Tensor, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures from these noises (n, *noise_shape), a condition for each; the draw's seeds add none."""
        ...

    def vary(self, rgba: Bytes, strength: float, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures made anew from so much noise on: 0 leaves them, 1 forgets them."""
        ...

    def inpaint(self, rgba: Bytes, mask: NDArray[np.bool_], conditions: Floats, draw: Draw) -> Bytes:
        """Pictures like `rgba` (size, size, 4) where `mask` is False, new where it is True."""
        ...

    def interpolate(self, a: Bytes, b: Bytes, shares: Sequence[float], conditions: Floats) -> Bytes:
        """A picture between a and b (size, size, 4) for each share from 0 to 1 and condition."""
        ...


_LACKS: dict[type, str] = {
    Reconstructs: "reconstructs nothing: look at what it makes with `spriteloom generate`",
    Encodes: "has no codes: give the run of a codec or a tokenizer, or of a prior over one",
    HasCodec: "has no patches: give the run of a codec of patches, or of a prior over one",
    HasLatents: "has no latents: give the run of an autoencoder (`spriteloom train latent …`)",
    Samples: "only reconstructs: train a prior over it, `spriteloom train prior --base RUN …`",
    Predicts: "predicts no codes: give the run of a prior",
    Edits: "cannot edit pictures: train a diffusion, `spriteloom train diffusion …`",
}


def need(model: Model, capability: type[T]) -> T:
    """The model as one that has a capability. Raises RunError where it has not."""
    if not isinstance(model, capability):
        raise RunError(f"{model.name} {_LACKS[capability]}")
    return model


def check_pictures(data: SpriteSet, name: str, *, noise: bool = False, size: int | None = None) -> None:
    """Raises DataError for pictures of another `size` than the model's, or fewer than two to learn from."""
    side = data.recipe.size
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
