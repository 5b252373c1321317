"""Searches for better codes than the encoder's.

The decoder's output for a code depends on the codes around it, which an encoder can only guess. The search
replaces some codes at a time, far apart so that they hardly affect each other, by the next nearest to the
embedding, and keeps those that bring the picture nearer to the true one. It returns the best codes after a round.
"""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.models.palette_vq.network import Indices, PaletteVQ, nearest_to_expected

CANDIDATES = 4  # codes that are tried at each position
DISTANCE = 3  # between positions that change together
ROUNDS = 2
WINDOW = 3  # positions a side that the error of a code is summed over


@torch.no_grad()
def search_codes(network: PaletteVQ, sprites: Indices) -> Tensor:
    """Codes int64 (b, gh, gw), for each sprite at least as good as those of `network.quantize`."""
    embedded = network.embed(sprites)
    b, d, gh, gw = embedded.shape
    flat = embedded.permute(0, 2, 3, 1).reshape(-1, d).float()
    nearest = network.quantizer.distances(flat).topk(CANDIDATES, largest=False).indices
    candidates = nearest.reshape(b, gh, gw, CANDIDATES)
    codes = network.quantize(embedded)
    errors = _errors(network, sprites, codes)
    best, least = codes.clone(), errors.sum((1, 2))
    for _ in range(ROUNDS):
        for down, right in product(range(DISTANCE), repeat=2):
            places = (slice(None), slice(down, None, DISTANCE), slice(right, None, DISTANCE))
            codes[places] = _improved(network, sprites, codes, errors, candidates, places)
            errors = _errors(network, sprites, codes)
        total = errors.sum((1, 2))
        better = total < least
        best[better], least = codes[better], torch.minimum(total, least)
    return best


def _improved(
    network: PaletteVQ,
    sprites: Indices,
    codes: Tensor,
    errors: Tensor,
    candidates: Tensor,
    places: tuple[slice, slice, slice],
) -> Tensor:
    """The codes at some places, each the candidate with the least error around it."""
    least, chosen = _window_sums(errors)[places], codes[places].clone()
    for candidate in candidates.unbind(3):
        if torch.equal(candidate[places], codes[places]):
            continue
        changed = codes.clone()
        changed[places] = candidate[places]
        error = _window_sums(_errors(network, sprites, changed))[places]
        better = error < least
        least, chosen = torch.where(better, error, least), torch.where(better, candidate[places], chosen)
    return chosen


def _errors(network: PaletteVQ, sprites: Indices, codes: Tensor) -> Tensor:
    """Squared error over white, summed over the pixels of each code: (b, gh, gw)."""
    choice = network.choose(network.look_up(codes), sprites)
    decoded = _over_white(nearest_to_expected(choice, sprites), sprites)
    error = (decoded - _over_white(sprites.grid, sprites)).square().sum(3)
    m = network.config.m
    return functional.avg_pool2d(error[:, None], m)[:, 0] * m**2


def _over_white(grid: Tensor, sprites: Indices) -> Tensor:
    """Palette indices (b, h, w) as RGB over white (b, h, w, 3) in [0, 1]."""
    table = torch.cat([torch.full_like(sprites.table[:, :1], 255), sprites.table[:, 1:]], 1).float() / 255
    rows = grid.flatten(1).long()[..., None].expand(-1, -1, 3)
    return torch.gather(table, 1, rows).reshape(*grid.shape, 3)


def _window_sums(errors: Tensor) -> Tensor:
    """Sums over the window around each position."""
    window = errors.new_ones(1, 1, WINDOW, WINDOW)
    return functional.conv2d(errors[:, None], window, padding=WINDOW // 2)[:, 0]
