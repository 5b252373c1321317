"""What samplers share: noise from seeds, interpolation between noises, guidance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def noise_of(seeds: Sequence[int], shape: Sequence[int]) -> Tensor:
    """N(0, 1) float32 (n, *shape); row i depends on seeds[i] alone. Drawn on the CPU: the same on every device."""
    rows = [torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(rows) if rows else torch.empty(0, *shape)


def slerp(a: Tensor, b: Tensor, share: float) -> Tensor:
    """From a (share 0) to b (share 1) along the sphere, so that every point between two noises is noise.

    A straight line passes nearer to 0 than noise does, where no network was trained. Shoemake 1985.
    """
    cosine = torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0)
    angle = float(torch.acos(cosine.clamp(-1, 1)))
    if math.sin(angle) < 1e-4:
        return torch.lerp(a, b, share)
    return (math.sin((1 - share) * angle) * a + math.sin(share * angle) * b) / math.sin(angle)


def guided(better: Tensor, worse: Tensor, guidance: float) -> Tensor:
    """worse + guidance · (better − worse), for any prediction: logits, noise, clean latents.

    The worse prediction is one without conditions (classifier-free guidance, arXiv:2207.12598), or that of
    a worse network (autoguidance, arXiv:2406.02507).
    """
    return worse + guidance * (better - worse)
