"""What a loaded model can be asked for, as protocols; `need` asks, and says what else to do.

A model of any family has those whose methods it has: nothing is declared or registered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.errors import RunError
from spriteloom.models.base import Model
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace, Labels
from spriteloom.priors.draw import Draw

T = TypeVar("T")


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
