"""A classifier of types and body shapes, which tells whether samples show what was requested.

It learns from a set's own pictures and labels. `held_out` measures it on species that it has not seen. Give it a set
without noise backgrounds (`SpriteSet.without_noise`). t and s are the numbers of types and shapes that the training
labels name. A picture's weight is 1 / (species · pictures of its species), so each species counts the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import to_images
from spriteloom.errors import DataError
from spriteloom.nn.devices import AUTO, Device, autocast, device_of, find_device
from spriteloom.pixels.arrays import Bytes, Doubles, Floats
from spriteloom.pixels.sprite import Labels
from spriteloom.training.optimizers import cosine

BATCH = 256  # pictures that are classified at once


@dataclass(frozen=True, kw_only=True)
class ClassifierConfig:
    """Network and training.

    The defaults have 0.56 M parameters and take 92 s on one core with bf16; on a shared machine set one torch thread.
    Measured on `pokeapi`, front views, 52 held-out species: shape 0.30 (chance 0.10, majority 0.17), type 0.26 (0.11,
    0.22); on training species 0.66 and 0.59. 1,500 steps raise the latter to 0.93 and 0.88, but the held-out ones only
    to 0.31 and 0.25: more species would help, not more steps.
    """

    widths: tuple[int, ...] = (24, 48, 96, 160)
    dropout: float = 0.3
    steps: int = 800
    batch: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    shift: int = 6  # pixels by which a picture moves at most, in each direction
    gain: float = 0.2  # share by which a channel becomes brighter or darker at most


@dataclass(frozen=True, kw_only=True)
class LabelTable:
    """Labels of n pictures: `types` n-hot (n, t), `shapes` one-hot (n, s); a row of zeros if unknown."""

    types: Floats
    shapes: Floats
    species: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Probabilities: `types` float32 (n, t), `shapes` (n, s), each row a distribution."""

    types: Floats
    shapes: Floats


@dataclass(frozen=True, kw_only=True)
class FieldAccuracy:
    """Weighted accuracy of one field.

    `top1`: the first answer is among the true labels; `top2`: one of the first two is. `chance`: `top1` if the answers
    were shuffled over the pictures; `majority`: `top1` of the best constant answer.
    """

    top1: float
    top2: float
    chance: float
    majority: float


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """Accuracy on `n` pictures of `species` species."""

    n: int
    species: int
    types: FieldAccuracy
    shape: FieldAccuracy


class Classifier(nn.Module):
    """Residual blocks that halve the sides, mean and maximum over the remaining grid, two linear heads."""

    def __init__(self, config: ClassifierConfig, types: Sequence[str], shapes: Sequence[str]) -> None:
        super().__init__()
        self.config, self.types, self.shapes = config, tuple(types), tuple(shapes)
        widths = config.widths
        self.stem = nn.Sequential(nn.Conv2d(3, widths[0], 4, 2, 1, bias=False), nn.BatchNorm2d(widths[0]))
        self.blocks = nn.Sequential(*(_Block(a, b) for a, b in pairwise(widths)))
        self.drop = nn.Dropout(config.dropout)
        self.to_types = nn.Linear(2 * widths[-1], len(self.types))
        self.to_shapes = nn.Linear(2 * widths[-1], len(self.shapes))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images (b, 3, h, w) in [0, 1] → logits (b, t) and (b, s)."""
        x = self.blocks(F.relu(self.stem(images * 2 - 1)))
        x = self.drop(torch.cat([x.mean((2, 3)), x.amax((2, 3))], dim=1))
        return self.to_types(x), self.to_shapes(x)


class _Block(nn.Module):
    """Two 3×3 convolutions, and a 1×1 convolution as skip connection; halves the sides."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, 2, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.skip = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(before, after, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.body(x) + self.skip(x))


