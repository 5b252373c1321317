"""Samples a `MaskedPrior`: reveals codes in a few steps, far apart ones together. Knows no codec.

The order is that of a Halton sequence (arXiv:2503.17076): the codes of one step lie far from each other, so
that drawing them independently does least harm. How many a step reveals grows as the cosine schedule of
MaskGIT (arXiv:2202.04200) says: few while little is known.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.priors.draw import Draw, Noise, guided
from spriteloom.priors.masked import MaskedPrior

STEPS = 32


@torch.no_grad()
def sample(
    model: nn.Module, grid: tuple[int, int], conditions: Tensor, draw: Draw, *, steps: int = STEPS
) -> Tensor:
    """Draw grids: conditions float32 (b, c), one seed each → int64 (b, gh, gw)."""
    assert isinstance(model, MaskedPrior)
    device = next(model.parameters()).device
    conditions = conditions.to(device)
    places = torch.from_numpy(halton_order(*grid)).to(device)
    codes = torch.full((len(draw.seeds), grid[0] * grid[1]), model.k, device=device)
    noise = Noise(draw.seeds, model.k)
    for start, stop in _reveals(len(places), steps):
        logits = _logits(model, codes.view(-1, *grid), conditions, draw.guidance)
        chosen = places[start:stop]
        scores = logits.flatten(2)[:, :, chosen].transpose(1, 2) / draw.temperature  # (b, n, k)
        codes[:, chosen] = (scores + noise.row(stop - start).to(device)).argmax(-1)
    return codes.view(-1, *grid)


def _logits(model: MaskedPrior, codes: Tensor, conditions: Tensor, guidance: float) -> Tensor:
    if guidance == 1 or not model.conditions:
        logits: Tensor = model(codes, conditions)
        return logits.float()
    both = model(codes.repeat(2, 1, 1), torch.cat([conditions, torch.zeros_like(conditions)]))
    conditional, unconditional = both.float().chunk(2)
    return guided(conditional, unconditional, guidance)


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
