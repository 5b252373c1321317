"""Draws a face on a head: eyes, mouth and cheeks, as far as they are visible.

Eyes are a pair, a whole number of pixels apart, so that a face seen from ahead is symmetrical.
"""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.data.procedural.body import Head
from spriteloom.data.procedural.projection import View
from spriteloom.data.procedural.solids import Vec
from spriteloom.data.procedural.stamps import MOUTHS, ROLE, Stamp, cyclops, eye, sized
from spriteloom.pixels.arrays import Bytes, Mask

_VISIBLE = 0.25  # least cosine of the angle between a visible feature and the viewer
_SMALLER_EYE = 0.62  # below this cosine an eye is drawn smaller


@dataclass(frozen=True, kw_only=True)
class Face:
    """A key of stamps.EYES (or "cyclops") and one of MOUTHS ("" for none).

    `size` scales the eyes; `blush` adds cheeks.
    """

    eyes: str
    mouth: str
    size: float = 1.0
    blush: bool = False


@dataclass(frozen=True)
class Canvas:
    """Where a face is drawn: palette roles (h, w), changed in place where `free` (h, w) is true."""

    roles: Bytes
    free: Mask
    view: View

    def project(self, at: Vec, out: Vec) -> tuple[float, float, float]:
        """Column and row of a point of the skin, and the cosine of the angle between `out` and the viewer."""
        x, y, _ = (float(c) for c in self.view.place(at))
        return x, y, float(self.view.turn(out)[2]) / self.view.scale

    def stamp(self, picture: Stamp, left: int, top: int) -> None:
        h, w = self.roles.shape
        for y, row in enumerate(picture, top):
            for x, letter in enumerate(row, left):
                if letter != "." and 0 <= y < h and 0 <= x < w and self.free[y, x]:
                    self.roles[y, x] = ROLE[letter]

    def stamp_centred(self, stamp: Stamp, x: float, y: float) -> None:
        self.stamp(stamp, round(x - len(stamp[0]) / 2), round(y - len(stamp) / 2))


def draw_face(canvas: Canvas, head: Head, face: Face, *, blink: bool) -> None:
    """Draw `face` on `head`, as far as it faces the viewer."""
    radius = float(head.radii[0] + head.radii[1]) / 2 * canvas.view.scale
    if face.eyes == "cyclops":
        _one_eye(canvas, head, radius, blink)
    else:
        _two_eyes(canvas, head, face.eyes, radius * face.size, blink)
    if face.mouth and not head.beaked:
        _mouth(canvas, head, sized(MOUTHS[face.mouth], radius))
    if face.blush:
        _cheeks(canvas, head, max(round(radius / 6), 1))


def _one_eye(canvas: Canvas, head: Head, radius: float, blink: bool) -> None:
    x, y, facing = canvas.project(*head.surface(0.0, head.lift))
    if facing > _VISIBLE:
        canvas.stamp_centred(cyclops(radius, blink=blink), x, y)


def _two_eyes(canvas: Canvas, head: Head, style: str, radius: float, blink: bool) -> None:
    seen = sorted(canvas.project(*head.surface(side * head.spread, head.lift)) for side in (-1, 1))
    stamps = [
        eye(style, radius * (0.72 if facing < _SMALLER_EYE else 1.0), mirrored=bool(i), blink=blink)
        for i, (_, _, facing) in enumerate(seen)
    ]
    (lx, ly, left), (rx, ry, right) = seen
    if left <= _VISIBLE or right <= _VISIBLE:
        for stamp, (x, y, facing) in zip(stamps, seen, strict=True):
            if facing > _VISIBLE:
                canvas.stamp_centred(stamp, x, y)
        return
    wide = len(stamps[0][0]) + len(stamps[1][0])
    gap = max(round(rx - lx - wide / 2), 1)
    start = round((lx + rx) / 2 - (gap + wide) / 2)
    foot = round((ly + ry) / 2 + max(len(s) for s in stamps) / 2)
    canvas.stamp(stamps[0], start, foot - len(stamps[0]))
    canvas.stamp(stamps[1], start + len(stamps[0][0]) + gap, foot - len(stamps[1]))


def _mouth(canvas: Canvas, head: Head, stamp: Stamp) -> None:
    at, out = head.surface(0.0, head.mouth_lift)
    x, y, facing = canvas.project(at if head.mouth is None else head.mouth, out)
    if facing > _VISIBLE:
        canvas.stamp(stamp, round(x - len(stamp[0]) / 2), round(y - 0.5))


def _cheeks(canvas: Canvas, head: Head, size: int) -> None:
    for side in (-1, 1):
        x, y, facing = canvas.project(*head.surface(side * (head.spread + 0.28), head.lift - 0.36))
        if facing > _VISIBLE:
            canvas.stamp_centred(("t" * (size + 1),) * size, x, y)
