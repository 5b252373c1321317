"""Recoloring held-out sprites like their shiny forms, against what the artist drew. Knows no training.

Table 6 of the Pixel VQ-VAE paper, which could only judge by eye: here the answer is known for every pixel.

| setting | what a method is given besides the ordinary sprite |
| --- | --- |
| pose | the shiny sprite itself: every color has as many pixels as the one it replaces |
| frame | the shiny sprite in a later frame: nearly as many |
| back | the shiny sprite from behind: other numbers, other places, some colors missing |
| palette | the colors of the shiny sprite alone, without numbers or places |

| method | what it does |
| --- | --- |
| none | nothing: the floor |
| rank-codes | the paper's: HiRes codes (k-means, K = 256) by falling count; colors are the codebook's |
| rank | the same on the colors themselves; its figures under "pose" need the numbers only |
| nearest | each color takes the nearest of a palette (`plan_palette`) |
| transport | ours, `editing/transfer.py` |
| best | the ceiling: the one-to-one map onto the reference's colors that is most often right, by counting |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spriteloom.bench.shiny_pairs import BACK, FRAME, POSE, Pair
from spriteloom.codecs.census import take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.lloyd import fit_table
from spriteloom.editing import Recoloring, plan_like, plan_onto, plan_palette, plan_ranked
from spriteloom.editing.assignment import cheapest
from spriteloom.editing.swap import swap_palette
from spriteloom.metrics.recoloring import Agreement, Mean, agreement, mean_agreement
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Bytes, Pixels
from spriteloom.pixels.oklab import oklab

PALETTE = "palette"

Recolor = Callable[[Pair, Sprite], Pixels]  # a pair, of which the answer is not looked at, and a reference


@dataclass(frozen=True, kw_only=True)
class ShinyScore:
    """One method in one setting, over `n` pairs of `species` species, which count alike."""

    method: str
    setting: str
    exact: Mean
    near: Mean
    error: Mean
    n: int
    species: int

    def to_json(self) -> dict[str, Any]:
        """{method, setting, exact, near, error, n, species, interval: {exact: [low, high], …}}."""
        figures = {name: getattr(self, name) for name in ("exact", "near", "error")}
        return {
            "method": self.method,
            "setting": self.setting,
            **{name: one.value for name, one in figures.items()},
            "n": self.n,
            "species": self.species,
            "interval": {name: [one.low, one.high] for name, one in figures.items()},
        }


def bench_shinies(pairs: Sequence[Pair], codec: Codec, *, seed: int = 0) -> list[ShinyScore]:
    """Every method in every setting that it can work in and for which there are pairs.

    `codec` is that of rank-codes. `seed` is of the intervals, 95 % by bootstrap over species.
    """
    found = []
    for setting, methods in _settings(codec).items():
        given = [(pair, one) for pair in pairs if (one := _reference(pair, setting)) is not None]
        if not given:
            continue
        groups = [pair.species for pair, _ in given]
        for method, recolor in methods.items():
            scores = [_scored(pair, recolor(pair, one)) for pair, one in given]
            means = mean_agreement(scores, groups, seed=seed)
            found.append(
                ShinyScore(
                    method=method,
                    setting=setting,
                    **vars(means),
                    n=len(given),
                    species=len(set(groups)),
                )
            )
    return found


def recolored(pairs: Sequence[Pair], codec: Codec, setting: str) -> dict[str, list[Pixels]]:
    """What each method of a setting makes of the pairs that have a reference there, method by method."""
    given = [(pair, one) for pair in pairs if (one := _reference(pair, setting)) is not None]
    methods = _settings(codec)[setting]
    return {name: [recolor(pair, one) for pair, one in given] for name, recolor in methods.items()}


def color_codec(pictures: Iterable[Bytes], *, seed: int = 0, k: int = 256) -> Codec:
    """The HiRes codec of rank-codes: k-means of the colors of pictures, batches of uint8 (b, h, w, 3)."""
    table = fit_table(take_census(pictures, 1), k, rng=np.random.default_rng(seed))
    return Codec(m=1, table=table)


def _settings(codec: Codec) -> Mapping[str, Mapping[str, Recolor]]:
    """Which methods work with what."""
    pictures: dict[str, Recolor] = {
        "none": lambda pair, _: pair.ordinary.pixels,
        "rank-codes": lambda pair, one: swap_palette(codec, pair.ordinary, one).pixels,
        "rank": lambda pair, one: plan_ranked([pair.ordinary], [one]).apply(pair.ordinary).pixels,
        "transport": lambda pair, one: plan_like([pair.ordinary], [one]).apply(pair.ordinary).pixels,
        "best": _best,
    }
    palettes: dict[str, Recolor] = {
        "none": pictures["none"],
        "nearest": lambda pair, one: _onto(plan_palette, pair, one),
        "transport": lambda pair, one: _onto(plan_onto, pair, one),
        "best": _best,
    }
    return {POSE: pictures, FRAME: pictures, BACK: pictures, PALETTE: palettes}


def _reference(pair: Pair, setting: str) -> Sprite | None:
    return pair.shiny if setting == PALETTE else pair.references.get(setting)


def _scored(pair: Pair, guess: Pixels) -> Agreement:
    return agreement(guess, pair.shiny.pixels, pair.ordinary.pixels[..., 3] > 0)


def _onto(plan: Callable[[Sequence[Sprite], Palette], Recoloring], pair: Pair, one: Sprite) -> Pixels:
    """On the colors of `one`, in an order that says nothing of their numbers."""
    visible = one.pixels[one.pixels[..., 3] > 0]
    palette = Palette(np.unique(visible, axis=0))
    return plan([pair.ordinary], palette).apply(pair.ordinary).pixels


def _best(pair: Pair, one: Sprite) -> Pixels:
    """Each color of the sprite becomes one of `one`, no two the same, so that most pixels are right.

    Of equally many the nearest in OKLab; a color for which none is left stays.
    """
    inside = pair.ordinary.pixels[..., 3] > 0
    own, place = np.unique(pair.ordinary.pixels[inside][:, :3], axis=0, return_inverse=True)
    targets = np.unique(one.pixels[one.pixels[..., 3] > 0][:, :3], axis=0)
    answer = pair.shiny.pixels[inside][:, :3]
    right, wrong = np.zeros((2, len(own), len(targets)))
    for j, target in enumerate(targets):
        right[:, j] = np.bincount(place.ravel(), (answer == target).all(axis=1), len(own))
        wrong[:, j] = np.bincount(place.ravel(), ((oklab(answer) - oklab(target)) ** 2).sum(axis=1), len(own))
    cost = wrong / (1 + wrong.sum()) - right
    if len(own) <= len(targets):
        rows, columns = np.arange(len(own)), cheapest(cost)
    else:
        rows, columns = cheapest(cost.T), np.arange(len(targets))
    return Recoloring(own[rows], targets[columns]).pixels(pair.ordinary.pixels)
