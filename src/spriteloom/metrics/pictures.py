"""Errors of pictures over a whole set in one pass, SSIM among them; the number of colors of a picture.

With t, g the truth and the guess scaled to [0, 1], over all pixels of the set, and again over the foreground:

    mse           mean of (t − g)² over pixels and channels
    psnr          −10 log10(mse), dB: of the set's MSE, not a mean of pictures' PSNRs
    ssim          mean of the SSIM map over pixels, channels and pictures
    exact_pixels  share of pixels whose three channels are all equal

SSIM is that of Wang et al. 2004 per channel, with population moments under a Gaussian window of 11, σ = 1.5:

    SSIM = (2 μx μy + C1) (2 cov + C2) / ((μx² + μy² + C1) (σx² + σy² + C2)),   C1 = 0.01², C2 = 0.03²

The picture is mirrored about its border pixels, as often as the window needs, and all h × w pixels count, as in
torchmetrics: scikit-image leaves out a rim of 5, and sprites fill their canvas. Blurring is a product with a
banded matrix in float64, which is faster than a convolution on sprites and does not depend on the batches.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.pixels.arrays import Bytes, Doubles, Mask

Batch = tuple[Bytes, Bytes, Mask]  # truth, guess (n, h, w, 3), foreground (n, h, w)

CHANNELS = 3
PIXELS_AT_ONCE = 2**16  # bounds memory at about 25 MB whatever the caller's batch is
MAX = 255.0  # a byte's largest value, which becomes 1
WINDOW, SIGMA = 11, 1.5
C1, C2 = 0.01**2, 0.03**2


@dataclass(frozen=True, kw_only=True)
class PictureScores:
    """The measures of `n` pictures. `psnr` is inf if all pixels are exact; all are nan if there is no pixel."""

    mse: float
    psnr: float
    ssim: float
    exact_pixels: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Scores(PictureScores):
    """The scores of whole pictures, and those of the foreground, of the n pictures that have one."""

    foreground: PictureScores

    def to_json(self) -> dict[str, object]:
        """{mse, psnr, ssim, exact_pixels, foreground: {the same four}, n}; what is not finite is None."""
        return {**_finite(self), "foreground": _finite(self.foreground), "n": self.n}


def score(batches: Iterable[Batch]) -> Scores:
    """Compare a set of pictures with the truth, in batches of any size.

    A batch is truth and guess, uint8 (n, h, w, 3), and the foreground, bool (n, h, w); its size does not matter. Raises
    DataError if there is no picture, ValueError for a batch of other shapes or types.
    """
    whole = foreground = _Sums()
    for truth, guess, inside in _chunks(batches):
        squared = ((truth.astype(np.int64) - guess) ** 2).sum(axis=-1)  # (n, h, w)
        similar, exact = similarity_map(truth, guess), squared == 0
        visible = int(inside.any(axis=(1, 2)).sum())
        whole = whole.plus(squared, similar, exact, len(truth))
        foreground = foreground.plus(squared[inside], similar[inside], exact[inside], visible)
    if not whole.pictures:
        raise DataError("there is no picture to score: choose a split that has some")
    return Scores(**vars(whole.scores()), foreground=foreground.scores())


def similarity_map(truth: Bytes, guess: Bytes) -> Doubles:
    """SSIM around each pixel, the mean of its channels: uint8 (n, h, w, c) twice → float64 (n, h, w) in (-1, 1]."""
    x, y = (np.moveaxis(pictures, 3, 1) / MAX for pictures in (truth, guess))  # (n, c, h, w), 0..1
    down, across = _window(x.shape[2]), _window(x.shape[3]).T
    mean_x, mean_y, squares, product = down @ (np.stack([x, y, x * x + y * y, x * y]) @ across)
    means, mean_squares = mean_x * mean_y, mean_x * mean_x + mean_y * mean_y
    covariance, variances = product - means, squares - mean_squares
    similarity = (2 * means + C1) * (2 * covariance + C2) / ((mean_squares + C1) * (variances + C2))
    return np.asarray(similarity.mean(axis=1), dtype=np.float64)


def colors_per_sprite(pixels: Bytes) -> NDArray[np.int64]:
    """The number of distinct visible colors, alpha included: uint8 (n, h, w, 3 or 4) → int64 (n,)."""
    check_pictures(pixels, 3, 4)
    n, h, w, channels = pixels.shape
    rgba = np.full((n, h, w, 4), 255, np.uint8)
    rgba[..., :channels] = pixels
    packed = rgba.view(np.uint32).reshape(n, h * w)
    packed = np.sort(np.where(rgba[..., 3].reshape(n, h * w) > 0, packed, 0), axis=1)  # 0: transparent
    count: NDArray[np.int64] = (packed[:, 1:] != packed[:, :-1]).sum(axis=1, dtype=np.int64) + 1
    count[packed[:, 0] == 0] -= 1
    return count


def check_pictures(pictures: Bytes, *channels: int) -> None:
    """Raises ValueError unless pictures are uint8 (n, h, w, c) with one of these numbers of channels."""
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] not in channels:
        shape = f"(n, h, w, {' or '.join(map(str, channels))})"
        raise ValueError(f"pictures are uint8 {shape}, not {pictures.dtype} {pictures.shape}")


@dataclass(frozen=True)
class _Sums:
    squared: int = 0  # of bytes, over channels
    similar: float = 0.0
    exact: int = 0
    pixels: int = 0
    pictures: int = 0

    def plus(self, squared: NDArray[np.int64], similar: Doubles, exact: Mask, pictures: int) -> _Sums:
        """The sums with more pixels, (p,) each, of so many pictures."""
        return _Sums(
            self.squared + int(squared.sum()),
            self.similar + float(similar.sum()),
            self.exact + int(exact.sum()),
            self.pixels + exact.size,
            self.pictures + pictures,
        )

    def scores(self) -> PictureScores:
        if not self.pixels:
            return PictureScores(mse=math.nan, psnr=math.nan, ssim=math.nan, exact_pixels=math.nan, n=0)
        mse = self.squared / (self.pixels * CHANNELS * MAX**2)
        return PictureScores(
            mse=mse,
            psnr=-10 * math.log10(mse) if mse else math.inf,
            ssim=self.similar / self.pixels,
            exact_pixels=self.exact / self.pixels,
            n=self.pictures,
        )


def _chunks(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same pictures in batches of bounded size. Raises ValueError for shapes or types that do not fit."""
    for truth, guess, inside in batches:
        check_pictures(truth, CHANNELS)
        check_pictures(guess, CHANNELS)
        if truth.shape != guess.shape:
            raise ValueError(f"the guess is {guess.shape}, the truth {truth.shape}: they need one shape")
        if inside.dtype != np.bool_ or inside.shape != truth.shape[:3]:
            raise ValueError(f"the mask of {truth.shape} is not {inside.dtype} {inside.shape}")
        step = max(1, PIXELS_AT_ONCE // max(1, inside[:1].size))
        for start in range(0, len(truth), step):
            part = slice(start, start + step)
            yield truth[part], guess[part], inside[part]


def _finite(scores: PictureScores) -> dict[str, float | None]:
    values = {name: getattr(scores, name) for name in ("mse", "psnr", "ssim", "exact_pixels")}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


@lru_cache(maxsize=16)
def _window(side: int) -> Doubles:
    """(side, side): row i has the weights of the pixels around i, mirrored at the border."""
    reach = WINDOW // 2
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SIGMA) ** 2)
    weights /= weights.sum()
    mirrored = np.pad(np.arange(side), reach, mode="reflect")
    rows = np.arange(side)
    matrix = np.zeros((side, side))
    for tap, weight in enumerate(weights):
        np.add.at(matrix, (rows, mirrored[tap : tap + side]), weight)
    matrix.flags.writeable = False
    return matrix
