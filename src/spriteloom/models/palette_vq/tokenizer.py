"""`Tokenizer`: sprites ↔ codes with their own palettes beside them, through a trained `PaletteVQ`.

A sprite's codes and pixels are functions of that sprite and the weights alone: the network sees groups of one
fixed size, the last one filled up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.codes import Codes, Palettes
from spriteloom.codecs.indexed import Indexed, centered_grids, to_indexed
from spriteloom.errors import CodecMismatch
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.models.palette_vq.code_search import searched
from spriteloom.models.palette_vq.network import Indices, PaletteVQ, nearest_to_expected
from spriteloom.nn.devices import device_of
from spriteloom.pixels import Palette, Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes

GROUP = 32
CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False, kw_only=True)
class Tokenizer:
    """`fingerprint` is that of the weights: codes of another training mean something else.

    A `careful` one tries codes before it settles on them: a hundred times as slow, its codes are as many and
    mean the same.
    """

    network: PaletteVQ
    fingerprint: str
    careful: bool = False

    @property
    def m(self) -> int:
        return self.network.config.m

    @property
    def k(self) -> int:
        return self.network.config.codes

    def encode(self, sprites: Sequence[Sprite]) -> Codes:
        """Sprites of any sizes → `Codes`; those of more colors than the tokenizer has go onto its number."""
        indexed = [to_indexed(sprite, self.network.config.colors) for sprite in sprites]
        palettes = palettes_of(indexed, self.network.config.colors)
        sizes = np.array([(s.height, s.width) for s in sprites], np.int32)
        gh, gw = -(-sizes.max(0) // self.m)
        codes = np.zeros((len(sprites), gh, gw), np.min_scalar_type(self.k - 1))
        for (rows, columns), which in self._of_a_size(sizes):
            grid = np.zeros((len(which), rows * self.m, columns * self.m), np.uint8)
            for row, i in zip(grid, which, strict=True):
                h, w = sizes[i]
                row[:h, :w] = indexed[i].grid
            codes[which, :rows, :columns] = self.encode_grids(grid, palettes.of(which))
        return Codes(
            grid=codes,
            palettes=palettes,
            sizes=sizes,
            names=tuple(s.name for s in sprites),
            codec=self.fingerprint,
        )

    def decode(self, codes: Codes) -> list[Sprite]:
        """`Codes` → sprites of the sizes they had, on their palettes. Raises CodecMismatch for another's."""
        if codes.codec != self.fingerprint or codes.palettes is None:
            raise CodecMismatch(
                f"these codes were made by codec {codes.codec}, this one is {self.fingerprint}: "
                "decode with the run that made them"
            )
        grids: dict[int, Bytes] = {}
        for (rows, columns), which in self._of_a_size(codes.sizes):
            some = codes.grid[which, :rows, :columns]
            grids |= dict(zip(which.tolist(), self.decode_grids(some, codes.palettes.of(which)), strict=True))
        return [
            Sprite(pixels=table[grids[i][:h, :w]], name=name, palette=Palette(table))
            for i, (table, (h, w), name) in enumerate(
                zip(codes.palettes.rows(), codes.sizes, codes.names, strict=True)
            )
        ]

    def _of_a_size(self, sizes: NDArray[np.int32]) -> Iterator[tuple[tuple[int, int], NDArray[np.intp]]]:
        """Sides of grids of codes, and which of the sprites (b, 2) have such: what is beside one must not
        depend on how large another is.
        """
        sides = -(-sizes // self.m)
        for rows, columns in np.unique(sides, axis=0):
            yield (int(rows), int(columns)), np.flatnonzero((sides == (rows, columns)).all(1))

    @torch.no_grad()
    def encode_grids(self, grid: Bytes, palettes: Palettes) -> NDArray[np.unsignedinteger]:
        """Places on palettes (b, h, w), sides that m divides → codes (b, h/m, w/m)."""
        groups = _groups(grid, palettes, device_of(self.network))
        made = [self._codes(some)[:kept].cpu().numpy() for some, kept in groups]
        kind = np.min_scalar_type(self.k - 1)
        b, h, w = grid.shape
        return np.concatenate(made).astype(kind) if made else np.zeros((b, h // self.m, w // self.m), kind)

    def _codes(self, some: Indices) -> Tensor:
        return (
            searched(self.network, some) if self.careful else self.network.quantize(self.network.embed(some))
        )

    @torch.no_grad()
    def decode_grids(self, codes: NDArray[np.integer], palettes: Palettes) -> Bytes:
        """Codes (b, gh, gw) → places on palettes (b, gh·m, gw·m). Raises CodecMismatch beyond the k codes."""
        if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < self.k:
            raise CodecMismatch(
                f"codes run from {codes.min()} to {codes.max()}, but this codec has {self.k}: "
                "decode with the one that made them"
            )
        b, gh, gw = codes.shape
        made = []
        for some, kept in _groups(codes, palettes, device_of(self.network)):
            choice = self.network.choose(self.network.look_up(some.grid.long()), some)
            made.append(nearest_to_expected(choice, some)[:kept].cpu().numpy())
        return np.concatenate(made) if made else np.zeros((b, gh * self.m, gw * self.m), np.uint8)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """Pictures (b, h, w, 3) on a plain ground → what codes and palettes keep of them, over white."""
        sprites = [Sprite(pixels=one) for one in foreground_of(rgb).pixels]
        again = [one.pixels for one in self.decode(self.encode(sprites))] if sprites else []
        return np.asarray(over(np.stack(again), WHITE)) if again else rgb


def palettes_of(indexed: Sequence[Indexed], colors: int) -> Palettes:
    """Those of sprites, each as long as another."""
    table = np.zeros((len(indexed), colors + 1, 3), np.uint8)
    for row, one in zip(table, indexed, strict=True):
        row[1 : 1 + len(one.colors)] = one.colors
    return Palettes(table=table, lengths=np.array([1 + len(one.colors) for one in indexed], np.int64))


def indices_of(rgba: Bytes, colors: int) -> tuple[Bytes, Palettes]:
    """Pictures (n, h, w, 4) of one size, h = w → their grids (n, h, w) and palettes."""
    indexed = [to_indexed(Sprite(pixels=one), colors) for one in rgba]
    return centered_grids(indexed, rgba.shape[1]), palettes_of(indexed, colors)


def as_tensors(grid: NDArray[np.integer], palettes: Palettes, device: torch.device = CPU) -> Indices:
    """What the network takes. The grid may hold codes instead of places."""
    return Indices(
        grid=torch.from_numpy(np.ascontiguousarray(grid)).to(device),
        table=torch.from_numpy(palettes.table).to(device),
        many=torch.from_numpy(palettes.lengths).to(device),
    )


def _groups(grid: NDArray[np.integer], palettes: Palettes, device: torch.device) -> list[tuple[Indices, int]]:
    """Groups of GROUP, the last one filled up with its own last, and how many of each are meant."""
    made = []
    for start in range(0, len(grid), GROUP):
        which = np.minimum(np.arange(start, start + GROUP), len(grid) - 1)
        made.append((as_tensors(grid[which], palettes.of(which), device), min(GROUP, len(grid) - start)))
    return made
