"""How good new sprites are, beside real sprites that no model has seen. The sprites come from a model or any tool.

distances   FD and KID with intervals, precision and recall; `floor` is the same for training pictures
memory      how near samples are to training sprites, beside held-out ones, and the eight nearest pairs
pixel art   colors, alpha, lone pixels, outlines and whole figures, beside held-out sprites
conditions  whether a classifier sees the requested labels; it learns from the set's training sprites
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from spriteloom.data.source import GENERATED
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.evaluation.classifier import HeldOut, held_out, learn, names_of
from spriteloom.evaluation.conditioning import Conditioning, Request, judge
from spriteloom.metrics.generation.features import Features
from spriteloom.metrics.generation.report import FEWEST, GenerationScores, Reference, score_generation
from spriteloom.metrics.pixel_art import parts
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.models.capabilities import Samples
from spriteloom.models.diffusion.words import MAX_WORDS
from spriteloom.nn.devices import AUTO, Device
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.training.cache import DatasetCache

PAIRS = 8  # of a sample and its nearest training sprite
FIELDS = ("types", "shape")  # labels that the classifier knows

Labels = Mapping[str, Any]  # of a picture, as `SpriteSet.labels` gives them


@dataclass(frozen=True, eq=False, kw_only=True)
class NewSprites:
    """n samples: `rgba` uint8 (n, s, s, 4), `rgb` (n, s, s, 3) as a set has its pictures, and what was requested."""

    rgba: Bytes
    rgb: Bytes
    requests: Sequence[Request]


@dataclass(frozen=True, eq=False, kw_only=True)
class Pair:
    """A sample and its nearest training sprite, uint8 (s, s, 3) each; `distance` is their RMSE, 0 to 1."""

    sample: int
    distance: float
    pictures: tuple[Bytes, Bytes]


@dataclass(frozen=True, eq=False, kw_only=True)
class GenerationEvaluation:
    """`pixel_art` and `pixel_art_held_out` are of `pixel_art_of`; `conditions` is None without known requests."""

    scores: GenerationScores
    floor: GenerationScores
    pixel_art: Mapping[str, float]
    pixel_art_held_out: Mapping[str, float]
    conditions: Conditioning | None
    judge: HeldOut | None
    pairs: Sequence[Pair]

    def to_json(self) -> dict[str, Any]:
        """{…scores, floor, pixel_art: {samples, held_out}, conditions, judge, nearest: [{sample, distance}]}."""
        return {
            **self.scores.to_json(),
            "floor": self.floor.to_json(),
            "pixel_art": {"samples": dict(self.pixel_art), "held_out": dict(self.pixel_art_held_out)},
            "conditions": self.conditions and self.conditions.to_json(),
            "judge": self.judge and asdict(self.judge),
            "nearest": [{"sample": pair.sample, "distance": pair.distance} for pair in self.pairs],
        }


def evaluate_sprites(
    samples: NewSprites,
    data: SpriteSet,
    split: str = "test",
    *,
    features: Features,
    seed: int = 0,
    device: Device = AUTO,
) -> GenerationEvaluation:
    """Compare samples with a split of a set. Raises DataError for fewer than 16 samples or held-out pictures."""
    clean = data.without_noise()
    train = clean.all_pictures("train").rgb
    reference = Reference(
        clean.all_pictures(split).rgb,
        species_of(clean, split),
        train=train,
        train_species=species_of(clean, "train"),
        features=features,
    )
    scores = score_generation(samples.rgb, reference, seed=seed)
    conditions, accuracy = _judged(samples, clean, split, seed, device)
    return GenerationEvaluation(
        scores=scores,
        floor=reference.floor(min(len(samples.rgb), len(train)), seed=seed),
        pixel_art=pixel_art_of(samples.rgba),
        pixel_art_held_out=pixel_art_of(DatasetCache(clean).rgba(split)),
        conditions=conditions,
        judge=accuracy,
        pairs=_nearest_pairs(samples.rgb, scores, train),
    )


def draw(
    model: Samples, data: SpriteSet, n: int, *, guidance: float | None = None, seed: int = 0
) -> NewSprites:
    """n samples under the labels and texts of training pictures drawn at random; sample i has the seed seed + i.

    Raises DataError if the model makes pictures of another size than the set's, or for n < 16.
    """
    if n < FEWEST:
        raise DataError(f"{n} samples are too few to score: ask for {FEWEST} or more")
    rows = rows_like(data, n, seed=seed)
    conditions = np.stack([condition_of(model, row) for row in rows])
    painted = model.paint_each(conditions, range(seed, seed + n), guidance_scale=guidance)
    size = data.preprocessing.size
    if painted.shape[1] != size:
        sides = "×".join(map(str, painted.shape[1:3]))
        raise DataError(
            f"{model.name} makes {sides} pictures, {data.path} holds {size}×{size}: prepare it anew"
        )
    rgba = np.stack([model.finish(picture).pixels for picture in painted])
    rgb = painted if painted.shape[3] == 3 else over(rgba, WHITE)
    return NewSprites(rgba=rgba, rgb=rgb, requests=[model.conditions.known(row) for row in rows])


def from_sprites(sprites: Sequence[Sprite], data: SpriteSet) -> NewSprites:
    """Sprites of any tool. Those of another size than the set's are prepared as the set's sprites were.

    Raises DataError for a sprite that is larger than the set's pictures or shows nothing.
    """
    pictures = [_placed(sprite, data) for sprite in sprites]
    rgba = np.stack(pictures) if pictures else np.zeros((0, *[data.preprocessing.size] * 2, 4), np.uint8)
    return NewSprites(rgba=rgba, rgb=over(rgba, WHITE), requests=[sprite.labels for sprite in sprites])


def rows_like(data: SpriteSet, n: int, *, seed: int = 0) -> list[Labels]:
    """The labels and texts of n random training pictures; those of our own generator are left out of a mixed set."""
    rows = list(data.without_noise().labels("train"))
    rows = [row for row in rows if row.get("form") != GENERATED] or rows
    return [rows[i] for i in np.random.default_rng(seed).integers(len(rows), size=n)]


def condition_of(model: Samples, row: Labels) -> Floats:
    """The condition (c,) of a training picture: the labels that the model knows, and the text if it takes prompts."""
    text = " ".join(str(row.get("text", "")).split()[:MAX_WORDS])
    return model.condition(
        model.conditions.known(row), text if model.takes_prompt and any(map(str.isalpha, text)) else None
    )


def pixel_art_of(rgba: Bytes) -> dict[str, float]:
    """`parts.summary`, and the mean colors, orphan pixels and broken outlines, of sprites (n, s, s, 4)."""
    sprites = foreground_of(rgba)
    measures = {"colors": parts.colors, "orphans": parts.orphans, "broken_outline": parts.broken_outline}
    return parts.summary(rgba) | {name: float(part(sprites).mean()) for name, part in measures.items()}


def species_of(data: SpriteSet, split: str) -> list[str]:
    """The species of each picture of a split."""
    copies = 1 if data.materialized else len(data.preprocessing.variants(split))
    return [sprite.species for sprite in data.sprites(split) for _ in range(copies)]


def _placed(sprite: Sprite, data: SpriteSet) -> Bytes:
    size = data.preprocessing.size
    if sprite.pixels.shape[:2] == (size, size):
        return sprite.pixels
    stored = data.preprocessing.keep(sprite)
    if stored is None:
        raise DataError(f"{sprite.name} shows nothing, every pixel is transparent: leave it out")
    if stored.cropped or stored.sprite.pixels.shape[:2] != (size, size):
        raise DataError(
            f"{sprite.name} is {sprite.width}×{sprite.height}, {data.path} holds {size}×{size}: "
            "scale the samples, or prepare a set of their size"
        )
    return stored.sprite.pixels


def _judged(
    samples: NewSprites,
    data: SpriteSet,
    split: str,
    seed: int,
    device: Device,
) -> tuple[Conditioning | None, HeldOut | None]:
    """The agreement with the requests, and the judge's own accuracy; None where there is nothing to judge."""
    try:
        known = dict(zip(FIELDS, map(set, names_of(data)), strict=True))
    except DataError:  # the set names no types or no shapes
        return None, None
    requests = [
        {field: [name for name in _names(row.get(field, ())) if name in known[field]] for field in FIELDS}
        for row in samples.requests
    ]
    if not any(names for row in requests for names in row.values()):
        return None, None
    classifier = learn(data, seed=seed, device=device)
    return judge(classifier, samples.rgb, requests, seed=seed), held_out(classifier, data, split)


def _names(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _nearest_pairs(rgb: Bytes, scores: GenerationScores, train: Bytes) -> list[Pair]:
    neighbors = scores.neighbors
    assert neighbors is not None
    return [
        Pair(
            sample=int(i),
            distance=float(neighbors.distance[i]),
            pictures=(rgb[i], train[neighbors.nearest[i]]),
        )
        for i in np.argsort(neighbors.distance, kind="stable")[:PAIRS]
    ]
