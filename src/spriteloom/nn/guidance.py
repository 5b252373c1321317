"""Classifier-free guidance: from what is asked for and from what is not. Knows no model."""

from __future__ import annotations

from torch import Tensor


def guided(conditional: Tensor, unconditional: Tensor, guidance: float) -> Tensor:
    """u + g·(c − u), whatever the network predicts: logits, noise, clean grids. arXiv:2207.12598."""
    return unconditional + guidance * (conditional - unconditional)
