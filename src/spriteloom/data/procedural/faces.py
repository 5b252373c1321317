"""A face on a head: where its eyes, mouth and cheeks go as seen from here. Knows no body plan.

Eyes are placed as a pair, a whole number of pixels apart, so that a face seen from
ahead is symmetrical.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.body import Head
from spriteloom.data.procedural.solids import Vec
from spriteloom.data.procedural.stamps import MOUTHS, ROLE, Stamp, cyclops, eye, sized
from spriteloom.data.procedural.view import View

_VISIBLE = 0.25  # cosine of the angle to the viewer beyond which a feature is round the corner
_AVERTED = 0.62  # and that beyond which an eye is drawn a size smaller


@dataclass(frozen=True, kw_only=True)
class Face:
    """An expression: a key of stamps.EYES (or "cyclops") and one of MOUTHS ("" for none).

    `size` scales the eyes; `blush` adds cheeks.
    """

    eyes: str
    mouth: str
    size: float = 1.0
    blush: bool = False


@dataclass(frozen=True)
class Paper:
    """What a face is drawn on: palette roles (h, w), changed in place where `open` (h, w) is true."""

    roles: NDArray[np.uint8]
    open: NDArray[np.bool_]
    view: View

    def sees(self, at: Vec, out: Vec) -> tuple[float, float, float]:
        """Column and row of a point of the skin, and the cosine of its angle to the viewer."""
        x, y, _ = (float(c) for c in self.view.place(at))
        return x, y, float(self.view.turn(out)[2]) / self.view.scale

    def press(self, stamp: Stamp, left: int, top: int) -> None:
        h, w = self.roles.shape
        for y, row in enumerate(stamp, top):
            for x, letter in enumerate(row, left):
                if letter != "." and 0 <= y < h and 0 <= x < w and self.open[y, x]:
                    self.roles[y, x] = ROLE[letter]

    def press_centred(self, stamp: Stamp, x: float, y: float) -> None:
        self.press(stamp, round(x - len(stamp[0]) / 2), round(y - len(stamp) / 2))


def draw_face(paper: Paper, head: Head, face: Face, *, blink: bool) -> None:
    """Put `face` on `head`, as far as it is turned to the viewer."""
    radius = float(head.radii[0] + head.radii[1]) / 2 * paper.view.scale
    if face.eyes == "cyclops":
        _one_eye(paper, head, radius, blink)
    else:
        _two_eyes(paper, head, face.eyes, radius * face.size, blink)
    if face.mouth and not head.beaked:
        _mouth(paper, head, sized(MOUTHS[face.mouth], radius))
    if face.blush:
        _cheeks(paper, head, max(round(radius / 6), 1))


def _one_eye(paper: Paper, head: Head, radius: float, blink: bool) -> None:
    x, y, facing = paper.sees(*head.surface(0.0, head.lift))
    if facing > _VISIBLE:
        paper.press_centred(cyclops(radius, blink=blink), x, y)


def _two_eyes(paper: Paper, head: Head, style: str, radius: float, blink: bool) -> None:
    seen = sorted(paper.sees(*head.surface(side * head.spread, head.lift)) for side in (-1, 1))
    stamps = [
        eye(style, radius * (0.72 if facing < _AVERTED else 1.0), mirrored=bool(i), blink=blink)
        for i, (_, _, facing) in enumerate(seen)
    ]
    (lx, ly, left), (rx, ry, right) = seen
    if left <= _VISIBLE or right <= _VISIBLE:
        for stamp, (x, y, facing) in zip(stamps, seen, strict=True):
            if facing > _VISIBLE:
                paper.press_centred(stamp, x, y)
        return
    wide = len(stamps[0][0]) + len(stamps[1][0])
    gap = max(round(rx - lx - wide / 2), 1)
    start = round((lx + rx) / 2 - (gap + wide) / 2)
    foot = round((ly + ry) / 2 + max(len(s) for s in stamps) / 2)
    paper.press(stamps[0], start, foot - len(stamps[0]))
    paper.press(stamps[1], start + len(stamps[0][0]) + gap, foot - len(stamps[1]))


def _mouth(paper: Paper, head: Head, stamp: Stamp) -> None:
    at, out = head.surface(0.0, head.mouth_lift)
    x, y, facing = paper.sees(at if head.mouth is None else head.mouth, out)
    if facing > _VISIBLE:
        paper.press(stamp, round(x - len(stamp[0]) / 2), round(y - 0.5))


def _cheeks(paper: Paper, head: Head, size: int) -> None:
    for side in (-1, 1):
        x, y, facing = paper.sees(*head.surface(side * (head.spread + 0.28), head.lift - 0.36))
        if facing > _VISIBLE:
            paper.press_centred(("t" * (size + 1),) * size, x, y)
