"""`Tokenizer`: sprites ↔ codes with palettes, by a trained `PaletteVQ`.

A sprite's codes and pixels depend on that sprite and the weights alone: the network runs on groups of a fixed size,
the last one filled up.
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
from spriteloom.models.palette_vq.code_search import search_codes
from spriteloom.models.palette_vq.network import Indices, PaletteVQ, nearest_to_expected
from spriteloom.nn.devices import device_of
from spriteloom.pixels import Palette, Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes

GROUP = 32  # sprites in a forward pass
CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False, kw_only=True)
class Tokenizer:
    """`fingerprint` is that of the weights, which decide what a code means.

    A `careful` tokenizer searches for better codes of the same kind, which is a hundred times slower.
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
        """Sprites of any sizes → `Codes`; a sprite of too many colors is reduced to the tokenizer's number."""
        indexed = [to_indexed(sprite, self.network.config.colors) for sprite in sprites]
        palettes = palettes_of(indexed, self.network.config.colors)
        sizes = np.array([(s.height, s.width) for s in sprites], np.int32)
        gh, gw = -(-sizes.max(0) // self.m)
        codes = np.zeros((len(sprites), gh, gw), np.min_scalar_type(self.k - 1))
        for (rows, columns), batch in self._by_size(sizes):
            grid = np.zeros((len(batch), rows * self.m, columns * self.m), np.uint8)
            for row, i in zip(grid, batch, strict=True):
                h, w = sizes[i]
                row[:h, :w] = indexed[i].grid
            codes[batch, :rows, :columns] = self.encode_grids(grid, palettes.of(batch))
        return Codes(
            grid=codes,
            palettes=palettes,
            sizes=sizes,
            names=tuple(s.name for s in sprites),
            codec=self.fingerprint,
        )

    def decode(self, codes: Codes) -> list[Sprite]:
        """`Codes` → sprites of their old sizes, on their palettes. Raises CodecMismatch for other codes."""
        if codes.codec != self.fingerprint or codes.palettes is None:
            raise CodecMismatch(
                f"these codes were made by codec {codes.codec}, this one is {self.fingerprint}: "
                "decode with the run that made them"
            )
        grids: dict[int, Bytes] = {}
        for (rows, columns), batch in self._by_size(codes.sizes):
            grid = codes.grid[batch, :rows, :columns]
            grids |= dict(zip(batch.tolist(), self.decode_grids(grid, codes.palettes.of(batch)), strict=True))
        return [
            Sprite(pixels=table[grids[i][:h, :w]], name=name, palette=Palette(table))
            for i, (table, (h, w), name) in enumerate(
                zip(codes.palettes.rows(), codes.sizes, codes.names, strict=True)
            )
        ]

    def _by_size(self, sizes: NDArray[np.int32]) -> Iterator[tuple[tuple[int, int], NDArray[np.intp]]]:
        """Sides of a grid of codes, and the indices of the sprites (b, 2) with such a grid.

        Padding to a common size would make a sprite depend on the others.
        """
        sides = -(-sizes // self.m)
        for rows, columns in np.unique(sides, axis=0):
            yield (int(rows), int(columns)), np.flatnonzero((sides == (rows, columns)).all(1))

    @torch.no_grad()
    def encode_grids(self, grid: Bytes, palettes: Palettes) -> NDArray[np.unsignedinteger]:
        """Palette indices (b, h, w), whose sides m divides → codes (b, h/m, w/m)."""
        groups = _groups(grid, palettes, device_of(self.network))
        codes = [self._codes(group)[:n].cpu().numpy() for group, n in groups]
        kind = np.min_scalar_type(self.k - 1)
        b, h, w = grid.shape
        return np.concatenate(codes).astype(kind) if codes else np.zeros((b, h // self.m, w // self.m), kind)

    def _codes(self, sprites: Indices) -> Tensor:
        network = self.network
        return search_codes(network, sprites) if self.careful else network.quantize(network.embed(sprites))

    @torch.no_grad()
    def decode_grids(self, codes: NDArray[np.integer], palettes: Palettes) -> Bytes:
        """Codes (b, gh, gw) → palette indices (b, gh·m, gw·m). Raises CodecMismatch for codes of k or above."""
        if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < self.k:
            raise CodecMismatch(
                f"codes run from {codes.min()} to {codes.max()}, but this codec has {self.k}: "
                "decode with the one that made them"
            )
        b, gh, gw = codes.shape
        grids = []
        for group, n in _groups(codes, palettes, device_of(self.network)):
            choice = self.network.choose(self.network.look_up(group.grid.long()), group)
            grids.append(nearest_to_expected(choice, group)[:n].cpu().numpy())
        return np.concatenate(grids) if grids else np.zeros((b, gh * self.m, gw * self.m), np.uint8)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """Pictures (b, h, w, 3) over a plain background → the same, decoded from their codes, over white."""
        if not len(rgb):
            return rgb
        decoded = self.decode(self.encode([Sprite(pixels=pixels) for pixels in foreground_of(rgb).pixels]))
        return np.asarray(over(np.stack([sprite.pixels for sprite in decoded]), WHITE))


def palettes_of(indexed: Sequence[Indexed], colors: int) -> Palettes:
    """The palettes of sprites, padded to one length."""
    table = np.zeros((len(indexed), colors + 1, 3), np.uint8)
    for row, sprite in zip(table, indexed, strict=True):
        row[1 : 1 + len(sprite.colors)] = sprite.colors
    return Palettes(table=table, lengths=np.array([1 + len(sprite.colors) for sprite in indexed], np.int64))


def indices_of(rgba: Bytes, colors: int) -> tuple[Bytes, Palettes]:
    """Square pictures (n, h, w, 4) → their palette indices (n, h, w) and palettes."""
    indexed = [to_indexed(Sprite(pixels=pixels), colors) for pixels in rgba]
    return centered_grids(indexed, rgba.shape[1]), palettes_of(indexed, colors)


def as_tensors(grid: NDArray[np.integer], palettes: Palettes, device: torch.device = CPU) -> Indices:
    """The network's input. The grid may hold codes instead of palette indices."""
    return Indices(
        grid=torch.from_numpy(np.ascontiguousarray(grid)).to(device),
        table=torch.from_numpy(palettes.table).to(device),
        many=torch.from_numpy(palettes.lengths).to(device),
    )


def _groups(grid: NDArray[np.integer], palettes: Palettes, device: torch.device) -> list[tuple[Indices, int]]:
    """Groups of `GROUP` with their number of rows, the last group filled up with its last row."""
    groups = []
    for start in range(0, len(grid), GROUP):
        rows = np.minimum(np.arange(start, start + GROUP), len(grid) - 1)
        groups.append((as_tensors(grid[rows], palettes.of(rows), device), min(GROUP, len(grid) - start)))
    return groups
