"""Measure how much of damaged pixel art `clean` restores: enlarged 2 to 8 times, cut off its grid, compressed.

    python benchmarks/clean.py [--data SET.parquet] [-n 200] [--json]

Sprites lie over white, because JPEG has no alpha. A pixel is exact if all its bytes are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from common import SEED_HELP, options, positive, run, show, sprites_of
from spriteloom.cli.printing import say
from spriteloom.editing.clean import MIN_VISIBLE, clean
from spriteloom.editing.jpeg import Jpeg
from spriteloom.pixels import Sprite
from spriteloom.pixels.alpha import WHITE, over

QUALITIES = (95, 90, 80, 70, 60)
TIMES = range(2, 9)  # as large
NEAR = 2  # bytes in each channel


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument(
        "--data", type=Path, help="a set prepared with --preprocessing pixel (default: procedural creatures)"
    )
    parser.add_argument("-n", type=positive, default=200, help="number of sprites (default 200)")
    parser.add_argument("--split", default="test", help="the species to measure on (default test)")
    parser.add_argument("--seed", type=int, default=0, help=SEED_HELP)
    given = parser.parse_args(words)
    rows = bench_cleaning(
        sprites_of(given.data, given.split, given.n, given.seed), QUALITIES, seed=given.seed
    )
    show(f"{rows[0].n} sprites", [row.to_json() for row in rows], as_json=given.json)


@dataclass(frozen=True, kw_only=True)
class CleaningRow:
    """Sprites compressed at one quality. `scale` is the share of sprites whose cells have the right size.

    `exact` and `near` are shares of pixels, `figure` the share of exact pixels in the foreground; `seconds` are those
    of a sprite.
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
    """A damaged sprite, the pixels to restore, uint8 (h, w, 3), and the mask of its foreground, (h, w)."""

    sprite: Sprite
    times: int
    original: NDArray[np.uint8]
    foreground: NDArray[np.bool_]


def bench_cleaning(
    sprites: Sequence[Sprite], qualities: Sequence[int], *, seed: int = 0
) -> list[CleaningRow]:
    """A row for each quality, over the same enlargements and offsets."""
    rows = []
    for quality in qualities:
        say(f"{len(sprites)} sprites at quality {quality}")
        shares = np.array([list(_shares(sprite, quality, (seed, i))) for i, sprite in enumerate(sprites)])
        scale, exact, near, figure, seconds = (float(column) for column in shares.mean(0))
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
    original = np.asarray(over(sprite.pixels, WHITE))
    big = original.repeat(times, 0).repeat(times, 1)[top:, left:]
    rgb = Jpeg(quality=quality)(np.ascontiguousarray(big))
    rgba = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    rest = tuple(slice(int(times - cut < MIN_VISIBLE * times), None) for cut in (top, left))
    foreground = sprite.pixels[..., 3] > 0
    return Damaged(Sprite(pixels=rgba, name=sprite.name), times, original[rest], foreground[rest])


def _shares(sprite: Sprite, quality: int, seed: tuple[int, int]) -> Iterator[float]:
    """1 if the scale is right; shares of exact, near and exact foreground pixels; seconds."""
    damage = damaged(sprite, quality, seed)
    began = time.perf_counter()
    cleaned = clean(damage.sprite)
    seconds = time.perf_counter() - began
    pixels = cleaned.sprite.pixels[..., :3].astype(np.int32)
    yield float(cleaned.grid.size == damage.times)
    if pixels.shape == damage.original.shape:
        gap = np.abs(pixels - damage.original).max(-1)
        yield from (float((gap == 0).mean()), float((gap <= NEAR).mean()))
        yield float((gap[damage.foreground] == 0).mean())
    else:
        yield from (0.0, 0.0, 0.0)
    yield seconds


if __name__ == "__main__":
    run(main)
