"""Palette swap on codes: one picture's codes take the place of another's, by rank. Knows no codec, no pixels.

The appendix "Palette Swap Task" of the Pixel VQ-VAE paper: A's commonest code becomes B's commonest, and so
on down both lists, and vice versa. Done code by code in place, a pixel could be swapped twice (a → b, then
b → c); here it is one permutation of the codebook, made first and put on all codes at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.metrics import usage
from spriteloom.pixels.arrays import Mask

Codes = NDArray[Any]  # whole numbers of any width, usually (gh, gw)


def swap_codes(a: Codes, b: Codes, *, inside_a: Mask | None = None, inside_b: Mask | None = None) -> Codes:
    """The grid `a` in the codes of `b`: same shape, of a dtype that holds both.

    A mask is True where a code takes part, of its grid's shape: codes outside neither count nor change, which
    keeps a background. `swap_codes(b, a)` is the other half of the swap, by the inverse permutation.
    """
    inside_a = _whole(a, inside_a)
    k = 1 + max(int(grid.max(initial=0)) for grid in (a, b))
    table = rank_permutation(usage(a[inside_a], k), usage(b[_whole(b, inside_b)], k))
    return np.where(inside_a, table[a], a).astype(np.result_type(a, b))


def rank_permutation(counts_a: NDArray[np.int64], counts_b: NDArray[np.int64]) -> NDArray[np.intp]:
    """What each code becomes when codes of A by falling count take those of B: a permutation of 0..k−1, (k,).

    Ties go by code. The r-th code of A becomes the r-th of B, as far as both have one. To be a permutation,
    each chain a → b → … → z that this makes is closed by z → a, which for a chain of two is the plain swap;
    every code on no chain stays. So rank_permutation(b, a) undoes rank_permutation(a, b). Raises ValueError
    if the codebooks differ in size.
    """
    if counts_a.shape != counts_b.shape:
        raise ValueError(f"codebooks of {len(counts_a)} and {len(counts_b)} codes cannot be swapped")
    becomes = dict(zip(_by_count(counts_a), _by_count(counts_b), strict=False))  # the shorter list decides
    table = np.arange(len(counts_a))
    table[list(becomes)] = list(becomes.values())
    for start in set(becomes) - set(becomes.values()):
        end = start
        while end in becomes:
            end = becomes[end]
        table[end] = start
    return table


def _by_count(counts: NDArray[np.int64]) -> list[int]:
    """The codes that occur, commonest first, ties by code."""
    ranked = np.argsort(-counts, kind="stable")
    return [int(code) for code in ranked[: np.count_nonzero(counts)]]


def _whole(grid: Codes, inside: Mask | None) -> Mask:
    """The mask, or one of everything. Raises ValueError if it is not of the grid's shape."""
    if inside is None:
        return np.ones(grid.shape, np.bool_)
    if inside.shape != grid.shape or inside.dtype != np.bool_:
        raise ValueError(f"the mask of {grid.shape} codes is not {inside.dtype} {inside.shape}")
    return inside
