"""What a diffusion learns from: grids with a condition each, varied as they are drawn. Knows no network.

A condition is [labels n-hot ‖ a sentence's vector ‖ 1 where the picture is mirrored]; what is left out is 0.
A mirrored picture says so, since most sprites look one way: samples, which never say it, look that way too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.signed import moved
from spriteloom.codecs.spaces import FoldedPixels
from spriteloom.data.tensors import Bytes

LEFT_OUT = 0.15  # of labels, and of sentences, each by itself
MIRRORED = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class Conditions:
    """Of n pictures: `labels` float32 (n, c); `captions` int64 (n, v), rows of `sentences` (s, w).

    Without sentences v and w are 0.
    """

    labels: NDArray[np.float32]
    captions: NDArray[np.int64]
    sentences: NDArray[np.float32]

    @property
    def width(self) -> int:
        """Of the whole condition."""
        return int(self.labels.shape[1] + self.sentences.shape[1] + 1)

    def of(self, places: NDArray[np.int64], mirrored: Tensor, generator: torch.Generator) -> Tensor:
        """float32 (b, width) of the pictures at these places: one of each one's captions, some left out."""
        n = len(places)
        keep = (torch.rand(n, 2, generator=generator) >= LEFT_OUT).float()
        labels = torch.from_numpy(self.labels[places]) * keep[:, :1]
        said = torch.zeros(n, self.sentences.shape[1])
        if self.captions.shape[1]:
            which = torch.randint(self.captions.shape[1], (n,), generator=generator).numpy()
            said = torch.from_numpy(self.sentences[self.captions[places, which]]) * keep[:, 1:]
        return torch.cat([labels, said, mirrored.float()[:, None]], 1)


class Rows(Protocol):
    """Grids to draw batches from."""

    conditions: Conditions

    def __len__(self) -> int: ...

    def batch(self, places: NDArray[np.int64], generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Grids float32 (b, *shape) and conditions float32 (b, width)."""
        ...


class PixelRows:
    """Pictures uint8 (n, h, w, 4), mirrored and moved by up to `shift` pixels as they are drawn."""

    def __init__(self, space: FoldedPixels, rgba: Bytes, conditions: Conditions, *, shift: int) -> None:
        self._space, self._rgba, self._shift = space, torch.from_numpy(rgba), shift
        self.conditions = conditions

    def __len__(self) -> int:
        return len(self._rgba)

    def batch(self, places: NDArray[np.int64], generator: torch.Generator) -> tuple[Tensor, Tensor]:
        some = self._rgba[torch.from_numpy(places)]
        mirrored = torch.rand(len(some), generator=generator) < MIRRORED
        some = torch.where(mirrored[:, None, None, None], some.flip(2), some)
        by = torch.randint(-self._shift, self._shift + 1, (2, len(some)), generator=generator)
        grids = self._space.grids(moved(some, by[0], by[1]).numpy())
        return grids, self.conditions.of(places, mirrored, generator)


class LatentRows:
    """Grids that an autoencoder has made, of pictures as they are and mirrored: float32 (n, *shape) both."""

    def __init__(self, grids: Tensor, mirrored: Tensor, conditions: Conditions) -> None:
        self._grids, self._mirrored, self.conditions = grids, mirrored, conditions

    def __len__(self) -> int:
        return len(self._grids)

    def batch(self, places: NDArray[np.int64], generator: torch.Generator) -> tuple[Tensor, Tensor]:
        which = torch.from_numpy(places)
        mirrored = torch.rand(len(which), generator=generator) < MIRRORED
        choose = mirrored.view(-1, *[1] * (self._grids.ndim - 1))
        grids = torch.where(choose, self._mirrored[which], self._grids[which])
        return grids, self.conditions.of(places, mirrored, generator)
