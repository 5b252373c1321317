"""Sums, means and rows over all processes of a training on several devices; the value itself in one process."""

from __future__ import annotations

import torch
from torch import Tensor


def world_size() -> int:
    """The number of processes that train together."""
    distributed = torch.distributed
    if not (distributed.is_available() and distributed.is_initialized()):
        return 1
    return int(distributed.get_world_size())


def sum_over_processes(x: Tensor) -> Tensor:
    """The sum of `x` over all processes; its gradient reaches every process."""
    if world_size() == 1:
        return x
    from torch.distributed.nn.functional import all_reduce

    total: Tensor = all_reduce(x)  # type: ignore[no-untyped-call]
    return total


def mean_over_processes(x: Tensor) -> Tensor:
    """The mean of `x` over all processes."""
    return sum_over_processes(x) / world_size()


@torch.no_grad()
def gather_rows(x: Tensor) -> Tensor:
    """The rows of `x` of all processes, rank by rank; their numbers may differ."""
    if world_size() == 1:
        return x
    distributed = torch.distributed
    lengths = [torch.zeros(1, dtype=torch.int64, device=x.device) for _ in range(world_size())]
    distributed.all_gather(lengths, torch.tensor([len(x)], device=x.device))
    longest = max(int(length) for length in lengths)
    padded = torch.cat([x, x.new_zeros(longest - len(x), *x.shape[1:])])
    parts = [torch.empty_like(padded) for _ in lengths]
    distributed.all_gather(parts, padded)
    return torch.cat([part[: int(length)] for part, length in zip(parts, lengths, strict=True)])
