"""The palette swap of the Pixel VQ-VAE paper: the codes of a sprite are replaced by those of another, by rank.

Source: Saravanan and Guzdial, appendix "Palette Swap Task". A's commonest code becomes B's commonest code, and so on.
One permutation of the codebook is applied to all codes at once, so that no pixel changes twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.metrics.codes import usage
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Mask
from spriteloom.pixels.palette import MAX_INDEXED

CodeGrid = NDArray[Any]  # integers, usually (gh, gw)


def swap_palette(codec: Codec, sprite: Sprite, like: Sprite) -> Sprite:
    """`sprite` with its codes by falling count replaced by those of `like`, on a palette if 256 colors suffice."""
    return swap_palettes(codec, [sprite], [like])[0]


def swap_palettes(codec: Codec, sprites: Sequence[Sprite], like: Sequence[Sprite]) -> list[Sprite]:
    """`swap_palette` for all frames of an animation, with one permutation from the counts of all frames."""
    codes, reference = codec.encode(sprites), codec.encode(like)
    visible, like_visible = _visible_patches(codes, codec.m), _visible_patches(reference, codec.m)
    grid = swap_codes(codes.grid, reference.grid, inside_a=visible, inside_b=like_visible)
    decoded = codec.decode(replace(codes, grid=grid.astype(codes.grid.dtype)))
    colors = Palette.of(np.concatenate([swapped.pixels.reshape(-1, 1, 4) for swapped in decoded]))
    palette = colors if len(colors) <= MAX_INDEXED else None
    pairs = zip(sprites, decoded, strict=True)
    return [sprite.with_pixels(swapped.pixels, palette=palette) for sprite, swapped in pairs]


def swap_codes(
    a: CodeGrid, b: CodeGrid, *, inside_a: Mask | None = None, inside_b: Mask | None = None
) -> CodeGrid:
    """The grid `a` in the codes of `b`. Codes where a mask (of its grid's shape) is False neither count nor change."""
    inside_a, inside_b = _mask_of(a, inside_a), _mask_of(b, inside_b)
    k = 1 + max(int(grid.max(initial=0)) for grid in (a, b))
    table = rank_permutation(usage(a[inside_a], k), usage(b[inside_b], k))
    return np.where(inside_a, table[a], a).astype(np.result_type(a, b))


def rank_permutation(counts_a: NDArray[np.int64], counts_b: NDArray[np.int64]) -> NDArray[np.intp]:
    """The permutation of 0..k−1, (k,), that maps codes of A by falling count to those of B.

    Ties go by code. The r-th code of A becomes the r-th of B, as far as both have one. Each chain a → b → … → z that
    this makes is closed by z → a, and codes on no chain stay. Raises ValueError if the codebooks differ in size.
    """
    if counts_a.shape != counts_b.shape:
        raise ValueError(f"codebooks of {len(counts_a)} and {len(counts_b)} codes cannot be swapped")
    ranked = zip(_by_count(counts_a), _by_count(counts_b), strict=False)  # as long as the shorter list
    successor = dict(ranked)
    table = np.arange(len(counts_a))
    table[list(successor)] = list(successor.values())
    for start in set(successor) - set(successor.values()):
        end = start
        while end in successor:
            end = successor[end]
        table[end] = start
    return table


def _by_count(counts: NDArray[np.int64]) -> list[int]:
    """The codes that occur, commonest first, ties by code."""
    ranked = np.argsort(-counts, kind="stable")
    return [int(code) for code in ranked[: np.count_nonzero(counts)]]


def _mask_of(grid: CodeGrid, inside: Mask | None) -> Mask:
    if inside is None:
        return np.ones(grid.shape, np.bool_)
    if inside.shape != grid.shape or inside.dtype != np.bool_:
        raise ValueError(
            f"a mask of {grid.shape} codes is bool {grid.shape}, not {inside.dtype} {inside.shape}"
        )
    return inside


def _visible_patches(codes: Codes, m: int) -> Mask:
    assert codes.inside is not None  # codecs of patches store alpha beside the codes
    b, gh, gw = codes.grid.shape
    blocks = codes.inside.reshape(b, gh, m, gw, m)
    return np.asarray(blocks.any(axis=(2, 4)))
