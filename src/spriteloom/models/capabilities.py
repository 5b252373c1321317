"""What a loaded model can do; `need` checks for a capability.

A model has the capability of a protocol if it has its methods. Models that make new sprites extend a base class.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.errors import RunError
from spriteloom.models.base import Model
from spriteloom.models.sampling import SamplingModel
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.draw import Draw

T = TypeVar("T")


@runtime_checkable
class Reconstructs(Protocol):
    """Encodes pictures and decodes them again."""

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
        """Sprites of any sizes → codes."""
        ...

    def decode(self, codes: Codes, /) -> list[Sprite]:
        """Codes → sprites. Raises CodecMismatch for codes of another model."""
        ...


@runtime_checkable
class Encodes(SpriteCoder, Protocol):
    """Encodes sprites as discrete codes. Models take tensors too; see their docstrings."""

    def careful(self) -> SpriteCoder:
        """A slower coder that searches for better codes. Raises ImpossibleModel if there is no search."""
        ...


@runtime_checkable
class HasCodec(Protocol):
    """Encodes every patch of a picture as one code."""

    @property
    def codec(self) -> Codec: ...


class LatentSpace(Protocol):
    """Pictures ↔ latents: floats of mean about 0 and standard deviation about 1 or below."""

    @property
    def size(self) -> int:
        """Side of a picture in pixels."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a latent: (c, h, w) of a grid, (c,) of a vector."""
        ...

    def encode(self, rgba: Bytes) -> Tensor:
        """uint8 (n, size, size, 4) → float32 (n, *shape), on the device of the space."""
        ...

    def decode(self, latents: Tensor) -> Bytes:
        """float32 (n, *shape) → uint8 (n, size, size, 4 or 3), alpha from 0 to 255."""
        ...


@runtime_checkable
class HasLatents(Protocol):
    """Has a latent space that a diffusion can learn."""

    @property
    def latents(self) -> LatentSpace: ...


Samples = SamplingModel  # makes new sprites


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


class Edits(SamplingModel):
    """Changes given pictures, uint8 (n, size, size, 4)."""

    @property
    @abstractmethod
    def size(self) -> int: ...

    @property
    @abstractmethod
    def noise_shape(self) -> tuple[int, ...]:
        """The shape of a sample's noise."""

    @abstractmethod
    def from_noise(self, noise: Tensor, conditions: Floats, draw: Draw) -> Bytes:
        """Pictures from noise (n, *noise_shape), with a condition for each."""

    @abstractmethod
    def vary(self, rgba: Bytes, strength: float, conditions: Floats, draw: Draw) -> Bytes:
        """Variations of pictures: add noise up to σ = `strength`, then denoise.

        Raises ImpossibleModel for a strength outside (0, 1], or a process that cannot start in between.
        """

    @abstractmethod
    def inpaint(self, rgba: Bytes, mask: NDArray[np.bool_], conditions: Floats, draw: Draw) -> Bytes:
        """n pictures: `rgba` (size, size, 4) where `mask` (size, size) is False, new where it is True.

        Kept pixels stay the same byte for byte.
        """

    @abstractmethod
    def interpolate(self, a: Bytes, b: Bytes, shares: Sequence[float], conditions: Floats) -> Bytes:
        """A picture between a and b, uint8 (size, size, 4), for each share from 0 to 1 and condition."""


_ADVICE: dict[type, str] = {
    Reconstructs: "cannot reconstruct pictures: sample it with `spriteloom generate`",
    Encodes: "has no codes: give the run of a codec or a tokenizer, or of a prior over one",
    HasCodec: "has no patches: give the run of a codec of patches, or of a prior over one",
    HasLatents: "has no latents: give the run of an autoencoder (`spriteloom train latent …`)",
    Samples: "only reconstructs: train a prior over it, `spriteloom train prior --base RUN …`",
    Predicts: "predicts no codes: give the run of a prior",
    Edits: "cannot edit pictures: train a diffusion, `spriteloom train diffusion …`",
}


def need(model: Model, capability: type[T]) -> T:
    """The model, typed by a capability. Raises RunError if it does not have it."""
    if not isinstance(model, capability):
        raise RunError(f"{model.name} {_ADVICE[capability]}")
    return model
