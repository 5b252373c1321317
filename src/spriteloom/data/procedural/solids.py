"""The solids and markings a creature is made of, in its own space: x to its left, y up, z forward.

A solid's `tag` is the body region that markings select. `soft` is the depth over which its shading blends with a
neighbour's (0: a clean edge). `crisp` draws a line where it lies over another solid.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypedDict

import numpy as np

from spriteloom.pixels.arrays import Doubles, Mask

Vec = Doubles  # (3,)
Point = Sequence[float] | Vec


class Material(IntEnum):
    """The material of a surface; `shading.RAMPS` has the color roles of each."""

    BODY = 0
    DEEP = 1  # a tone darker than the body
    BELLY = 2
    ACCENT = 3
    BONE = 4
    GLOW = 5
    PALE = 6  # a tone lighter than the accent
    METAL = 7  # the body's color, polished
    INK = 8


class Look(TypedDict, total=False):
    """What `Body` passes on to a solid."""

    tag: str
    soft: float
    crisp: bool


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
    axes: Doubles  # (3, 3)


@dataclass(frozen=True, kw_only=True)
class Chain(Solid):
    """Spheres along a line, near enough to look like one tapered limb."""

    tag: str = "limb"
    soft: float = 2.0
    centres: Doubles  # (k, 3)
    radii: Doubles  # (k,)


@dataclass(frozen=True, kw_only=True)
class Crystal(Solid):
    """A convex solid with flat faces: all points p with normals @ (p - centre) ≤ reach."""

    tag: str = "ornament"
    soft: float = 0.0
    crisp: bool = True
    centre: Vec
    normals: Doubles  # (k, 3), unit
    reach: Doubles  # (k,)
    radius: float  # the largest distance of a point from the centre


@dataclass(frozen=True, kw_only=True)
class Plate(Solid):
    """A flat shape: outline points `origin + a·u + b·v`. It always faces the viewer if `u` and `v` are None."""

    tag: str = "ornament"
    soft: float = 0.0
    crisp: bool = True
    origin: Vec
    outline: Doubles  # (k, 2)
    u: Vec | None = None
    v: Vec | None = None
    ribs: Doubles | None = None  # (m, 4): a0 b0 a1 b1
    curl: float = 0.6
    lead: float = 0.0  # how much nearer to the viewer it is drawn


@dataclass(frozen=True, kw_only=True)
class Mark(ABC):
    """A marking: skin of the material `onto`, on solids with one of `tags`, becomes `into` where it `covers`."""

    into: Material
    onto: Material = Material.BODY
    tags: tuple[str, ...] = ("body",)

    @abstractmethod
    def covers(self, points: Doubles) -> Mask:
        """Which of the points (n, 3) of the skin it covers: (n,)."""


@dataclass(frozen=True, kw_only=True)
class Patches(Mark):
    """Bellies, spots and masks: the inside of ellipsoids with upright axes."""

    centres: Doubles  # (k, 3)
    radii: Doubles  # (k, 3)

    def covers(self, points: Doubles) -> Mask:
        near = np.zeros(len(points), np.bool_)
        for centre, radius in zip(self.centres, self.radii, strict=True):
            away = (points - centre) / radius
            near |= away[:, 0] * away[:, 0] + away[:, 1] * away[:, 1] + away[:, 2] * away[:, 2] < 1
        return near


@dataclass(frozen=True, kw_only=True)
class Bands(Mark):
    """Stripes across `axis`, the first `duty` of each `period`, bent by `zig`, where `side` is above `edge`."""

    origin: Vec
    axis: Vec
    period: float
    duty: float
    side: Vec
    edge: float
    across: Vec
    zig: float = 0.0

    def covers(self, points: Doubles) -> Mask:
        away = points - self.origin
        along = _dot(away, self.axis)
        if self.zig:
            wave = _dot(away, self.across) / (self.period * 1.3)
            along = along + self.zig * np.abs(wave - np.floor(wave) - 0.5) * self.period
        phase = along / self.period
        return np.asarray((phase - np.floor(phase) < self.duty) & (_dot(away, self.side) > self.edge))


def _dot(points: Doubles, direction: Vec) -> Doubles:
    x, y, z = (float(c) for c in direction)
    return np.asarray(points[:, 0] * x + points[:, 1] * y + points[:, 2] * z)


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


def frame(direction: Point) -> Doubles:
    """Three unit axes as columns: sideways, along `direction`, and forwards."""
    along = unit(direction)
    helper = vec(0, 0, 1) if abs(float(along[2])) < 0.9 else vec(0, -1, 0)
    side = unit(cross(along, helper))
    return np.stack((side, along, cross(side, along)), axis=1)


def spline(points: Sequence[Point], samples: int) -> Doubles:
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
    return _catmull_rom(p0, p1, p2, p3, t)


def closed_curve(points: Sequence[Point], per_span: int = 4) -> Doubles:
    """A smooth closed outline through `points` (k, 2): (k · per_span, 2)."""
    knots = np.array([tuple(float(c) for c in p) for p in points])
    p0, p1, p2, p3 = (np.roll(knots, shift, axis=0)[:, None, :] for shift in (1, 0, -1, -2))
    t = (np.arange(per_span) / per_span)[None, :, None]
    return _catmull_rom(p0, p1, p2, p3, t).reshape(-1, knots.shape[1])


def _catmull_rom(p0: Doubles, p1: Doubles, p2: Doubles, p3: Doubles, t: Doubles) -> Doubles:
    square, cube = (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2, (3 * p1 - p0 - 3 * p2 + p3) * t**3
    return np.asarray(0.5 * (2 * p1 + (p2 - p0) * t + square + cube))
