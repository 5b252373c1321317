"""The use of a codebook of k entries: c (k,) counts each code; H = −Σ p log2 p, with p = c / Σc, is its entropy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def usage(codes: ArrayLike, k: int) -> NDArray[np.int64]:
    """c of codes of any shape, int64 (k,); those of batches add up. Raises ValueError for a code outside 0..k−1."""
    flat = np.asarray(codes).ravel()
    if flat.size and not (flat.dtype.kind in "iu" and flat.min() >= 0 and flat.max() < k):
        raise ValueError(f"codes are whole numbers from 0 to {k - 1}, not {flat.dtype} up to {flat.max()}")
    return np.bincount(flat.astype(np.intp, copy=False), minlength=k).astype(np.int64, copy=False)


def codes_used(counts: NDArray[np.int64]) -> int:
    """The number of codes with at least one use."""
    return int(np.count_nonzero(counts))


def bits_per_code(counts: NDArray[np.int64]) -> float:
    """H, from 0 (only one code) to log2 k (all codes alike). Raises ValueError if the counts are all 0."""
    positive = np.asarray(counts)[np.asarray(counts) > 0]
    if not positive.size:
        raise ValueError("no code was counted")
    p = positive / positive.sum()
    return float(-(p * np.log2(p)).sum()) + 0.0  # 0 for only one code, not −0


def perplexity(counts: NDArray[np.int64]) -> float:
    """2^H, from 1 to k: the number of equally frequent codes of the same entropy. Raises ValueError."""
    return float(2.0 ** bits_per_code(counts))


def bits_per_pixel(entropy: float, m: int) -> float:
    """Bits per code divided by the m×m pixels of a code's patch."""
    if m < 1:
        raise ValueError(f"a patch is at least one pixel wide, not {m}")
    return entropy / m**2
