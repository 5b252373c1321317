"""The training data of a diffusion: latents with a condition each, augmented as they are drawn.

A condition says whether its picture is mirrored, since most sprites look one way. Samples never say so, and look that
way too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from spriteloom.codecs.signed import shift
from spriteloom.data.conditions import conditions_of
from spriteloom.models.capabilities import LatentSpace
from spriteloom.models.diffusion.captions import captions, embed
from spriteloom.models.diffusion.presets import Config, FoldedPixels
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.cache import DatasetCache

MIRRORED = 0.5  # share of the pictures
CAPTIONS = 6  # of each picture
ALL = slice(None)

Indices = NDArray[np.int64]
Batch = tuple[Tensor, Tensor]  # latents float32 (b, *shape), conditions float32 (b, width)


@dataclass(frozen=True, eq=False, kw_only=True)
class Conditions:
    """Of n pictures: `labels` float32 (n, c); `captions` int64 (n, v), indices into `sentences` (s, w).

    Without sentences v and w are 0.
    """

    labels: Floats
    captions: Indices
    sentences: Floats

    def of(self, rows: Indices, mirrored: Tensor, label_dropout: float, generator: Generator) -> Tensor:
        """float32 (b, width) of the pictures in these rows, with a random caption each and some dropped."""
        n = len(rows)
        keep = (torch.rand(n, 2, generator=generator) >= label_dropout).float()
        labels = torch.from_numpy(self.labels[rows]) * keep[:, :1]
        words = torch.zeros(n, self.sentences.shape[1])
        if self.captions.shape[1]:
            column = torch.randint(self.captions.shape[1], (n,), generator=generator).numpy()
            words = torch.from_numpy(self.sentences[self.captions[rows, column]]) * keep[:, 1:]
        return torch.cat([labels, words, mirrored.float()[:, None]], 1)


class Rows(Protocol):
    """Latents to draw batches from."""

    conditions: Conditions

    def __len__(self) -> int: ...

    def draw(self, rows: Indices, label_dropout: float, generator: Generator, own: slice = ALL) -> Batch:
        """The `own` part of a batch of these rows; the randomness is that of the whole batch."""
        ...


class PixelRows:
    """Pictures uint8 (n, h, w, 4), mirrored and shifted by up to `shift` pixels as they are drawn."""

    def __init__(self, space: FoldedPixels, rgba: Bytes, conditions: Conditions, *, shift: int) -> None:
        self._space, self._rgba, self._shift = space, torch.from_numpy(rgba), shift
        self.conditions = conditions

    def __len__(self) -> int:
        return len(self._rgba)

    def draw(self, rows: Indices, label_dropout: float, generator: Generator, own: slice = ALL) -> Batch:
        mirrored = torch.rand(len(rows), generator=generator) < MIRRORED
        by = torch.randint(-self._shift, self._shift + 1, (2, len(rows)), generator=generator)[:, own]
        conditions = self.conditions.of(rows, mirrored, label_dropout, generator)[own]
        rgba = self._rgba[torch.from_numpy(rows[own])]
        rgba = torch.where(mirrored[own][:, None, None, None], rgba.flip(2), rgba)
        return self._space.encode(shift(rgba, by[0], by[1]).numpy()), conditions


class LatentRows:
    """Latents of pictures as they are and mirrored: float32 (n, *shape) both, on the CPU."""

    def __init__(self, latents: Tensor, mirrored: Tensor, conditions: Conditions) -> None:
        self._latents, self._mirrored, self.conditions = latents.cpu(), mirrored.cpu(), conditions

    def __len__(self) -> int:
        return len(self._latents)

    def draw(self, rows: Indices, label_dropout: float, generator: Generator, own: slice = ALL) -> Batch:
        mirrored = torch.rand(len(rows), generator=generator) < MIRRORED
        conditions = self.conditions.of(rows, mirrored, label_dropout, generator)[own]
        indices = torch.from_numpy(rows[own])
        is_mirrored = mirrored[own].view(-1, *[1] * (self._latents.ndim - 1))
        return torch.where(is_mirrored, self._mirrored[indices], self._latents[indices]), conditions


def rows_of(
    config: Config, cache: DatasetCache, split: str, space: LatentSpace, labels: ConditionSpace
) -> Rows:
    """A split's pictures as latents, with their conditions."""
    rgba = cache.rgba(split)
    conditions = _conditions(config, cache, split, rgba, labels)
    if isinstance(space, FoldedPixels):
        return PixelRows(space, rgba, conditions, shift=config.shift)
    mirrored = np.ascontiguousarray(rgba[:, :, ::-1])
    return LatentRows(space.encode(rgba), space.encode(mirrored), conditions)


def _conditions(
    config: Config, cache: DatasetCache, split: str, rgba: Bytes, labels: ConditionSpace
) -> Conditions:
    vectors = conditions_of(cache.data, split, labels, noise=False)
    variants = max(1, len(vectors) // max(1, len(rgba)))  # 2 if the preprocessing mirrors pictures
    vectors = vectors[::variants]
    if not config.words:
        none: Indices = np.zeros((len(rgba), 0), np.int64)
        return Conditions(labels=vectors, captions=none, sentences=np.zeros((0, 0), np.float32))
    items = list(cache.data.without_noise().labels(split))[::variants]
    rng = np.random.default_rng(0)
    lines = [captions(item, pixels, CAPTIONS, rng) for item, pixels in zip(items, rgba, strict=True)]
    indices, sentences = _embedded(lines)
    return Conditions(labels=vectors, captions=indices, sentences=sentences)


def _embedded(lines: Sequence[Sequence[str]]) -> tuple[Indices, Floats]:
    """The captions of each picture as indices (n, v) of distinct ones, and the vectors of those (s, w)."""
    distinct = sorted({line for captions in lines for line in captions})
    index = {line: i for i, line in enumerate(distinct)}
    return np.array([[index[line] for line in captions] for captions in lines], np.int64), embed(distinct)
