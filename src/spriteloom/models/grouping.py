"""A network on groups of one fixed size, the last one filled up.

So no two samples share a result: what one becomes depends on itself alone, not on what stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from spriteloom.nn.devices import full_precision


@torch.no_grad()
def in_groups(function: Callable[[Tensor], Tensor], rows: Tensor, group: int, device: torch.device) -> Tensor:
    """`function` on groups of `rows` (n, …), on a device in full float32: what it gives, on the CPU."""
    found: list[Tensor] = []
    with torch.autocast(device.type, enabled=False), full_precision():
        for start in range(0, len(rows), group):
            some = rows[start : start + group]
            filled = torch.cat([some, some[-1:].expand(group - len(some), *some.shape[1:])])
            found.append(function(filled.to(device))[: len(some)].cpu())
    return torch.cat(found)
