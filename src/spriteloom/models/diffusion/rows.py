"""The training data of a diffusion: latents with a condition each, augmented as they are drawn.

A condition says how its picture is augmented: mirrored, since most sprites look one way, recolored, drawn by a program,
and shifted. Samples never say so, and look like the drawn pictures as they are. Pictures, sentences and batches lie on
the device that trains; only random numbers of a few bytes a picture come from the CPU.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from spriteloom.codecs.signed import from_opponent, from_signed, shift, to_opponent, to_signed
from spriteloom.data.conditions import conditions_of
from spriteloom.data.source import GENERATED
from spriteloom.models.capabilities import LatentSpace
from spriteloom.models.diffusion.captions import captions
from spriteloom.models.diffusion.presets import Config, FoldedPixels
from spriteloom.models.diffusion.words import Sentences
from spriteloom.nn.devices import send
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.cache import DatasetCache

MIRRORED = RECOLORED = 0.5  # shares of the pictures
CAPTIONS = 8  # of each picture
ALL = slice(None)

Indices = NDArray[np.int64]
Batch = tuple[Tensor, Tensor]  # latents float32 (b, *shape), conditions float32 (b, width)


@dataclass(frozen=True, kw_only=True)
class Dropout:
    """The shares of the pictures without labels, without words, and without both."""

    labels: float = 0.0
    both: float = 0.0

    def draw(self, n: int, generator: Generator) -> Tensor:
        """Whether each picture keeps its labels and its words: bool (n, 2)."""
        each = torch.rand(n, 2, generator=generator) >= self.labels
        return each & (torch.rand(n, 1, generator=generator) >= self.both)


class Conditions:
    """The labels float32 (n, c) of n pictures, and captions int64 (n, v), which are indices into `sentences`.

    Without sentences v is 0. `generated` pictures, bool (n,), were drawn by a program.
    """

    def __init__(
        self,
        labels: Floats,
        captions: Indices,
        sentences: Sentences,
        generated: NDArray[np.bool_],
        device: torch.device,
    ) -> None:
        self.labels = torch.from_numpy(labels).to(device)
        self._generated = torch.from_numpy(generated).float().to(device)[:, None]
        self.captions, self.sentences = torch.from_numpy(captions).to(device), sentences

    def of(self, rows: Tensor, augmentations: Tensor, dropout: Dropout, generator: Generator) -> Tensor:
        """float32 (b, width) of the pictures in these rows, with a random caption each and some dropped.

        `augmentations` are those that the batch draws: float32 (b, AUGMENTATIONS − 1).
        """
        device, n = self.labels.device, len(rows)
        keep = send(dropout.draw(n, generator).float(), device)
        parts = [self.labels[rows] * keep[:, :1]]
        if self.captions.shape[1]:
            column = send(torch.randint(self.captions.shape[1], (n,), generator=generator), device)
            parts.append(self.sentences.of(self.captions[rows, column]) * keep[:, 1:])
        return torch.cat([*parts, send(augmentations, device), self._generated[rows]], 1)


class Rows(Protocol):
    """Latents to draw batches from."""

    def __len__(self) -> int: ...

    def draw(self, rows: Indices, dropout: Dropout, generator: Generator, own: slice = ALL) -> Batch:
        """The `own` part of a batch of these rows; the randomness is that of the whole batch."""
        ...


class PixelRows:
    """Pictures uint8 (variants, n, h, w, 4), mirrored and shifted by up to `shift` pixels as they are drawn.

    Variants after the first are recolored; the conditions are those of all variants, one after the other.
    """

    def __init__(
        self, space: FoldedPixels, rgba: Bytes, conditions: Conditions, *, shift: int, device: torch.device
    ) -> None:
        self._space, self._shift, self._conditions = space, shift, conditions
        self._variants, self._n = len(rgba), int(rgba.shape[1])
        self._rgba = torch.from_numpy(rgba).flatten(0, 1).to(device)

    def __len__(self) -> int:
        return self._n

    def draw(self, rows: Indices, dropout: Dropout, generator: Generator, own: slice = ALL) -> Batch:
        n, device = len(rows), self._rgba.device
        mirrored = torch.rand(n, generator=generator) < MIRRORED
        by = torch.randint(-self._shift, self._shift + 1, (2, n), generator=generator)
        recolored = (torch.rand(n, generator=generator) < RECOLORED) & (self._variants > 1)
        variants = recolored * torch.randint(1, max(2, self._variants), (n,), generator=generator)
        augmentations = torch.stack([mirrored, recolored, *(by / max(1, self._shift))], 1).float()
        indices = send(torch.from_numpy(rows) + variants * self._n, device)
        conditions = self._conditions.of(indices, augmentations, dropout, generator)[own]
        rgba, mirrored, by = self._rgba[indices[own]], send(mirrored[own], device), send(by[:, own], device)
        rgba = torch.where(mirrored[:, None, None, None], rgba.flip(2), rgba)
        return self._space.fold(shift(rgba, by[0], by[1], self._shift)), conditions


class LatentRows:
    """Latents of pictures as they are and mirrored: float32 (n, *shape) both."""

    def __init__(
        self, latents: Tensor, mirrored: Tensor, conditions: Conditions, *, device: torch.device
    ) -> None:
        self._latents, self._mirrored = latents.to(device), mirrored.to(device)
        self._conditions = conditions

    def __len__(self) -> int:
        return len(self._latents)

    def draw(self, rows: Indices, dropout: Dropout, generator: Generator, own: slice = ALL) -> Batch:
        device = self._latents.device
        mirrored = send(torch.rand(len(rows), generator=generator) < MIRRORED, device)
        augmentations = torch.stack([mirrored, *[torch.zeros_like(mirrored)] * 3], 1).float()
        indices = send(torch.from_numpy(rows), device)
        conditions = self._conditions.of(indices, augmentations, dropout, generator)[own]
        is_mirrored = mirrored[own].view(-1, *[1] * (self._latents.ndim - 1))
        latents = torch.where(is_mirrored, self._mirrored[indices[own]], self._latents[indices[own]])
        return latents, conditions


def rows_of(
    config: Config,
    cache: DatasetCache,
    split: str,
    space: LatentSpace,
    labels: ConditionSpace,
    device: torch.device,
) -> Rows:
    """A split's pictures as latents on a device, with their conditions."""
    rgba = cache.rgba(split)
    variants = [rgba]
    if isinstance(space, FoldedPixels):
        variants += [recolor(rgba, turn / (config.hues + 1)) for turn in range(1, config.hues + 1)]
    conditions = _conditions(config, cache, split, variants, labels, device)
    if isinstance(space, FoldedPixels):
        return PixelRows(space, np.stack(variants), conditions, shift=config.shift, device=device)
    mirrored = np.ascontiguousarray(rgba[:, :, ::-1])
    return LatentRows(space.encode(rgba), space.encode(mirrored), conditions, device=device)


