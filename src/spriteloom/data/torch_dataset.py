"""A split of a prepared set as a `torch.utils.data.Dataset`, for networks of the user's own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from spriteloom.data.conditions import condition_space, conditions_of
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import unit

FIELDS = ("types", "shape", "color", "view", "shiny")


class SpriteDataset(Dataset[dict[str, Any]]):
    """Items are dicts that PyTorch's own collation stacks.

    image      float32 (4, h, w) in [0, 1], RGBA; of a set without alpha the figure's mask stands there
    condition  float32 (c,), n-hot over `conditions`: what is known of the sprite, 0 where nothing is
    index      int, the place in the split

    The pictures are kept in memory as bytes. Raises DataError for an unknown split.
    """

    def __init__(self, data: SpriteSet, split: str) -> None:
        pictures = data.all_pictures(split)
        inside = torch.from_numpy(pictures.inside)[..., None]
        self._pixels = torch.cat([torch.from_numpy(pictures.rgb), inside.to(torch.uint8) * 255], -1)
        self.conditions = condition_space(data, usual=FIELDS)
        self._vectors = torch.from_numpy(conditions_of(data, split, self.conditions, noise=True))

    def __len__(self) -> int:
        return len(self._pixels)

    def __getitem__(self, index: int) -> dict[str, Tensor | int]:
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        image = unit(self._pixels[index].permute(2, 0, 1))
        return {"image": image, "condition": self._vectors[index], "index": index % len(self)}
