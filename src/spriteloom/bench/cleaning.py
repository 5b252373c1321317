"""How much of damaged pixel art `clean` brings back: enlarged 2 to 8 times, cut off its grid, compressed.

Sprites lie over white, as JPEG has no alpha; a pixel is right where all its bytes are. Knows no file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.clean import PARTLY, clean
from spriteloom.editing.compression import Jpeg
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import WHITE

TIMES = range(2, 9)  # as large
NEAR = 2  # bytes in each channel

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class CleaningRow:
    """Of sprites compressed at one quality. Shares: of sprites whose cells have the right size, of pixels.

    `figure` is exact pixels among those of the figure alone, `seconds` those of a sprite.
    """

    quality: int
    n: int
    scale: float
    exact: float
    near: float
    figure: float
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Damaged(NamedTuple):
    """What is left of a sprite; what should come back, uint8 (h, w, 3), and where its figure is, (h, w)."""

    sprite: Sprite
    times: int
    whole: NDArray[np.uint8]
    figure: NDArray[np.bool_]


def bench_cleaning(
    sprites: Sequence[Sprite], qualities: Sequence[int], *, seed: int = 0, say: Say
) -> list[CleaningRow]:
    """A row for each quality, over the same enlargements and offsets."""
    rows = []
    for quality in qualities:
        say(f"{len(sprites)} sprites at quality {quality}")
        found = np.array([list(_one(sprite, quality, (seed, i))) for i, sprite in enumerate(sprites)])
        scale, exact, near, figure, seconds = (float(column) for column in found.mean(0))
        rows.append(
            CleaningRow(
                quality=quality,
                n=len(sprites),
                scale=scale,
                exact=exact,
                near=near,
                figure=figure,
                seconds=seconds,
            )
        )
    return rows


def damaged(sprite: Sprite, quality: int, seed: tuple[int, int]) -> Damaged:
    """A sprite over white, enlarged, cut at the top and the left, compressed."""
    chance = np.random.default_rng(seed)
    times = int(chance.choice(TIMES))
    top, left = (int(cut) for cut in chance.integers(0, times, 2))
    whole = np.asarray(over(sprite.pixels, WHITE))
    big = whole.repeat(times, 0).repeat(times, 1)[top:, left:]
    spoiled = Jpeg(quality=quality)(np.ascontiguousarray(big))
    rgba = np.dstack([spoiled, np.full(spoiled.shape[:2], 255, np.uint8)])
    kept = tuple(slice(int(times - cut < PARTLY * times), None) for cut in (top, left))
    figure = sprite.pixels[..., 3] > 0
    return Damaged(Sprite(pixels=rgba, name=sprite.name), times, whole[kept], figure[kept])


def _one(sprite: Sprite, quality: int, seed: tuple[int, int]) -> Iterator[float]:
    """Whether the scale was found; shares of exact, near and exact figure pixels; seconds."""
    given = damaged(sprite, quality, seed)
    began = time.perf_counter()
    made = clean(given.sprite)
    seconds = time.perf_counter() - began
    pixels = made.sprite.pixels[..., :3].astype(np.int32)
    yield float(made.grid.size == given.times)
    if pixels.shape == given.whole.shape:
        gap = np.abs(pixels - given.whole).max(-1)
        yield from (float((gap == 0).mean()), float((gap <= NEAR).mean()))
        yield float((gap[given.figure] == 0).mean())
    else:
        yield from (0.0, 0.0, 0.0)
    yield seconds
