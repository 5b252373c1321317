"""Guidance: further along the way from a worse answer to a better one. Knows no model."""

from __future__ import annotations

from torch import Tensor


def guided(ahead: Tensor, behind: Tensor, guidance: float) -> Tensor:
    """b + g·(a − b), whatever the networks predict: logits, noise, clean grids.

    Behind stands what is said where nothing is asked for (classifier-free guidance, arXiv:2207.12598), or
    what a worse network says (autoguidance, arXiv:2406.02507).
    """
    return behind + guidance * (ahead - behind)
