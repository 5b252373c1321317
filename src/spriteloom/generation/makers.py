"""Makers: what gives pictures for conditions and seeds, whatever it is made of. Knows no sprite."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.continuous import PictureModel
from spriteloom.data.tensors import Bytes
from spriteloom.priors.counts import CountPrior
from spriteloom.priors.draw import Draw
from spriteloom.training.prior_recipes import Bits, Sampler

BATCH = 64  # samples drawn side by side


class Maker(Protocol):
    """Pictures uint8 (n, h, w, 3 or 4), sample i from draw.seeds[i] and conditions[i] alone."""

    def make(self, conditions: NDArray[np.float32], draw: Draw) -> Bytes: ...


@dataclass(frozen=True, eq=False, kw_only=True)
class PriorMaker:
    """A learned prior draws codes, a codec decodes them."""

    codec: Codec
    model: torch.nn.Module
    sample: Sampler
    bits: Bits
    grid: tuple[int, int]

    def codes(self, conditions: NDArray[np.float32], draw: Draw) -> NDArray[np.int64]:
        """The grids (n, gh, gw) alone."""
        return _drawn(self, conditions, draw)

    def make(self, conditions: NDArray[np.float32], draw: Draw) -> Bytes:
        return self.codec.decode_rgb(self.codes(conditions, draw))


@dataclass(frozen=True, eq=False, kw_only=True)
class PixelsMaker:
    """A learned prior draws the bytes of pictures."""

    model: torch.nn.Module
    sample: Sampler
    bits: Bits
    grid: tuple[int, int]

    def make(self, conditions: NDArray[np.float32], draw: Draw) -> Bytes:
        return _drawn(self, conditions, draw).astype(np.uint8).transpose(0, 2, 3, 1)


@dataclass(frozen=True, eq=False, kw_only=True)
class CountMaker:
    """Counts draw codes, a codec decodes them; they know no conditions."""

    codec: Codec
    prior: CountPrior
    grid: tuple[int, int]

    def make(self, conditions: NDArray[np.float32], draw: Draw) -> Bytes:  # noqa: ARG002
        return self.codec.decode_rgb(self.prior.sample(self.grid, draw))


@dataclass(frozen=True, eq=False, kw_only=True)
class PictureMaker:
    """A network makes whole pictures; it knows no conditions, temperature or guidance."""

    model: PictureModel

    def make(self, conditions: NDArray[np.float32], draw: Draw) -> Bytes:  # noqa: ARG002
        return self.model.sample(draw.seeds)


def _drawn(maker: PriorMaker | PixelsMaker, conditions: NDArray[np.float32], draw: Draw) -> NDArray[np.int64]:
    """What the prior draws, `BATCH` samples side by side."""
    asked, found = torch.from_numpy(conditions), []
    for i in range(0, len(draw.seeds), BATCH):
        some = replace(draw, seeds=draw.seeds[i : i + BATCH])
        found.append(maker.sample(maker.model, maker.grid, asked[i : i + BATCH], some).cpu().numpy())
    return np.concatenate(found)
