"""A small judge of conditions: tells types and body shape from a picture.

It is no end in itself: `conditioning.py` asks it whether samples show what was requested. It learns nothing
but a set's own pictures and labels; how far it can be trusted is `held_out`, on species that it has never
seen. Give it a set without its noise (`SpriteSet.without_noise`). t and s are how many types and shapes
the training labels name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import to_images
from spriteloom.errors import DataError
from spriteloom.evaluation.labels import Known, labels_of, names_of, weights_of
from spriteloom.nn.devices import AUTO, Device, autocast, device_of, find_device
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.training.optimizers import cosine

AT_ONCE = 256  # pictures that are judged at once


@dataclass(frozen=True, kw_only=True)
class ClassifierConfig:
    """Shape and training of the judge.

    The defaults have 0.56 M parameters and take 92 s on one core with bf16; on a shared machine let torch
    have one thread. On `pokeapi`, front views, 52 held-out species: shape 0.30 (chance 0.10, majority 0.17),
    a type 0.26 (0.11, 0.22); on the species it learned from 0.66 and 0.59. More steps, up to 1,500, brought
    those to 0.93 and 0.88 and the held-out ones to 0.31 and 0.25: what lacks is species, not steps.
    """

    widths: tuple[int, ...] = (24, 48, 96, 160)
    dropout: float = 0.3
    steps: int = 800
    batch: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    shift: int = 6  # pixels that a picture is moved by at most, each way
    gain: float = 0.2  # share by which a channel is made brighter or darker at most


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """Shares of belief: `types` float32 (n, t), `shapes` (n, s), each row a distribution."""

    types: Floats
    shapes: Floats


@dataclass(frozen=True, kw_only=True)
class FieldAccuracy:
    """How often the judge is right, pictures weighing as in `labels.py`.

    `top1`: its first answer is among the true ones; `top2`: one of its first two is. `chance`: its first
    answers, dealt by lot to the pictures, would be; `majority`: the one answer that is right most often.
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
    """Residual blocks that halve the sides, mean and maximum over what is left, two linear heads."""

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
    """Two 3×3 convolutions beside a 1×1 one; half the sides."""

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
    """A judge of the labels that the training split names, on a device. Raises DataError where it names none.

    Softmax over types with the target spread evenly over the true ones, softmax over shapes; pictures are
    drawn by weight, shapes by the root of theirs, so that rare ones are seen.
    """
    config = config or ClassifierConfig()
    names = names_of(data)
    known, rgb = labels_of(data, "train", *names), data.all_pictures("train").rgb
    chance, draw = np.random.default_rng(seed), _drawing(known)
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
            chosen = chance.choice(len(rgb), config.batch, p=draw)
            with autocast(where):
                types, shapes = model(_varied(rgb[chosen], config, chance).to(where))
            loss = _loss(types, known.types[chosen]) + _loss(shapes, known.shapes[chosen])
            adam.zero_grad()
            torch.autograd.backward(loss)
            adam.step()
    model.eval()
    return model


def recognise(model: Classifier, rgb: Bytes) -> Recognised:
    """What the judge makes of pictures (n, h, w, 3), over black or white and of the size it learned on."""
    model.eval()
    where = device_of(model)
    found: list[tuple[Tensor, Tensor]] = []
    with torch.inference_mode():
        for start in range(0, len(rgb), AT_ONCE):
            with autocast(where):
                types, shapes = model(to_images(rgb[start : start + AT_ONCE]).to(where))
            found.append((types.cpu(), shapes.cpu()))
    types, shapes = (
        torch.cat([torch.zeros(0, len(names)), *(one.float().softmax(dim=1) for one in field)]).numpy()
        for field, names in zip(
            zip(*found, strict=True) if found else ((), ()), (model.types, model.shapes), strict=True
        )
    )
    return Recognised(types=types, shapes=shapes)


def held_out(model: Classifier, data: SpriteSet, split: str = "test") -> HeldOut:
    """How often the judge is right on a split. Raises DataError for an empty one."""
    if not data.count(split):
        raise DataError(f"{data.path} has no {split} pictures: prepare it with more species")
    known = labels_of(data, split, model.types, model.shapes)
    seen = recognise(model, data.all_pictures(split).rgb)
    weights = weights_of(known.species)
    return HeldOut(
        n=len(weights),
        species=len(set(known.species)),
        types=accuracy(seen.types, known.types, weights),
        shape=accuracy(seen.shapes, known.shapes, weights),
    )


def accuracy(shares: Floats, truth: Floats, weights: Floats) -> FieldAccuracy:
    """Accuracy on those of the pictures of which something is known."""
    known = truth.any(axis=1)
    truth, shares = truth[known], shares[known]
    if not len(truth):
        return FieldAccuracy(top1=math.nan, top2=math.nan, chance=math.nan, majority=math.nan)
    weights = weights[known] / weights[known].sum()
    best = np.argsort(-shares, axis=1, kind="stable")[:, :2]
    hits = np.take_along_axis(truth, best, axis=1)
    asked = weights @ truth  # how often each answer would be right
    answered = np.bincount(best[:, 0], weights, truth.shape[1])
    return FieldAccuracy(
        top1=float(weights @ hits[:, 0]),
        top2=float(weights @ hits.max(axis=1)),
        chance=float(answered @ asked),
        majority=float(asked.max()),
    )


def _drawing(known: Known) -> NDArray[np.float64]:
    """How likely each picture is drawn: by its weight, over the root of its shape's."""
    weights = weights_of(known.species).astype(np.float64)
    of_shape = known.shapes @ (weights @ known.shapes)
    draw = weights / np.sqrt(np.where(of_shape > 0, of_shape, 1.0))
    return np.asarray(draw / draw.sum())


def _varied(rgb: Bytes, config: ClassifierConfig, chance: np.random.Generator) -> Tensor:
    """Pictures each moved a little, channels brighter or darker: (b, 3, h, w) in [0, 1]."""
    b, h, w, _ = rgb.shape
    margin = config.shift
    wide = np.pad(rgb, ((0, 0), (margin, margin), (margin, margin), (0, 0)), "edge")
    y, x = chance.integers(0, 2 * margin + 1, (2, b))
    moved = np.stack([one[top : top + h, left : left + w] for one, top, left in zip(wide, y, x, strict=True)])
    gains = chance.uniform(1 - config.gain, 1 + config.gain, (b, 3, 1, 1)).astype(np.float32)
    return (to_images(moved) * torch.from_numpy(gains)).clamp_(0, 1)


def _loss(logits: Tensor, truth: Floats) -> Tensor:
    """Cross-entropy to the true names in equal shares, over the pictures of which some are known."""
    target = torch.from_numpy(truth).to(logits.device)
    number = target.sum(dim=1)
    each = -(logits.float().log_softmax(dim=1) * target).sum(dim=1) / number.clamp(min=1)
    return each.sum() / number.count_nonzero().clamp(min=1)
