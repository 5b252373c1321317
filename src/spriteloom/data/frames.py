"""Which frames of an animation are worth keeping: those that differ. Knows neither files nor preprocessing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Pixels

# A frame is new when it differs from every kept one in more than this share of the figure's pixels.
NOVELTY = 0.25


def pick_frames(frames: Sequence[Pixels], *, most: int | None = None, novelty: float = NOVELTY) -> list[int]:
    """Indices of the frames to keep, in order; the first frame is always among them.

    `frames` are uint8 RGBA, all of one shape (h, w, 4). Greedy: a frame stays when, against each frame kept
    before it, more than `novelty` of the pixels that are visible in either one differ. Of more than `most`
    kept frames, `most` stay, evenly spread.
    """
    if most == 1:
        return [0]
    # Loops hold most frames more than once; those go first, at the price of a look-up.
    earliest = {frames[i].tobytes(): i for i in reversed(range(len(frames)))}
    different = sorted(earliest.values())
    # (h, w, 4) -> one uint32 a pixel. What cannot be seen is alike; what no frame shows is not compared.
    seen = [frames[i].view(np.uint32)[..., 0] * (frames[i][..., 3] > 0) for i in different]
    flat = np.stack(seen).reshape(len(seen), -1)
    flat = flat[:, flat.any(axis=0)]
    kept: list[int] = []
    for index, frame in enumerate(flat):
        if not kept or _novel(frame, flat[kept], novelty):
            kept.append(index)
    chosen = [different[index] for index in kept]
    return chosen if most is None else _spread(chosen, most)


def _novel(frame: NDArray[np.uint32], kept: NDArray[np.uint32], novelty: float) -> bool:
    differing = (kept != frame).sum(axis=1)
    figure = ((kept | frame) != 0).sum(axis=1)
    return bool((differing > novelty * figure).all())


def _spread(kept: list[int], most: int) -> list[int]:
    if most < 1:
        raise ValueError(f"frames must be at least 1, not {most}")
    if len(kept) <= most:
        return kept
    return [kept[round(position)] for position in np.linspace(0, len(kept) - 1, most)]
