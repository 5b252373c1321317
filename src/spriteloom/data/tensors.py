"""The one door between bytes and floats, and it rounds.

A byte v is the float v / 255 in [0, 1]; a float becomes the nearest byte. The two are inverses over all 256
values: truncating instead of rounding would change 63 of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.sprite import Sprite


def to_unit(values: Bytes, dtype: torch.dtype = torch.float32) -> Tensor:
    """uint8 of any shape → floats in [0, 1] of the same shape."""
    return unit(torch.from_numpy(np.ascontiguousarray(values)), dtype)


def unit(values: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """The same for a uint8 tensor, wherever it lies."""
    return values.to(dtype).div_(255)


def to_bytes(values: Tensor) -> Bytes:
    """Floats of any shape → the nearest uint8; below 0 and above 1 are cut."""
    return values.detach().mul(255).round_().clamp_(0, 255).to(torch.uint8).cpu().numpy()


def to_images(rgb: Bytes, dtype: torch.dtype = torch.float32) -> Tensor:
    """Pictures (b, h, w, 3) uint8 → (b, 3, h, w) floats in [0, 1]."""
    return to_unit(rgb, dtype).permute(0, 3, 1, 2)


def to_pictures(images: Tensor) -> Bytes:
    """Images (b, 3, h, w) of floats → (b, h, w, 3) uint8; the inverse of `to_images`."""
    return to_bytes(images.permute(0, 2, 3, 1).contiguous())


def as_sprites(images: Tensor, names: Sequence[str] = ()) -> list[Sprite]:
    """Images (b, 3 or 4, h, w) of floats in [0, 1], RGB or RGBA → sprites; RGB becomes opaque."""
    rgba = to_bytes(images.permute(0, 2, 3, 1).contiguous())
    if rgba.shape[3] == 3:
        rgba = np.concatenate([rgba, np.full((*rgba.shape[:3], 1), 255, np.uint8)], -1)
    named = names or [str(i) for i in range(len(rgba))]
    return [Sprite(pixels=pixels, name=name) for pixels, name in zip(rgba, named, strict=True)]


def as_images(sprites: Sequence[Sprite]) -> Tensor:
    """Sprites of one size → RGBA float32 (b, 4, h, w) in [0, 1]; the inverse of `as_sprites`."""
    return to_unit(np.stack([sprite.pixels for sprite in sprites])).permute(0, 3, 1, 2)
