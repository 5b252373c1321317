"""Samples a `MaskedPrior`: reveals codes in a few steps, far apart ones together. Knows no codec.

The order is that of a Halton sequence (arXiv:2503.17076): the codes of one step lie far from each other, so
that drawing them independently does least harm. How many a step reveals grows as the cosine schedule of
MaskGIT (arXiv:2202.04200) says: few while little is known.

A batch of another size rounds otherwise: what float32 cannot tell apart is settled in float64, sample by
sample, so that a sample never depends on those beside it.
"""

from __future__ import annotations

import math
from copy import deepcopy
from functools import cache, cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.models.masked_prior.network import MaskedPrior
from spriteloom.nn.devices import exact_inference
from spriteloom.nn.sampling import guided
from spriteloom.priors.draw import Draw, Noise

STEPS = 32
# Of 1 + the largest logit: what must stand between two scores for float32 to be trusted. Batches of 1 and 8
# were seen to differ by 3e-5 where the largest logit is 13.
_TIE = 3e-5


def sample(
    model: nn.Module, grid: tuple[int, int], conditions: Tensor, draw: Draw, *, steps: int = STEPS
) -> Tensor:
    """Draw grids: conditions float32 (b, c), one seed each → int64 (b, gh, gw)."""
    assert isinstance(model, MaskedPrior)
    device = next(model.parameters()).device
    places = torch.from_numpy(halton_order(*grid)).to(device)
    codes = torch.full((len(draw.seeds), grid[0] * grid[1]), model.k, device=device)
    source = Noise(draw.seeds, model.k)
    with exact_inference(model):
        chooser = _Chooser(model, conditions.to(device), draw)
        for start, stop in _reveals(len(places), steps):
            noise = source.row(stop - start).to(device, torch.float64)
            chosen = places[start:stop]
            codes[:, chosen] = chooser.choose(codes.view(-1, *grid), chosen, noise)
    return codes.view(-1, *grid)


class _Chooser:
    """Guidance, temperature and choice for one batch; b: samples, n: places of a step."""

    def __init__(self, model: MaskedPrior, conditions: Tensor, draw: Draw) -> None:
        self._model, self._conditions, self._draw = model, conditions, draw
        self._doubt = _TIE * (abs(draw.guidance) + abs(1 - draw.guidance)) / draw.temperature

    def choose(self, codes: Tensor, places: Tensor, noise: Tensor) -> Tensor:
        """The codes (b, n) of some places, given those seen (b, h, w) and noise float64 (b, n, k)."""
        logits = self._logits(self._model, codes, self._conditions, places)
        best = (logits / self._draw.temperature + noise).topk(2, dim=-1)
        chosen = best.indices[..., 0]
        margin = (1 + logits.abs().amax(-1)) * self._doubt
        near = (best.values[..., 0] - best.values[..., 1] < margin).any(1)
        for i in near.nonzero().flatten().tolist():
            one = slice(i, i + 1)
            logits = self._logits(self._exact, codes[one], self._conditions[one].double(), places)
            chosen[one] = (logits / self._draw.temperature + noise[one]).argmax(-1)
        return chosen

    def _logits(self, model: MaskedPrior, codes: Tensor, conditions: Tensor, places: Tensor) -> Tensor:
        """Guided logits float64 (b, n, k)."""
        if self._draw.guidance == 1 or not model.conditions:
            return _at(places, model(codes, conditions))
        both = model(codes.repeat(2, 1, 1), torch.cat([conditions, torch.zeros_like(conditions)]))
        conditional, unconditional = _at(places, both).chunk(2)
        return guided(conditional, unconditional, self._draw.guidance)

    @cached_property
    def _exact(self) -> MaskedPrior:
        return deepcopy(self._model).double()


def _at(places: Tensor, logits: Tensor) -> Tensor:
    """(b, k, h, w) → float64 (b, n, k)."""
    return logits.flatten(2)[:, :, places].transpose(1, 2).double()


def _reveals(n: int, steps: int) -> list[tuple[int, int]]:
    """From which place to which each step reveals: all of n in at most `steps`."""
    ends = [n - math.floor(n * math.cos(math.pi / 2 * (i + 1) / steps)) for i in range(steps)]
    ends[-1] = n
    return [(a, b) for a, b in zip([0, *ends], ends, strict=False) if b > a]


@cache
def halton_order(rows: int, columns: int) -> NDArray[np.int64]:
    """Every place of the grid once, in the order in which a Halton sequence of bases 2 and 3 meets it."""
    order: dict[int, None] = {}
    i = 1
    while len(order) < rows * columns:
        order.setdefault(int(_radical_inverse(i, 2) * rows) * columns + int(_radical_inverse(i, 3) * columns))
        i += 1
    return np.fromiter(order, np.int64)


def _radical_inverse(i: int, base: int) -> float:
    value, share = 0.0, 1.0
    while i:
        share /= base
        i, digit = divmod(i, base)
        value += digit * share
    return value
