"""Conversion between bytes and floats, pictures and tensors, and a set as a PyTorch `Dataset`.

A byte v is the float v / 255 in [0, 1]; a float becomes the nearest byte. The two are inverses for all 256 values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from spriteloom.data.conditions import condition_space, conditions_of
from spriteloom.data.store import SpriteSet
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.sprite import Sprite

DATASET_FIELDS = ("types", "shape", "color", "view", "shiny")  # of the condition of an item


def to_unit(values: Bytes | Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """uint8 of any shape → floats in [0, 1] of the same shape; a tensor stays on its device."""
    if not isinstance(values, Tensor):
        values = torch.from_numpy(np.ascontiguousarray(values))
    return values.to(dtype).div_(255)


def to_bytes(values: Tensor) -> Bytes:
    """Floats of any shape → the nearest uint8, clipped to [0, 1] before."""
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
    names = names or [str(i) for i in range(len(rgba))]
    return [Sprite(pixels=pixels, name=name) for pixels, name in zip(rgba, names, strict=True)]


def as_images(sprites: Sequence[Sprite]) -> Tensor:
    """Sprites of one size → RGBA float32 (b, 4, h, w) in [0, 1]; the inverse of `as_sprites`."""
    return to_unit(np.stack([sprite.pixels for sprite in sprites])).permute(0, 3, 1, 2)


class SpriteDataset(Dataset[dict[str, Any]]):
    """A split of a prepared set, for networks of your own. Items are dicts that PyTorch can collate:

    image      float32 (4, h, w) in [0, 1], RGBA; in a set without alpha, the mask of the foreground is alpha
    condition  float32 (c,), n-hot over `conditions`; 0 for unknown labels
    index      int, the place in the split

    The pictures are kept in memory as bytes. Raises DataError for an unknown split.
    """

    def __init__(self, data: SpriteSet, split: str) -> None:
        pictures = data.all_pictures(split)
        inside = torch.from_numpy(pictures.inside)[..., None]
        self._pixels = torch.cat([torch.from_numpy(pictures.rgb), inside.to(torch.uint8) * 255], -1)
        self.conditions = condition_space(data, usual=DATASET_FIELDS)
        self._vectors = torch.from_numpy(conditions_of(data, split, self.conditions, noise=True))

    def __len__(self) -> int:
        return len(self._pixels)

    def __getitem__(self, index: int) -> dict[str, Tensor | int]:
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        image = to_unit(self._pixels[index].permute(2, 0, 1))
        return {"image": image, "condition": self._vectors[index], "index": index % len(self)}
