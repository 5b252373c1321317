"""Sums over the processes of a training on several devices; alone, a process is its own sum."""

from __future__ import annotations

import torch
from torch import Tensor


def world_size() -> int:
    """How many processes train together."""
    distributed = torch.distributed
    if not (distributed.is_available() and distributed.is_initialized()):
        return 1
    return int(distributed.get_world_size())


def total(x: Tensor) -> Tensor:
    """The sum of `x` over all processes; its gradient reaches every process."""
    if world_size() == 1:
        return x
    from torch.distributed.nn.functional import all_reduce

    found: Tensor = all_reduce(x)  # type: ignore[no-untyped-call]
    return found


def mean(x: Tensor) -> Tensor:
    """The mean of `x` over all processes."""
    return total(x) / world_size()


@torch.no_grad()
def gathered(x: Tensor) -> Tensor:
    """The rows of `x` of all processes, rank by rank; each may have another number of them."""
    if world_size() == 1:
        return x
    distributed = torch.distributed
    lengths = [torch.zeros(1, dtype=torch.int64, device=x.device) for _ in range(world_size())]
    distributed.all_gather(lengths, torch.tensor([len(x)], device=x.device))
    most = max(int(length) for length in lengths)
    padded = torch.cat([x, x.new_zeros(most - len(x), *x.shape[1:])])
    rows = [torch.empty_like(padded) for _ in lengths]
    distributed.all_gather(rows, padded)
    return torch.cat([each[: int(length)] for each, length in zip(rows, lengths, strict=True)])
