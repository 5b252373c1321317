"""Pixels as floats that a network can diffuse: RGBA in [−1, 1]. Learns nothing.

What cannot be seen has no color: under alpha 0 every channel is −1.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from spriteloom.data.tensors import to_bytes, to_unit
from spriteloom.pixels.arrays import Bytes


def to_signed(rgba: Tensor) -> Tensor:
    """uint8 (b, h, w, 4) → float32 (b, 4, h, w) in [−1, 1]."""
    return to_unit(rgba.permute(0, 3, 1, 2)).mul_(2).sub_(1)


def from_signed(images: Tensor) -> Bytes:
    """The inverse: floats (b, 4, h, w) → the nearest uint8 (b, h, w, 4)."""
    return to_bytes((images.float() + 1).div_(2).permute(0, 2, 3, 1).contiguous())


def moved(rgba: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Pictures (b, h, w, 4), each moved by so many pixels (b,); what comes in is transparent."""
    b, h, w, _ = rgba.shape
    reach = int(max(down.abs().max(), right.abs().max())) if b else 0
    wide = functional.pad(rgba, (0, 0, reach, reach, reach, reach))
    rows = reach - down[:, None] + torch.arange(h)
    columns = reach - right[:, None] + torch.arange(w)
    return wide[torch.arange(b)[:, None, None], rows[:, :, None], columns[:, None, :]]


def as_rgba(rgb: Bytes, inside: NDArray[np.bool_]) -> Bytes:
    """Pictures (n, h, w, 3) and where their figure is (n, h, w) → uint8 (n, h, w, 4), hard alpha."""
    seen = inside[..., None]
    return np.concatenate([rgb * seen, seen.astype(np.uint8) * np.uint8(255)], -1)
