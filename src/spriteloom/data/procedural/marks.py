"""Markings: regions of a body's own space where its skin has another material. Knows no pixels.

They live in the creature's space, not on the screen, so its front and its back agree about its stripes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.solids import Material, Vec

Points = NDArray[np.float64]  # (n, 3)
Inside = NDArray[np.bool_]  # (n,)


@dataclass(frozen=True, kw_only=True)
class Mark(ABC):
    """Skin of the material `onto`, on solids with one of `tags`, becomes `into` where `covers` says so."""

    into: Material
    onto: Material = Material.BODY
    tags: tuple[str, ...] = ("body",)

    @abstractmethod
    def covers(self, points: Points) -> Inside:
        """Which points of the skin it lies on."""


@dataclass(frozen=True, kw_only=True)
class Patches(Mark):
    """Everything inside any of some ellipsoids with upright axes: bellies, spots, masks."""

    centres: Points  # (k, 3)
    radii: Points  # (k, 3)

    def covers(self, points: Points) -> Inside:
        near = np.zeros(len(points), np.bool_)
        for centre, radius in zip(self.centres, self.radii, strict=True):
            away = (points - centre) / radius
            near |= away[:, 0] * away[:, 0] + away[:, 1] * away[:, 1] + away[:, 2] * away[:, 2] < 1
        return near


@dataclass(frozen=True, kw_only=True)
class Bands(Mark):
    """Stripes across `axis`, `period` apart, the first `duty` of each; `zig` bends them along `across`.

    Only where `side @ (p - origin)` is above `edge`.
    """

    origin: Vec
    axis: Vec
    period: float
    duty: float
    side: Vec
    edge: float
    across: Vec
    zig: float = 0.0

    def covers(self, points: Points) -> Inside:
        away = points - self.origin
        along = _dot(away, self.axis)
        if self.zig:
            wave = _dot(away, self.across) / (self.period * 1.3)
            along = along + self.zig * np.abs(wave - np.floor(wave) - 0.5) * self.period
        phase = along / self.period
        return np.asarray((phase - np.floor(phase) < self.duty) & (_dot(away, self.side) > self.edge))


def _dot(points: Points, direction: Vec) -> NDArray[np.float64]:
    x, y, z = (float(c) for c in direction)
    return np.asarray(points[:, 0] * x + points[:, 1] * y + points[:, 2] * z)
