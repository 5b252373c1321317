"""Count the broken promises of edits: random masks painted anew, an animation recolored.

    python benchmarks/edits.py [--model RUN] [--data SET.parquet] [-n 200] [--json]

--model is the run of a diffusion, which paints the masks. Prints {recolor: {…}, inpaint: {…}}.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import SEED_HELP, options, positive, run, show, sprites_of
from spriteloom.cli.printing import say, show_json
from spriteloom.editing.generative import inpaint, with_sampler
from spriteloom.editing.transfer import plan_like
from spriteloom.models.base import Model
from spriteloom.models.load import load
from spriteloom.pixels import Animation, Sprite, open_animation

FRAMES = 70
ROUNDS = 9  # whose median time is printed


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--model", metavar="RUN", help="the run of a diffusion (default: no inpainting)")
    parser.add_argument("--animation", type=Path, help="a picture to recolor (default: a sprite that hops)")
    parser.add_argument(
        "--data", type=Path, help="a set prepared with --preprocessing pixel (default: procedural creatures)"
    )
    parser.add_argument("-n", type=positive, default=200, help="number of masks (default 200)")
    parser.add_argument("--split", default="test", help="the species to measure on (default test)")
    parser.add_argument("--steps", type=positive, help="steps of the diffusion (default: its own)")
    parser.add_argument("--seed", type=int, default=0, help=SEED_HELP)
    given = parser.parse_args(words)
    sprites = sprites_of(given.data, given.split, max(given.n, 2), given.seed)
    animation = open_animation(given.animation) if given.animation else hopping(sprites[0])
    rows = {"recolor": bench_recolors(animation, sprites[-1]).to_json()}
    if given.model:
        editor = with_sampler(load(given.model), num_steps=given.steps)
        rows["inpaint"] = bench_inpaints(editor, sprites[: given.n], seed=given.seed).to_json()
    if given.json:
        show_json(rows)
    else:
        for name, row in rows.items():
            show(name, [row], as_json=False)


@dataclass(frozen=True, kw_only=True)
class Inpaints:
    """`n` sprites with a mask each. Pixels: `all`, those that are `masked`, and those that break a promise."""

    n: int
    all: int
    masked: int
    repainted: int  # masked pixels that are not as before
    changed_outside: int
    off_palette: int
    half_transparent: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Recolors:
    """One animation: whether each color became one color in all frames, and the median milliseconds.

    `plan_ms` is for choosing which color becomes which, `apply_ms` for recoloring all frames.
    """

    frames: int
    size: tuple[int, int]
    colors: int
    one_to_one: bool
    plan_ms: float
    apply_ms: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def bench_inpaints(model: Model, sprites: Sequence[Sprite], *, seed: int = 0) -> Inpaints:
    """Inpaint a random mask of each sprite: a disc, a box or scattered pixels, in or near its foreground."""
    began = time.monotonic()
    sums: Counter[str] = Counter()
    for i, sprite in enumerate(sprites):
        if not i % 20:
            say(f"{i} of {len(sprites)} masks")
        mask = random_mask(sprite, np.random.default_rng((seed, i)))
        painted = inpaint(model, sprite, mask, 1, seed=seed + i)[0].pixels
        palette = {bytes(color) for color in sprite.pixels.reshape(-1, 4)} | {bytes(4)}
        different = (painted != sprite.pixels).any(-1)
        sums.update(
            all=mask.size,
            masked=int(mask.sum()),
            repainted=int((different & mask).sum()),
            changed_outside=int((different & ~mask).sum()),
            off_palette=sum(bytes(color) not in palette for color in painted[mask]),
            half_transparent=int(((painted[..., 3] > 0) & (painted[..., 3] < 255)).sum()),
        )
    return Inpaints(n=len(sprites), **sums, seconds=time.monotonic() - began)


def random_mask(sprite: Sprite, chance: np.random.Generator) -> NDArray[np.bool_]:
    """A mask (h, w) around a random pixel of the foreground, True where the sprite may change; never empty."""
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
    """Recolor all frames like another sprite, by one plan."""
    planning, applying = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        plan = plan_like(animation.frames, [like])
        planned = time.perf_counter()
        recolored = plan.apply_animation(animation)
        planning.append(planned - began)
        applying.append(time.perf_counter() - planned)
    before = np.stack([frame.pixels for frame in animation.frames]).reshape(-1, 4)
    after = np.stack([frame.pixels for frame in recolored.frames]).reshape(-1, 4)
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
    """A sprite that hops up and down on its canvas, 40 ms a frame."""
    height = np.abs(np.sin(np.arange(frames) / 5)) * 6
    moved = [np.roll(sprite.pixels, -round(h), axis=0) for h in height]
    return Animation(tuple(sprite.with_pixels(pixels) for pixels in moved), (40,) * frames)


if __name__ == "__main__":
    run(main)
