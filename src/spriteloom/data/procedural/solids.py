"""The solids a creature is made of, in its own space: x to its left, y up, z forward. Knows no pixels.

A solid has a material, a `tag` (the body region it belongs to, which markings ask for), and two ways to meet
others: `soft` is the depth over which its shading melts into a neighbour's (0: a clean edge), and `crisp`
asks for a line wherever it lies over another solid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Vec = NDArray[np.float64]  # (3,)
Point = Sequence[float] | Vec


class Material(IntEnum):
    """What a surface is made of; `shading.RAMPS` says which color roles it shows."""

    BODY = 0
    DEEP = 1  # the body's color, a tone darker
    BELLY = 2
    ACCENT = 3
    BONE = 4
    GLOW = 5
    PALE = 6  # the accent's color, a tone lighter
    METAL = 7  # the body's color, polished
    INK = 8


@dataclass(frozen=True, kw_only=True)
class Solid:
    material: Material = Material.BODY
    tag: str = "body"
    soft: float = 2.5
    crisp: bool = False


@dataclass(frozen=True, kw_only=True)
class Ellipsoid(Solid):
    """All points `centre + axes @ u` with |u| ≤ 1; the columns of `axes` are the half-axes."""

    centre: Vec
    axes: NDArray[np.float64]  # (3, 3)


@dataclass(frozen=True, kw_only=True)
class Chain(Solid):
    """Spheres strung along a line, near enough to read as one tapered limb."""

    centres: NDArray[np.float64]  # (k, 3)
    radii: NDArray[np.float64]  # (k,)


@dataclass(frozen=True, kw_only=True)
class Crystal(Solid):
    """A convex body with flat faces: all points p with normals @ (p - centre) ≤ reach."""

    centre: Vec
    normals: NDArray[np.float64]  # (k, 3), unit
    reach: NDArray[np.float64]  # (k,)
    radius: float  # no point is farther from the centre


@dataclass(frozen=True, kw_only=True)
class Plate(Solid):
    """A flat shape: outline points `origin + a·u + b·v`, with ribs on it and a curl that rounds its shading.

    A plate whose `u` and `v` are None always faces the viewer (flames, leaves in the wind).
    """

    origin: Vec
    outline: NDArray[np.float64]  # (k, 2)
    u: Vec | None = None
    v: Vec | None = None
    ribs: NDArray[np.float64] | None = None  # (m, 4): a0 b0 a1 b1
    curl: float = 0.6
    lead: float = 0.0  # how much nearer to the viewer it is drawn than where it is


def vec(x: float, y: float, z: float) -> Vec:
    return np.array((x, y, z), np.float64)


def unit(direction: Point) -> Vec:
    """`direction` at length one; a zero vector points up."""
    x, y, z = (float(c) for c in direction)
    length = (x * x + y * y + z * z) ** 0.5
    return vec(x / length, y / length, z / length) if length > 1e-9 else vec(0, 1, 0)


def cross(a: Vec, b: Vec) -> Vec:
    ax, ay, az = (float(c) for c in a)
    bx, by, bz = (float(c) for c in b)
    return vec(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)


def frame(direction: Point) -> NDArray[np.float64]:
    """Three unit axes as columns: sideways, along `direction`, and forwards."""
    along = unit(direction)
    helper = vec(0, 0, 1) if abs(float(along[2])) < 0.9 else vec(0, -1, 0)
    side = unit(cross(along, helper))
    return np.stack((side, along, cross(side, along)), axis=1)


def spline(points: Sequence[Point], samples: int) -> NDArray[np.float64]:
    """`samples` points on the Catmull-Rom curve through `points` (k, d), ends included."""
    knots = np.array([tuple(float(c) for c in p) for p in points])
    if len(knots) == 2:
        t = np.linspace(0, 1, samples)[:, None]
        return np.asarray(knots[0] * (1 - t) + knots[1] * t)
    padded = np.concatenate((2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]))
    where = np.linspace(0, len(knots) - 1, samples)
    i = np.minimum(where.astype(int), len(knots) - 2)
    t = (where - i)[:, None]
    p0, p1, p2, p3 = padded[i], padded[i + 1], padded[i + 2], padded[i + 3]
    return np.asarray(
        0.5
        * (
            2 * p1
            + (p2 - p0) * t
            + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
            + (3 * p1 - p0 - 3 * p2 + p3) * t**3
        )
    )


def closed_curve(points: Sequence[Point], per_span: int = 4) -> NDArray[np.float64]:
    """A smooth closed outline through `points` (k, 2): (k · per_span, 2)."""
    knots = np.array([tuple(float(c) for c in p) for p in points])
    p0, p1, p2, p3 = (np.roll(knots, shift, axis=0)[:, None, :] for shift in (1, 0, -1, -2))
    t = (np.arange(per_span) / per_span)[None, :, None]
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.asarray(curve.reshape(-1, knots.shape[1]))
