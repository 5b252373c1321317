"""`Pictures`: what a codec of RGB is shown, and which of its pixels are the figure. Knows no preprocessing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Pictures:
    """`rgb` uint8 (n, h, w, 3), composited; `inside` bool (n, h, w), True where the figure is."""

    rgb: NDArray[np.uint8]
    inside: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.rgb.dtype != np.uint8 or self.rgb.ndim != 4 or self.rgb.shape[3] != 3:
            raise ValueError(f"pictures are uint8 (n, h, w, 3), not {self.rgb.dtype} {self.rgb.shape}")
        if self.inside.dtype != np.bool_ or self.inside.shape != self.rgb.shape[:3]:
            raise ValueError(f"the mask of {self.rgb.shape} is not {self.inside.dtype} {self.inside.shape}")

    def __len__(self) -> int:
        return len(self.rgb)

    def __getitem__(self, which: slice) -> Pictures:
        return Pictures(self.rgb[which], self.inside[which])

    @classmethod
    def empty(cls, n: int, size: int) -> Pictures:
        """Room for `n` square pictures, not yet filled."""
        return cls(np.empty((n, size, size, 3), np.uint8), np.empty((n, size, size), np.bool_))


def fill(room: Pictures, blocks: Iterable[Pictures]) -> None:
    """Copy `blocks`, one after another, into `room`, which must be just large enough."""
    start = 0
    for block in blocks:
        room.rgb[start : start + len(block)] = block.rgb
        room.inside[start : start + len(block)] = block.inside
        start += len(block)
    assert start == len(room), f"{start} pictures for {len(room)} places"


def rechunk(blocks: Iterable[Pictures], chunk: int) -> Iterator[Pictures]:
    """The same pictures in the same order, `chunk` at a time; the last chunk may be smaller."""
    waiting: list[Pictures] = []
    for block in blocks:
        while len(block):
            room = chunk - sum(map(len, waiting))
            waiting.append(block[:room])
            block = block[room:]
            if sum(map(len, waiting)) == chunk:
                yield _joined(waiting)
                waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(parts: list[Pictures]) -> Pictures:
    return Pictures(np.concatenate([p.rgb for p in parts]), np.concatenate([p.inside for p in parts]))
