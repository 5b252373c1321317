"""Noise from seeds: what every sample begins with."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def noise_of(seeds: Sequence[int], shape: Sequence[int]) -> Tensor:
    """N(0, 1) float32 (n, *shape), row i from seeds[i] alone; on the CPU: every device draws the same."""
    rows = [torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(rows) if rows else torch.empty(0, *shape)


def slerp(a: Tensor, b: Tensor, share: float) -> Tensor:
    """From a (share 0) to b (share 1) along the sphere: what is between two noises is noise again.

    A straight line would pass nearer to 0 than any noise comes, where no network has been. Shoemake 1985.
    """
    cosine = torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0)
    angle = float(torch.acos(cosine.clamp(-1, 1)))
    if math.sin(angle) < 1e-4:
        return torch.lerp(a, b, share)
    return (math.sin((1 - share) * angle) * a + math.sin(share * angle) * b) / math.sin(angle)