def learn(
    data: SpriteSet, *, config: ClassifierConfig | None = None, seed: int = 0, device: Device = AUTO
) -> Classifier:
    """Train a classifier on the training split, on `device`. Raises DataError if the split has no labels.

    The loss is cross-entropy; the target for types is uniform over the true ones. Pictures are sampled by their
    weight over the root of their shape's total weight, so that rare shapes are seen.
    """
    config = config or ClassifierConfig()
    names = names_of(data)
    labels, rgb = labels_of(data, "train", *names), data.all_pictures("train").rgb
    rng, probabilities = np.random.default_rng(seed), _sampling_probabilities(labels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        where = find_device(device)
        model = Classifier(config, *names).to(where)
        adam = torch.optim.AdamW(
            model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        for step in range(config.steps):
            for group in adam.param_groups:
                group["lr"] = config.learning_rate * cosine(step, config.steps)
            batch = rng.choice(len(rgb), config.batch, p=probabilities)
            with autocast(where):
                types, shapes = model(_augmented(rgb[batch], config, rng).to(where))
            loss = _loss(types, labels.types[batch]) + _loss(shapes, labels.shapes[batch])
            adam.zero_grad()
            torch.autograd.backward(loss)
            adam.step()
    model.eval()
    return model


def predict(model: Classifier, rgb: Bytes) -> Prediction:
    """Classify pictures (n, h, w, 3) over black or white, of the size of the training pictures."""
    model.eval()
    where = device_of(model)
    types, shapes = [torch.zeros(0, len(model.types))], [torch.zeros(0, len(model.shapes))]
    with torch.inference_mode():
        for start in range(0, len(rgb), BATCH):
            with autocast(where):
                type_logits, shape_logits = model(to_images(rgb[start : start + BATCH]).to(where))
            types.append(type_logits.cpu().float().softmax(dim=1))
            shapes.append(shape_logits.cpu().float().softmax(dim=1))
    return Prediction(types=torch.cat(types).numpy(), shapes=torch.cat(shapes).numpy())


def held_out(model: Classifier, data: SpriteSet, split: str = "test") -> HeldOut:
    """The accuracy on a split. Raises DataError if it is empty."""
    if not data.count(split):
        raise DataError(f"{data.path} has no {split} pictures: prepare it with more species")
    labels = labels_of(data, split, model.types, model.shapes)
    prediction = predict(model, data.all_pictures(split).rgb)
    weights = weights_of(labels.species)
    return HeldOut(
        n=len(weights),
        species=len(set(labels.species)),
        types=accuracy(prediction.types, labels.types, weights),
        shape=accuracy(prediction.shapes, labels.shapes, weights),
    )


def accuracy(probabilities: Floats, truth: Floats, weights: Floats) -> FieldAccuracy:
    """Accuracy over the pictures with a label: probabilities and truth (n, names), weights (n,)."""
    labeled = truth.any(axis=1)
    truth, probabilities = truth[labeled], probabilities[labeled]
    if not len(truth):
        return FieldAccuracy(top1=math.nan, top2=math.nan, chance=math.nan, majority=math.nan)
    weights = weights[labeled] / weights[labeled].sum()
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :2]
    hits = np.take_along_axis(truth, best, axis=1)
    truth_share = weights @ truth  # how often each answer would be right
    answer_share = np.bincount(best[:, 0], weights, truth.shape[1])
    return FieldAccuracy(
        top1=float(weights @ hits[:, 0]),
        top2=float(weights @ hits.max(axis=1)),
        chance=float(answer_share @ truth_share),
        majority=float(truth_share.max()),
    )


def names_of(data: SpriteSet) -> tuple[list[str], list[str]]:
    """All types and all shapes of the training split, sorted. Raises DataError if there are none."""
    labels = [sprite.labels for sprite in data.sprites("train")]
    types, shapes = (sorted({name for row in labels for name in field(row)}) for field in (_types, _shape))
    if not types or not shapes:
        raise DataError(f"{data.path} has no types or no shapes to learn from: prepare a source with labels")
    return types, shapes


def labels_of(data: SpriteSet, split: str, types: Sequence[str], shapes: Sequence[str]) -> LabelTable:
    """The labels of a split's pictures, in their order; names that are not given are unknown."""
    copies = 1 if data.materialized else len(data.preprocessing.variants(split))
    sprites = [(sprite.labels, sprite.species) for sprite in data.sprites(split)]
    n_hot = [
        np.array([[name in field(labels) for name in names] for labels, _ in sprites], np.float32)
        .reshape(len(sprites), len(names))
        .repeat(copies, axis=0)
        for names, field in ((types, _types), (shapes, _shape))
    ]
    species = tuple(species for _, species in sprites for _ in range(copies))
    return LabelTable(types=n_hot[0], shapes=n_hot[1], species=species)


def weights_of(species: Sequence[str]) -> Floats:
    """The weight of each picture, float32 (n,), with sum 1."""
    counts = Counter(species)
    return np.array([1 / (len(counts) * counts[name]) for name in species], np.float32)


def _types(labels: Labels) -> tuple[str, ...]:
    return tuple(labels.get("types", ()))


def _shape(labels: Labels) -> tuple[str, ...]:
    shape = labels.get("shape", "")
    return (str(shape),) if shape else ()


def _sampling_probabilities(labels: LabelTable) -> Doubles:
    weights = weights_of(labels.species).astype(np.float64)
    shape_weight = labels.shapes @ (weights @ labels.shapes)
    probabilities = weights / np.sqrt(np.where(shape_weight > 0, shape_weight, 1.0))
    return np.asarray(probabilities / probabilities.sum())


def _augmented(rgb: Bytes, config: ClassifierConfig, rng: np.random.Generator) -> Tensor:
    """Pictures moved a little, with channels brighter or darker: (b, 3, h, w) in [0, 1]."""
    b, h, w, _ = rgb.shape
    margin = config.shift
    padded = np.pad(rgb, ((0, 0), (margin, margin), (margin, margin), (0, 0)), "edge")
    tops, lefts = rng.integers(0, 2 * margin + 1, (2, b))
    corners = zip(padded, tops, lefts, strict=True)
    moved = np.stack([picture[top : top + h, left : left + w] for picture, top, left in corners])
    gains = rng.uniform(1 - config.gain, 1 + config.gain, (b, 3, 1, 1)).astype(np.float32)
    return (to_images(moved) * torch.from_numpy(gains)).clamp_(0, 1)


def _loss(logits: Tensor, truth: Floats) -> Tensor:
    """Mean cross-entropy over the pictures with a label; a target is uniform over the true names."""
    target = torch.from_numpy(truth).to(logits.device)
    number = target.sum(dim=1)
    losses = -(logits.float().log_softmax(dim=1) * target).sum(dim=1) / number.clamp(min=1)
    return losses.sum() / number.count_nonzero().clamp(min=1)
