"""Colors as brightness and two contrasts, each spread as widely as the others. Learns nothing.

Sprites differ in brightness two to three times as much as in hue. A diffusion decides what is spread widely
first: in RGB it settles shading while hue is still noise, and one region ends in many hues. Stretched as here
hue is settled as early, for whole regions, and what error stays in it is shrunk on the way back. Over the
fronts of pokeapi brightness has standard deviation 0.56 in [−1, 1], the contrasts 0.25 and 0.23.
"""

from __future__ import annotations

import torch
from torch import Tensor

LUMA, CHROMA = 1.2, 2.8  # stretches, to about 0.65 each
_BT601 = torch.tensor(  # brightness, blue and red contrast of red, green, blue (ITU-R BT.601)
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]
)
_THERE = _BT601 * torch.tensor([[LUMA], [CHROMA], [CHROMA]])
_BACK = torch.linalg.inv(_THERE.double()).float()


def to_opponent(rgba: Tensor) -> Tensor:
    """(b, 4, h, w), RGB and alpha in [−1, 1] → (b, 4, h, w): brightness, contrasts, alpha. Linear in RGB."""
    return torch.cat([_times(_THERE, rgba[:, :3]), rgba[:, 3:]], 1)


def from_opponent(images: Tensor) -> Tensor:
    """The inverse, to float rounding; colors that no screen has are left beyond [−1, 1]."""
    return torch.cat([_times(_BACK, images[:, :3]), images[:, 3:]], 1)


def _times(matrix: Tensor, images: Tensor) -> Tensor:
    return torch.einsum("ij,bjhw->bihw", matrix.to(images.device), images)
