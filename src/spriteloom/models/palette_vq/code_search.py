"""Better codes by trying them: what the encoder says is only where the search begins.

A decoder that looks past a code's own pixels makes of one code something else beside other codes, which an
encoder can only guess. Here some codes are exchanged at a time, far enough apart to matter little to each
other, for the ones next nearest to the embedding, and kept where the picture comes nearer to the true one.
What they do matter shows in the sum: the codes returned are the best that a whole round left.
"""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.models.palette_vq.network import Indices, PaletteVQ, nearest_to_expected

CANDIDATES = 4  # codes that are tried for each place, the one it has among them
APART = 3  # places between codes that are exchanged at once
ROUNDS = 2
FELT = 3  # places a side that are looked at for the effect of one


@torch.no_grad()
def searched(network: PaletteVQ, sprites: Indices) -> Tensor:
    """Codes (b, gh, gw) int64 of sprites, no worse on any of them than `network.quantize` gives."""
    embedded = network.embed(sprites)
    b, d, gh, gw = embedded.shape
    flat = embedded.permute(0, 2, 3, 1).reshape(-1, d).float()
    near = network.quantizer.distances(flat).topk(CANDIDATES, largest=False).indices
    tried = near.reshape(b, gh, gw, CANDIDATES)
    codes = network.quantize(embedded)
    errors = _errors(network, sprites, codes)
    best, least = codes.clone(), errors.sum((1, 2))
    for _ in range(ROUNDS):
        for down, right in product(range(APART), repeat=2):
            some = (slice(None), slice(down, None, APART), slice(right, None, APART))
            codes[some] = _exchanged(network, sprites, codes, errors, tried, some)
            errors = _errors(network, sprites, codes)
        total = errors.sum((1, 2))
        better = total < least
        best[better], least = codes[better], torch.minimum(total, least)
    return best


def _exchanged(
    network: PaletteVQ,
    sprites: Indices,
    codes: Tensor,
    errors: Tensor,
    tried: Tensor,
    some: tuple[slice, slice, slice],
) -> Tensor:
    """The codes of some places, each the candidate with the least error around it."""
    least, chosen = _around(errors)[some], codes[some].clone()
    for candidate in tried.unbind(3):
        if torch.equal(candidate[some], codes[some]):
            continue
        changed = codes.clone()
        changed[some] = candidate[some]
        felt = _around(_errors(network, sprites, changed))[some]
        better = felt < least
        least, chosen = torch.where(better, felt, least), torch.where(better, candidate[some], chosen)
    return chosen


def _errors(network: PaletteVQ, sprites: Indices, codes: Tensor) -> Tensor:
    """Squared error over white, summed over the pixels of each code: (b, gh, gw)."""
    choice = network.choose(network.look_up(codes), sprites)
    made, true = (_over_white(grid, sprites) for grid in (nearest_to_expected(choice, sprites), sprites.grid))
    gap = (made - true).square().sum(3)
    m = network.config.m
    return functional.avg_pool2d(gap[:, None], m)[:, 0] * m**2


def _over_white(grid: Tensor, sprites: Indices) -> Tensor:
    """(b, h, w, 3) in [0, 1]."""
    table = torch.cat([torch.full_like(sprites.table[:, :1], 255), sprites.table[:, 1:]], 1).float() / 255
    rows = grid.flatten(1).long()[..., None].expand(-1, -1, 3)
    return torch.gather(table, 1, rows).reshape(*grid.shape, 3)


def _around(errors: Tensor) -> Tensor:
    """Sums over the places around each one."""
    window = errors.new_ones(1, 1, FELT, FELT)
    return functional.conv2d(errors[:, None], window, padding=FELT // 2)[:, 0]
