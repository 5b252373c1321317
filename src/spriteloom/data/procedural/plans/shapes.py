"""Outlines of feathers, fins and wings. The root is at the origin; the first coordinate runs outwards."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spriteloom.data.procedural.solids import closed_curve

Outline = list[tuple[float, float]]
Ribs = list[tuple[float, float, float, float]]

_FEATHER = (
    (0.25, 0.8), (0.7, 1.0), (0.95, 0.5), (1.0, 0.0), (0.9, -0.5), (0.6, -0.8), (0.2, -0.6),
)  # fmt: skip
_INSECT_WING = ((0.35, 0.62), (0.75, 1.0), (1.0, 0.35), (0.9, -0.4), (0.5, -0.55), (0.15, -0.25))


def feather(length: float, width: float) -> Outline:
    """A blade with a round end."""
    return _curve(_FEATHER, length, width, 3)


def _curve(shares: Sequence[tuple[float, float]], length: float, width: float, per_span: int) -> Outline:
    """A smooth outline through points given as shares of length and width."""
    points = [(-1.0, 0.0), *((length * a, width * b) for a, b in shares)]
    return [(float(a), float(b)) for a, b in closed_curve(points, per_span)]


def bat_wing(span: float, drop: float) -> tuple[Outline, Ribs]:
    """A membrane on three fingers, scalloped between them."""
    wrist = (span * 0.42, span * 0.42)
    tips = [(span * 1.05, span * 0.26), (span * 0.98, -drop * 0.34), (span * 0.55, -drop * 0.62)]
    outline: Outline = [(0.0, 1.5), wrist, (span * 0.75, span * 0.44)]
    for tip, following in zip(tips, [*tips[1:], (0.0, -drop * 0.42)], strict=True):
        outline.append(tip)
        middle = ((tip[0] + following[0]) / 2, (tip[1] + following[1]) / 2)
        outline.append((middle[0] + (wrist[0] - middle[0]) * 0.28, middle[1] + (wrist[1] - middle[1]) * 0.28))
    outline.append((0.0, -drop * 0.36))
    return outline, [(*wrist, *tip) for tip in tips]


def insect_wing(span: float, broad: float) -> tuple[Outline, Ribs]:
    """A long drop with a vein."""
    return _curve(_INSECT_WING, span, broad, 4), [(0.0, 0.0, span * 0.82, broad * 0.3)]


def fin(length: float, height: float, rays: int) -> Outline:
    """A fin on a back: rays with notches between them."""
    outline: Outline = [(-length * 0.5, -2.0)]
    for k in range(rays):
        start = length * (k / rays - 0.5)
        top = height * (0.7 + 0.3 * math.sin(math.pi * (k + 0.6) / rays))
        outline += [
            (start + length * 0.32 / rays, top * 0.66),
            (start + length * 0.9 / rays, top),
            (start + length * 1.0 / rays, top * 0.62),
        ]
    outline.append((length * 0.55, -2.0))
    return outline


def fan(length: float, width: float, rays: int) -> Outline:
    """A pectoral fin: rays that spread from the root, scalloped at the end."""
    outline: Outline = [(0.0, 1.2)]
    for k in range(rays):
        t = 1 - 2 * k / max(rays - 1, 1)
        outline.append((length * (1 - 0.14 * abs(t)), width * t))
        if k < rays - 1:
            s = t - 1 / max(rays - 1, 1)
            outline.append((length * 0.8, width * s))
    outline.append((0.0, -1.2))
    return outline
