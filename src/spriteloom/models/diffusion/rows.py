"""What a diffusion learns from: grids with a condition each, varied as they are drawn.

A mirrored picture says so in its condition, since most sprites look one way: samples, which never say it, look
that way too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.signed import shift
from spriteloom.data.conditions import conditions_of
from spriteloom.models.capabilities import LatentSpace
from spriteloom.models.diffusion.captions import captions
from spriteloom.models.diffusion.pixel_space import FoldedPixels
from spriteloom.models.diffusion.presets import Config
from spriteloom.models.diffusion.sentences import embed
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.cache import DatasetCache

MIRRORED = 0.5
CAPTIONS = 6  # of each picture


@dataclass(frozen=True, eq=False, kw_only=True)
class Conditions:
    """Of n pictures: `labels` float32 (n, c); `captions` int64 (n, v), rows of `sentences` (s, w).

    Without sentences v and w are 0.
    """

    labels: NDArray[np.float32]
    captions: NDArray[np.int64]
    sentences: NDArray[np.float32]

    def of(
        self, rows: NDArray[np.int64], mirrored: Tensor, label_dropout: float, generator: torch.Generator
    ) -> Tensor:
        """float32 (b, width) of the pictures in these rows: one of each one's captions, some left out."""
        n = len(rows)
        keep = (torch.rand(n, 2, generator=generator) >= label_dropout).float()
        labels = torch.from_numpy(self.labels[rows]) * keep[:, :1]
        said = torch.zeros(n, self.sentences.shape[1])
        if self.captions.shape[1]:
            which = torch.randint(self.captions.shape[1], (n,), generator=generator).numpy()
            said = torch.from_numpy(self.sentences[self.captions[rows, which]]) * keep[:, 1:]
        return torch.cat([labels, said, mirrored.float()[:, None]], 1)


class Rows(Protocol):
    """Grids to draw batches from. Chance is that of the whole batch, work that of the `own` part."""

    conditions: Conditions

    def __len__(self) -> int: ...

    def draw(
        self,
        rows: NDArray[np.int64],
        label_dropout: float,
        generator: torch.Generator,
        own: slice = slice(None),
    ) -> tuple[Tensor, Tensor]:
        """Grids float32 (b, *shape) and conditions float32 (b, width) of the `own` rows."""
        ...


class PixelRows:
    """Pictures uint8 (n, h, w, 4), mirrored and moved by up to `shift` pixels as they are drawn."""

    def __init__(self, space: FoldedPixels, rgba: Bytes, conditions: Conditions, *, shift: int) -> None:
        self._space, self._rgba, self._shift = space, torch.from_numpy(rgba), shift
        self.conditions = conditions

    def __len__(self) -> int:
        return len(self._rgba)

    def draw(
        self,
        rows: NDArray[np.int64],
        label_dropout: float,
        generator: torch.Generator,
        own: slice = slice(None),
    ) -> tuple[Tensor, Tensor]:
        mirrored = torch.rand(len(rows), generator=generator) < MIRRORED
        by = torch.randint(-self._shift, self._shift + 1, (2, len(rows)), generator=generator)[:, own]
        conditions = self.conditions.of(rows, mirrored, label_dropout, generator)[own]
        some = self._rgba[torch.from_numpy(rows[own])]
        some = torch.where(mirrored[own][:, None, None, None], some.flip(2), some)
        return self._space.encode(shift(some, by[0], by[1]).numpy()), conditions


class LatentRows:
    """Latents of pictures as they are and mirrored: float32 (n, *shape) both, on the CPU."""

    def __init__(self, grids: Tensor, mirrored: Tensor, conditions: Conditions) -> None:
        self._grids, self._mirrored, self.conditions = grids.cpu(), mirrored.cpu(), conditions

    def __len__(self) -> int:
        return len(self._grids)

    def draw(
        self,
        rows: NDArray[np.int64],
        label_dropout: float,
        generator: torch.Generator,
        own: slice = slice(None),
    ) -> tuple[Tensor, Tensor]:
        mirrored = torch.rand(len(rows), generator=generator) < MIRRORED
        conditions = self.conditions.of(rows, mirrored, label_dropout, generator)[own]
        which = torch.from_numpy(rows[own])
        choose = mirrored[own].view(-1, *[1] * (self._grids.ndim - 1))
        return torch.where(choose, self._mirrored[which], self._grids[which]), conditions


def rows_of(
    config: Config, cache: DatasetCache, split: str, space: LatentSpace, labels: ConditionSpace
) -> Rows:
    """A split's pictures in a space, with what is known of them."""
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
    copies = max(1, len(vectors) // max(1, len(rgba)))  # a preprocessing that mirrors has two of each
    known = vectors[::copies]
    if not config.words:
        none: NDArray[np.int64] = np.zeros((len(rgba), 0), np.int64)
        return Conditions(labels=known, captions=none, sentences=np.zeros((0, 0), np.float32))
    said = list(cache.data.without_noise().labels(split))[::copies]
    chance = np.random.default_rng(0)
    each = [captions(label, pixels, CAPTIONS, chance) for label, pixels in zip(said, rgba, strict=True)]
    numbered, sentences = _embedded(each)
    return Conditions(labels=known, captions=numbered, sentences=sentences)


def _embedded(each: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The sentences of each picture as numbers (n, v) of the distinct ones, and their vectors (s, w)."""
    distinct = sorted({sentence for some in each for sentence in some})
    number = {sentence: i for i, sentence in enumerate(distinct)}
    numbered = np.array([[number[sentence] for sentence in some] for some in each], np.int64)
    return numbered, embed(distinct)
