"""How near pictures are to what they should be, over a whole set in one pass. Knows no codec and no file.

With t, g the truth and the guess scaled to [0, 1], sums running over the set:

    mse           mean of (t − g)² over pixels and channels
    psnr          −10 log10(mse), dB: of the set's MSE, not a mean of pictures' PSNRs
    ssim          mean of the SSIM map over pixels, channels and pictures (`ssim.py` has the definition)
    exact_pixels  share of pixels whose three channels are all equal

and each again over the pixels inside the figure only. Pixels weigh the same whatever the size of their
picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.metrics.ssim import MAX, similarity_map

Batch = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]  # truth, guess, inside

CHANNELS = 3
PIXELS_AT_ONCE = 2**16  # bounds memory at about 25 MB whatever the caller's batch is


@dataclass(frozen=True, kw_only=True)
class PictureScores:
    """How near `n` pictures are. `psnr` is inf where all is exact; all are nan where there was no pixel."""

    mse: float
    psnr: float
    ssim: float
    exact_pixels: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Scores(PictureScores):
    """The scores of whole pictures; `foreground` those of the figures, in the n pictures that have one."""

    foreground: PictureScores

    def to_json(self) -> dict[str, object]:
        """{mse, psnr, ssim, exact_pixels, foreground: {the same four}, n}; what is not finite is None."""
        return {**_figures(self), "foreground": _figures(self.foreground), "n": self.n}


def score(batches: Iterable[Batch]) -> Scores:
    """Compare a set of pictures, given in batches of any size, with what they should be.

    A batch is truth and guess, uint8 (n, h, w, 3), and inside, bool (n, h, w), True where the figure is.
    Sums are whole numbers, that of SSIM float64: batching does not change the result beyond 1e-12. Raises
    DataError if there is no picture, ValueError if a batch is no batch.
    """
    whole = figure = _Sums()
    for truth, guess, inside in _chunks(batches):
        whole, figure = _added(truth, guess, inside, whole, figure)
    if not whole.pictures:
        raise DataError("there is no picture to score: choose a split that has some")
    return Scores(**vars(whole.scores()), foreground=figure.scores())


@dataclass(frozen=True)
class _Sums:
    """What has been seen so far."""

    squared: int = 0  # of bytes, over channels
    similar: float = 0.0
    exact: int = 0
    pixels: int = 0
    pictures: int = 0

    def plus(
        self,
        squared: NDArray[np.int64],
        similar: NDArray[np.float64],
        exact: NDArray[np.bool_],
        pictures: int,
    ) -> _Sums:
        """With these pixels, (p,) each, of so many pictures."""
        return _Sums(
            self.squared + int(squared.sum()),
            self.similar + float(similar.sum()),
            self.exact + int(exact.sum()),
            self.pixels + exact.size,
            self.pictures + pictures,
        )

    def scores(self) -> PictureScores:
        """The means of what was seen."""
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


def _added(
    truth: NDArray[np.uint8], guess: NDArray[np.uint8], inside: NDArray[np.bool_], whole: _Sums, figure: _Sums
) -> tuple[_Sums, _Sums]:
    """Both sums with one chunk more."""
    squared = ((truth.astype(np.int64) - guess) ** 2).sum(axis=-1)  # (n, h, w)
    similar = similarity_map(truth, guess)
    exact = squared == 0
    figures = int(inside.any(axis=(1, 2)).sum())
    return (
        whole.plus(squared, similar, exact, len(truth)),
        figure.plus(squared[inside], similar[inside], exact[inside], figures),
    )


def _chunks(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same pictures, few enough at a time."""
    for truth, guess, inside in batches:
        _check(truth, guess, inside)
        step = max(1, PIXELS_AT_ONCE // max(1, inside[:1].size))
        for start in range(0, len(truth), step):
            part = slice(start, start + step)
            yield truth[part], guess[part], inside[part]


def _check(truth: NDArray[np.uint8], guess: NDArray[np.uint8], inside: NDArray[np.bool_]) -> None:
    """Raise ValueError unless these are two sets of equal pictures and their mask."""
    for pictures in (truth, guess):
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != CHANNELS:
            raise ValueError(f"pictures are uint8 (n, h, w, 3), not {pictures.dtype} {pictures.shape}")
    if truth.shape != guess.shape:
        raise ValueError(f"the guess is {guess.shape}, the truth {truth.shape}: they are one shape")
    if inside.dtype != np.bool_ or inside.shape != truth.shape[:3]:
        raise ValueError(f"the mask of {truth.shape} is not {inside.dtype} {inside.shape}")


def _figures(scores: PictureScores) -> dict[str, float | None]:
    """The four figures, as JSON can hold them."""
    values = {name: getattr(scores, name) for name in ("mse", "psnr", "ssim", "exact_pixels")}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
