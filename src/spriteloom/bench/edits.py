"""Whether edits keep what they promise: random masks painted anew, an animation recolored."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing import plan_like
from spriteloom.editing.generative import inpaint
from spriteloom.models.base import Model
from spriteloom.pixels import Animation, Sprite

FRAMES = 70
ROUNDS = 9  # of which the median time is told

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Inpaints:
    """Of `n` sprites with a mask each. Pixels: `masked` of how many `all`, and those that broke a promise."""

    n: int
    all: int
    masked: int
    repainted: int  # masked pixels that came out otherwise than they were
    changed_outside: int
    off_palette: int
    half_transparent: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Recolors:
    """Of one animation: whether every color became one color in all frames, and the median milliseconds.

    `plan` is finding which color becomes which, `apply` putting it on all frames.
    """

    frames: int
    size: tuple[int, int]
    colors: int
    one_to_one: bool
    plan_ms: float
    apply_ms: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def bench_inpaints(model: Model, sprites: Sequence[Sprite], *, seed: int = 0, say: Say) -> Inpaints:
    """A random mask for each sprite: a disc, a box or scattered pixels, near or in its figure."""
    began = time.monotonic()
    sums: Counter[str] = Counter()
    for i, sprite in enumerate(sprites):
        if not i % 20:
            say(f"{i} of {len(sprites)} masks")
        mask = random_mask(sprite, np.random.default_rng((seed, i)))
        made = inpaint(model, sprite, mask, 1, seed=seed + i)[0].pixels
        own = {bytes(color) for color in sprite.pixels.reshape(-1, 4)} | {bytes(4)}
        different = (made != sprite.pixels).any(-1)
        sums.update(
            all=mask.size,
            masked=int(mask.sum()),
            repainted=int((different & mask).sum()),
            changed_outside=int((different & ~mask).sum()),
            off_palette=sum(bytes(color) not in own for color in made[mask]),
            half_transparent=int(((made[..., 3] > 0) & (made[..., 3] < 255)).sum()),
        )
    return Inpaints(n=len(sprites), **sums, seconds=time.monotonic() - began)


def random_mask(sprite: Sprite, chance: np.random.Generator) -> NDArray[np.bool_]:
    """Where a sprite may change, (h, w): somewhere around a pixel of its figure; never empty."""
    y, x = np.mgrid[: sprite.height, : sprite.width]
    places = np.argwhere(sprite.pixels[..., 3] > 0)
    row, column = places[chance.integers(len(places))]
    reach = int(chance.integers(2, max(3, max(sprite.height, sprite.width) // 3)))
    match int(chance.integers(3)):
        case 0:
            return np.asarray(np.hypot(y - row, x - column) <= reach)
        case 1:
            wide = int(chance.integers(1, reach + 1))
            return np.asarray((abs(y - row) <= reach) & (abs(x - column) <= wide))
        case _:
            scattered = (np.hypot(y - row, x - column) <= 2 * reach) & (chance.random(y.shape) < 0.3)
            scattered[row, column] = True
            return np.asarray(scattered)


def bench_recolors(animation: Animation, like: Sprite) -> Recolors:
    """All frames in the colors of another sprite, by one plan."""
    planning, applying = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        plan = plan_like(animation.frames, [like])
        planned = time.perf_counter()
        made = plan.apply_animation(animation)
        planning.append(planned - began)
        applying.append(time.perf_counter() - planned)
    before = np.stack([frame.pixels for frame in animation.frames]).reshape(-1, 4)
    after = np.stack([frame.pixels for frame in made.frames]).reshape(-1, 4)
    pairs = np.unique(np.hstack([before, after]), axis=0)
    colors = len(np.unique(before, axis=0))
    first = animation.frames[0]
    return Recolors(
        frames=len(animation.frames),
        size=(first.width, first.height),
        colors=colors,
        one_to_one=len(pairs) == colors == len(np.unique(after, axis=0)),
        plan_ms=1e3 * median(planning),
        apply_ms=1e3 * median(applying),
    )


def hopping(sprite: Sprite, frames: int = FRAMES) -> Animation:
    """A sprite that hops up and down on its canvas, as an animation of the length the promise is about."""
    height = np.abs(np.sin(np.arange(frames) / 5)) * 6
    moved = [np.roll(sprite.pixels, -round(h), axis=0) for h in height]
    return Animation(tuple(sprite.with_pixels(one) for one in moved), (40,) * frames)
