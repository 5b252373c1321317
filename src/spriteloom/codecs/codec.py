"""`Codec`: encode sprites to `Codes` and decode them, patch by patch, with a table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.census import Census
from spriteloom.codecs.codes import Codes
from spriteloom.codecs.lloyd import weighted_means
from spriteloom.codecs.patches import Grid
from spriteloom.codecs.tables import CompiledCodec, NearestTable
from spriteloom.errors import CodecMismatch
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import HALF, WHITE
from spriteloom.pixels.arrays import Bytes


class PatchNetwork(Protocol):
    """A network that chooses a code for a patch and decodes a code to a patch."""

    m: int
    table: Bytes
    model: Any  # the network itself, with `encoder`, `quantizer` and `decoder`

    def encode(self, rgb: Bytes) -> Grid: ...
    def encode_patches(self, patches: Bytes) -> NDArray[np.int32]: ...
    def decode(self, codes: Grid) -> Bytes: ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Codec:
    """A patch codec: a table (k, 3·m²) uint8 in Z-order, and perhaps a network that chooses codes.

    Without a network (k-means, or after `refit`) the code is that of the nearest patch.
    """

    m: int
    table: Bytes
    network: PatchNetwork | None = None

    @classmethod
    def of_network(cls, network: PatchNetwork) -> Codec:
        return cls(m=network.m, table=network.table, network=network)

    @property
    def k(self) -> int:
        return len(self.table)

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits, a hash of the patch size and the table."""
        return hashlib.sha256(bytes([self.m]) + np.ascontiguousarray(self.table).tobytes()).hexdigest()[:12]

    @cached_property
    def _compiled(self) -> CompiledCodec:
        nearest = NearestTable(self.table)
        choose = self.network.encode_patches if self.network else lambda patches: nearest.find(patches)[0]
        return CompiledCodec(self.table, self.m, choose)

    def compile(self) -> CompiledCodec:
        """The codec as tables: the same codes and bytes, a hundred times as fast. Built once."""
        return self._compiled

    def encode_rgb(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3), h and w multiples of m → codes (b, h/m, w/m)."""
        return self._compiled.encode(rgb) if self.network else self._compiled.encode_nearest(rgb)

    def decode_rgb(self, codes: NDArray[np.integer]) -> Bytes:
        """Codes (b, gh, gw) → pictures (b, gh·m, gw·m, 3). Raises CodecMismatch for codes outside 0..k−1."""
        if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < self.k:
            range_of = f"codes run from {codes.min()} to {codes.max()}, but this codec has {self.k}"
            raise CodecMismatch(f"{range_of}: decode with the codec that made them")
        return self._compiled.decode(codes)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """Encode pictures (b, h, w, 3) and decode them, to the same shape."""
        return self.decode_rgb(self.encode_rgb(rgb))

    def encode(self, sprites: Sequence[Sprite]) -> Codes:
        """Sprites of any sizes → `Codes`. Colors are composited over white; alpha is stored beside the codes."""
        height = -(-max(s.height for s in sprites) // self.m) * self.m
        width = -(-max(s.width for s in sprites) // self.m) * self.m
        rgb = np.full((len(sprites), height, width, 3), WHITE, np.uint8)
        alpha = np.zeros((len(sprites), height, width), np.uint8)
        for i, sprite in enumerate(sprites):
            rgb[i, : sprite.height, : sprite.width] = over(sprite.pixels, WHITE)
            alpha[i, : sprite.height, : sprite.width] = sprite.pixels[..., 3]
        return Codes(
            grid=self.encode_rgb(rgb).astype(np.min_scalar_type(self.k - 1)),
            inside=alpha >= HALF,
            sizes=np.array([(s.height, s.width) for s in sprites], np.int32),
            names=tuple(s.name for s in sprites),
            codec=self.fingerprint,
        )

    def decode(self, codes: Codes) -> list[Sprite]:
        """`Codes` → sprites of their sizes, 1-bit alpha. Raises CodecMismatch for codes of another codec."""
        if codes.codec != self.fingerprint or codes.inside is None:
            difference = f"these codes were made by codec {codes.codec}, this one is {self.fingerprint}"
            raise CodecMismatch(f"{difference}: decode with the run that made them")
        rgb = self.decode_rgb(codes.grid) * codes.inside[..., None]
        rgba = np.concatenate([rgb, codes.inside[..., None].astype(np.uint8) * 255], axis=-1)
        return [
            Sprite(pixels=picture[:h, :w], name=name)
            for picture, (h, w), name in zip(rgba, codes.sizes, codes.names, strict=True)
        ]

    def refit(self, census: Census, rounds: int = 1) -> Codec:
        """A codec after `rounds` of Lloyd's algorithm: each patch becomes the mean of the patches nearest to it.

        The error on the census can only fall. A code without patches keeps its patch.
        """
        table = self.table
        for _ in range(rounds):
            codes, _ = NearestTable(table).find(census.patches)
            means, filled = weighted_means(census, codes, self.k)
            table = np.where(filled[:, None], np.rint(means), table).astype(np.uint8)
        return replace(self, table=table, network=None)
