"""What codecs of patches share: coding of sprites and pictures, and the error on held-out patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
import torch
from torch import Tensor

from spriteloom.codecs.census import Census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.codecs.lloyd import sample_census
from spriteloom.codecs.tables import NearestTable
from spriteloom.data.tensors import to_images, to_pictures
from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.cache import DatasetCache
from spriteloom.training.runs import RunConfig

if TYPE_CHECKING:
    from spriteloom.models.capabilities import SpriteCoder

_HELD_OUT = 65_536  # patches that metrics are computed on, at most


class PatchCoding:
    """`Reconstructs` and `Encodes`, by a codec of patches."""

    name: str
    codec: Codec

    @property
    def m(self) -> int:
        return self.codec.m

    @property
    def k(self) -> int:
        return self.codec.k

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (b, h, w, 3), h and w multiples of m → the same shape."""
        return self.codec.reconstruct(rgb)

    @overload
    def encode(self, pictures: Tensor, /) -> Tensor: ...
    @overload
    def encode(self, pictures: Sequence[Sprite], /) -> Codes: ...
    def encode(self, pictures: Tensor | Sequence[Sprite], /) -> Tensor | Codes:
        """Sprites of any sizes → `Codes`; images (b, 3, h, w) in [0, 1] → int64 (b, h/m, w/m)."""
        if not isinstance(pictures, Tensor):
            return self.codec.encode(pictures)
        codes = self.codec.encode_rgb(to_pictures(pictures))
        return torch.from_numpy(codes.astype(np.int64)).to(pictures.device)

    @overload
    def decode(self, codes: Tensor, /) -> Tensor: ...
    @overload
    def decode(self, codes: Codes, /) -> list[Sprite]: ...
    def decode(self, codes: Tensor | Codes, /) -> Tensor | list[Sprite]:
        """`Codes` → sprites; int64 (b, gh, gw) → images (b, 3, gh·m, gw·m) in [0, 1].

        Raises CodecMismatch for codes of another codec.
        """
        if not isinstance(codes, Tensor):
            return self.codec.decode(codes)
        return to_images(self.codec.decode_rgb(codes.cpu().numpy())).to(codes.device)

    def careful(self) -> SpriteCoder:
        raise ImpossibleModel(
            f"{self.name} codes every patch by itself, so there is nothing to search: leave out --careful"
        )


class PatchCodecModel(PatchCoding, Model):
    """A codec of patches: `Reconstructs`, `Encodes` and `HasCodec`."""

    def __init__(self, config: RunConfig, codec: Codec) -> None:
        super().__init__(config)
        self.codec = codec

    @property
    def fingerprint(self) -> str:
        """The table's, which decides what a code means."""
        return self.codec.fingerprint


def held_out_patches(cache: DatasetCache, m: int, seed: int) -> Census:
    """Patches of the validation split, or of the training split if the set has no validation split."""
    census = cache.census(m, noise=False, split=cache.held_out)
    return (
        census if len(census) <= _HELD_OUT else sample_census(census, _HELD_OUT, np.random.default_rng(seed))
    )


def patch_mse(census: Census, table: Bytes) -> float:
    """Mean squared error of patches in [0, 1] as their nearest patches in a table."""
    _, errors = NearestTable(table).find(census.patches)
    return float(np.average(errors, weights=census.counts)) / (3 * census.m**2 * 255**2)