def recolor(rgba: Bytes, turn: float) -> Bytes:
    """Pictures uint8 (n, h, w, 4) with all hues turned by this share of a circle, each pixel as bright as before."""
    brightness, blue, red, alpha = to_opponent(to_signed(torch.from_numpy(rgba))).unbind(1)
    cos, sin = math.cos(2 * math.pi * turn), math.sin(2 * math.pi * turn)
    turned = torch.stack([brightness, blue * cos - red * sin, blue * sin + red * cos, alpha], 1)
    return from_signed(from_opponent(turned)) * (rgba[..., 3:] > 0)


def _conditions(
    config: Config,
    cache: DatasetCache,
    split: str,
    variants: Sequence[Bytes],
    labels: ConditionSpace,
    device: torch.device,
) -> Conditions:
    vectors = conditions_of(cache.data, split, labels, noise=False)
    n = len(variants[0])
    mirrored = max(1, len(vectors) // max(1, n))  # 2 if the preprocessing mirrors pictures
    vectors = np.tile(vectors[::mirrored], (len(variants), 1))
    items = list(cache.data.without_noise().labels(split))[::mirrored]
    generated = np.tile([item.get("form") == GENERATED for item in items], len(variants)).astype(bool)
    if config.text is None:
        none: Indices = np.zeros((len(vectors), 0), np.int64)
        return Conditions(vectors, none, Sentences(np.zeros((0, 0), np.float32), []), generated, device)
    rng = np.random.default_rng(0)
    lines = [
        captions(item, pixels, CAPTIONS, rng, recolored=variant > 0)
        for variant, rgba in enumerate(variants)
        for item, pixels in zip(items, rgba, strict=True)
    ]
    distinct = sorted({line for each in lines for line in each})
    index = {line: i for i, line in enumerate(distinct)}
    indices = np.array([[index[line] for line in each] for each in lines], np.int64)
    return Conditions(vectors, indices, config.text.embed(distinct), generated, device)
