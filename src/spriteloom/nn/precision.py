"""How exact a number must be. Knows no layer."""

from __future__ import annotations

import torch
from torch import Tensor


def wide(x: Tensor) -> Tensor:
    """Float32 at least, where autocast gave less: losses are not for half precision."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
