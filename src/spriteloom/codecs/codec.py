"""`Codec`: sprites ↔ `Codes` by patches and tables.

One class for every patch codec: what a codec is, is its table, how it chooses a code for a patch, and its
fingerprint.
"""

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
from spriteloom.codecs.nearest import NearestTable
from spriteloom.codecs.tables import CompiledCodec
from spriteloom.errors import CodecMismatch
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import HALF, WHITE
from spriteloom.pixels.arrays import Bytes

Grid = NDArray[np.int32]


class PatchNetwork(Protocol):
    """A network that chooses a code for a patch and decodes a code to one."""

    m: int
    table: Bytes
    model: Any  # the network itself, with `encoder`, `quantizer` and `decoder`

    def encode(self, rgb: Bytes) -> Grid: ...
    def encode_patches(self, patches: Bytes) -> NDArray[np.int32]: ...
    def decode(self, codes: Grid) -> Bytes: ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Codec:
    """A patch codec: a table (k, 3·m²) uint8 in Z-order, and the network that chooses codes, if there is one.

    Without a network (k-means, or after `refit`) the code chosen is the nearest patch.
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
        """Twelve hex digits of the patch size and the table: they differ where a code means another patch."""
        return hashlib.sha256(bytes([self.m]) + np.ascontiguousarray(self.table).tobytes()).hexdigest()[:12]

    @cached_property
    def _compiled(self) -> CompiledCodec:
        nearest = NearestTable(self.table)
        choose = self.network.encode_patches if self.network else lambda patches: nearest.find(patches)[0]
        return CompiledCodec(self.table, self.m, choose)

    def compile(self) -> CompiledCodec:
        """The tables: same codes, same bytes, a hundred times the speed. Made once."""
        return self._compiled

    def encode_rgb(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3), h and w multiples of m → codes (b, h/m, w/m)."""
        return self._compiled.encode(rgb) if self.network else self._compiled.encode_nearest(rgb)

    def decode_rgb(self, codes: NDArray[np.integer]) -> Bytes:
        """Codes (b, gh, gw) → pictures (b, gh·m, gw·m, 3). Raises CodecMismatch for codes beyond the k."""
        if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < self.k:
            raise CodecMismatch(
                f"codes run from {codes.min()} to {codes.max()}, but this codec has {self.k}: "
                "decode with the one that made them"
            )
        return self._compiled.decode(codes)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """Pictures (b, h, w, 3) → what is left of them as codes, of the same shape."""
        return self.decode_rgb(self.encode_rgb(rgb))

    def encode(self, sprites: Sequence[Sprite]) -> Codes:
        """Sprites of any sizes → `Codes`. Colors are taken over white; alpha travels beside the codes."""
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
        """`Codes` → sprites of the sizes they had, 1-bit alpha. Raises CodecMismatch for another's codes."""
        if codes.codec != self.fingerprint or codes.inside is None:
            raise CodecMismatch(
                f"these codes were made by codec {codes.codec}, this one is {self.fingerprint}: "
                "decode with the run that made them"
            )
        rgb = self.decode_rgb(codes.grid) * codes.inside[..., None]
        rgba = np.concatenate([rgb, codes.inside[..., None].astype(np.uint8) * 255], axis=-1)
        return [
            Sprite(pixels=picture[:h, :w], name=name)
            for picture, (h, w), name in zip(rgba, codes.sizes, codes.names, strict=True)
        ]

    def refit(self, census: Census, rounds: int = 1) -> Codec:
        """The codec whose every patch is the mean of the census's patches nearest to it, `rounds` times over.

        That is Lloyd's algorithm started from what was learned; error on the census can only fall.
        Codes without patches keep their own.
        """
        table = self.table
        for _ in range(rounds):
            codes, _ = NearestTable(table).find(census.patches)
            means, filled = weighted_means(census, codes, self.k)
            table = np.where(filled[:, None], np.rint(means), table).astype(np.uint8)
        return replace(self, table=table, network=None)
