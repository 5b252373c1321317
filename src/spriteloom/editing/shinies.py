"""Recolor sprites like their shiny forms, and compare with the shiny forms that artists drew.

This is Table 6 of the Pixel VQ-VAE paper (arXiv:2203.12130), which judged by eye. The settings are what a method gets
besides the ordinary sprite:

    pose        the shiny sprite itself: every color has as many pixels as the one it replaces
    frame back  the shiny sprite in a later frame, or from behind: other numbers and places, some colors missing
    palette     the colors of the shiny sprite alone, without numbers or places

and the methods:

    none        nothing: the floor
    rank-codes  the paper's: HiRes codes (k-means, K = 256) by falling count; colors are the codebook's
    rank        the same on the colors themselves
    nearest     each color takes the nearest of a palette (`plan_palette`)
    transport   ours, `editing/transfer.py`
    best        the ceiling: the one-to-one map onto the reference's colors that is most often right
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from spriteloom.codecs.census import take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.lloyd import fit_table
from spriteloom.data.procedural.creature import draw, species
from spriteloom.data.store import SpriteSet
from spriteloom.editing.plans import plan_palette, plan_ranked
from spriteloom.editing.recoloring import Recoloring
from spriteloom.editing.swap import swap_palette
from spriteloom.editing.transfer import plan_like, plan_onto
from spriteloom.errors import DataError
from spriteloom.metrics.recoloring import Mean, agreement, mean_agreement
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Bytes, Pixels
from spriteloom.pixels.oklab import oklab

POSE, FRAME, BACK, PALETTE = "pose", "frame", "back", "palette"
CREATURE_FRAME = 2  # of an animation: no longer at rest


@dataclass(frozen=True, eq=False, kw_only=True)
class Pair:
    """An ordinary sprite, its shiny form in the same shape, and shiny sprites to recolor it like, by setting."""

    species: str
    ordinary: Sprite
    shiny: Sprite
    references: Mapping[str, Sprite]


@dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """The pairs of equal shape, and the number of those of `differing` shape, where no pixel has an answer."""

    pairs: tuple[Pair, ...]
    differing: int


Recolor = Callable[[Pair, Sprite], Pixels]  # a pair, whose answer is not used, and a reference


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
        intervals = {
            name: [mean.low, mean.high] for name, mean in vars(self).items() if isinstance(mean, Mean)
        }
        values = {name: v.value if isinstance(v, Mean) else v for name, v in vars(self).items()}
        return {**values, "interval": intervals}


def score_shinies(pairs: Sequence[Pair], codec: Codec, *, seed: int = 0) -> list[ShinyScore]:
    """Every method in every setting that has pairs; `codec` is that of rank-codes, `seed` that of the intervals."""
    rows = []
    for setting, methods in _methods(codec).items():
        cases = _cases(pairs, setting)
        if not cases:
            continue
        groups = [pair.species for pair, _ in cases]
        for method, recolor in methods.items():
            guesses = [(recolor(pair, like), pair) for pair, like in cases]
            scores = [agreement(guess, p.shiny.pixels, p.ordinary.pixels[..., 3] > 0) for guess, p in guesses]
            figures = vars(mean_agreement(scores, groups, seed=seed))
            n, kinds = len(cases), len(set(groups))
            rows.append(ShinyScore(method=method, setting=setting, **figures, n=n, species=kinds))
    return rows


def recolored(pairs: Sequence[Pair], codec: Codec, setting: str) -> dict[str, list[Pixels]]:
    """The pictures that each method of a setting makes of the pairs that have a reference there."""
    cases = _cases(pairs, setting)
    return {
        name: [recolor(pair, reference) for pair, reference in cases]
        for name, recolor in _methods(codec)[setting].items()
    }


def color_codec(pictures: Iterable[Bytes], *, seed: int = 0, k: int = 256) -> Codec:
    """The HiRes codec of rank-codes: k-means of the colors of `pictures`, batches of uint8 (b, h, w, 3)."""
    table = fit_table(take_census(pictures, 1), k, rng=np.random.default_rng(seed))
    return Codec(m=1, table=table)


def _methods(codec: Codec) -> Mapping[str, Mapping[str, Recolor]]:
    pictures: dict[str, Recolor] = {
        "none": lambda pair, _: pair.ordinary.pixels,
        "rank-codes": lambda pair, like: swap_palette(codec, pair.ordinary, like).pixels,
        "rank": lambda pair, like: plan_ranked([pair.ordinary], [like]).apply(pair.ordinary).pixels,
        "transport": lambda pair, like: plan_like([pair.ordinary], [like]).apply(pair.ordinary).pixels,
        "best": _best,
    }
    palettes: dict[str, Recolor] = {
        "none": pictures["none"],
        "nearest": lambda pair, like: _onto(plan_palette, pair, like),
        "transport": lambda pair, like: _onto(plan_onto, pair, like),
        "best": _best,
    }
    return {POSE: pictures, FRAME: pictures, BACK: pictures, PALETTE: palettes}


def _cases(pairs: Sequence[Pair], setting: str) -> list[tuple[Pair, Sprite]]:
    references = [pair.shiny if setting == PALETTE else pair.references.get(setting) for pair in pairs]
    return [(pair, sprite) for pair, sprite in zip(pairs, references, strict=True) if sprite is not None]


def _onto(plan: Callable[[Sequence[Sprite], Palette], Recoloring], pair: Pair, like: Sprite) -> Pixels:
    """The sprite on the colors of `like`, sorted by value so that their order does not tell their counts."""
    visible = like.pixels[like.pixels[..., 3] > 0]
    palette = Palette(np.unique(visible, axis=0))
    return plan([pair.ordinary], palette).apply(pair.ordinary).pixels


def _best(pair: Pair, like: Sprite) -> Pixels:
    """The one-to-one map onto colors of `like` with the most right pixels; among equals, the nearest in OKLab."""
    inside = pair.ordinary.pixels[..., 3] > 0
    colors, index = np.unique(pair.ordinary.pixels[inside][:, :3], axis=0, return_inverse=True)
    targets = np.unique(like.pixels[like.pixels[..., 3] > 0][:, :3], axis=0)
    answer = pair.shiny.pixels[inside][:, :3]
    right, wrong = np.zeros((2, len(colors), len(targets)))
    for j, target in enumerate(targets):
        right[:, j] = np.bincount(index.ravel(), (answer == target).all(axis=1), len(colors))
        gaps = ((oklab(answer) - oklab(target)) ** 2).sum(axis=1)
        wrong[:, j] = np.bincount(index.ravel(), gaps, len(colors))
    cost = wrong / (1 + wrong.sum()) - right
    rows, columns = linear_sum_assignment(cost)
    return Recoloring(colors[rows], targets[columns]).pixels(pair.ordinary.pixels)


@dataclass(frozen=True)
class _Key:
    view: str
    shiny: bool
    frame: int


def pairs_in(data: SpriteSet, split: str = "test") -> Pairs:
    """The pairs of a split: front view, first frame, each form that has both colorings.

    Sprites are as the set stores them, so its preprocessing must not recolor: "pixel" keeps every color and frame.
    Raises DataError if there is no pair.
    """
    by_form: dict[tuple[str, str], dict[_Key, Sprite]] = {}
    for sprite in data.sprites(split):
        by_form.setdefault((sprite.species, str(sprite.labels.get("form", ""))), {})[_key(sprite)] = sprite
    both = [pair for (name, _), forms in sorted(by_form.items()) for pair in _paired(name, forms)]
    same = tuple(pair for pair in both if np.array_equal(_shape(pair.ordinary), _shape(pair.shiny)))
    if not same:
        raise DataError(f"{data.path} has no {split} species in both colorings: prepare one with shiny forms")
    return Pairs(pairs=same, differing=len(both) - len(same))


def creature_pairs(n: int, *, seed: int = 0) -> Pairs:
    """The pairs of `n` procedural creatures."""
    pairs = []
    for spec in species(n, seed=seed):
        shiny, back = draw(spec, shiny=True), draw(spec, shiny=True, view="back")
        references = {POSE: shiny, FRAME: draw(spec, shiny=True, frame=CREATURE_FRAME), BACK: back}
        pairs.append(Pair(species=spec.key, ordinary=draw(spec), shiny=shiny, references=references))
    return Pairs(pairs=tuple(pairs), differing=0)


def _paired(name: str, forms: Mapping[_Key, Sprite]) -> Iterator[Pair]:
    """The pair of a form, if it has both colorings."""
    ordinary, shiny = (forms.get(_Key("front", is_shiny, 0)) for is_shiny in (False, True))
    if ordinary is None or shiny is None:
        return
    later = sorted(key.frame for key in forms if key.view == "front" and key.shiny and key.frame)
    references = {POSE: shiny}
    if later:
        references[FRAME] = forms[_Key("front", True, later[len(later) // 2])]
    if (back := forms.get(_Key("back", True, 0))) is not None:
        references[BACK] = back
    yield Pair(species=name, ordinary=ordinary, shiny=shiny, references=references)


def _key(sprite: Sprite) -> _Key:
    """A stored sprite is named by its file, with "-" and the frame's number from the second frame on."""
    stem = PurePosixPath(str(sprite.labels.get("path", ""))).stem
    frame = sprite.name.removeprefix(stem).removeprefix("-")
    return _Key(str(sprite.labels.get("view", "front")), "shiny" in sprite.labels, int(frame or 0))


def _shape(sprite: Sprite) -> NDArray[np.bool_]:
    return np.asarray(sprite.pixels[..., 3] > 0)
