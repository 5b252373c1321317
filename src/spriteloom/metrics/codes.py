"""How a codebook is used, and what that costs in bits. Integers in, numbers out; knows nothing of pixels.

| letter | meaning |
| --- | --- |
| k | entries of the codebook |
| c | how often each code was seen, int64 (k,) |
| p | c / Σc |
| H | −Σ p log2 p, the entropy of order 0 in bits per code (0 log 0 = 0) |
| m | side of the patch that one code stands for, in pixels |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def usage(codes: ArrayLike, k: int) -> NDArray[np.int64]:
    """c: how often each of 0..k−1 stands in whole numbers of any shape. int64 (k,); those of batches add up.

    Raises ValueError for a code outside 0..k−1.
    """
    flat = np.asarray(codes).ravel()
    if flat.size and not (flat.dtype.kind in "iu" and flat.min() >= 0 and flat.max() < k):
        raise ValueError(f"codes are whole numbers from 0 to {k - 1}, not {flat.dtype} up to {flat.max()}")
    return np.bincount(flat.astype(np.intp, copy=False), minlength=k).astype(np.int64, copy=False)


def codes_used(counts: NDArray[np.int64]) -> int:
    """How many of the k codes were seen at all: #{i : c_i > 0}."""
    return int(np.count_nonzero(counts))


def bits_per_code(counts: NDArray[np.int64]) -> float:
    """H, from 0 (one code only) to log2 k (all alike). Raises ValueError if no code was counted."""
    seen = np.asarray(counts)[np.asarray(counts) > 0]
    if not seen.size:
        raise ValueError("no code was counted")
    p = seen / seen.sum()
    return float(-(p * np.log2(p)).sum()) + 0.0  # one code alone is 0, not −0


def perplexity(counts: NDArray[np.int64]) -> float:
    """2^H: the number of equally frequent codes that would be as hard to guess; 1 to k. Raises as H does."""
    return float(2.0 ** bits_per_code(counts))


def bits_per_pixel(entropy: float, m: int) -> float:
    """entropy / m²: bits per code spread over the m×m pixels that a code stands for."""
    if m < 1:
        raise ValueError(f"a patch is at least one pixel wide, not {m}")
    return entropy / m**2
