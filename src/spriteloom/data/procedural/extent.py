"""How much room solids take on the screen, before anything is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid, Plate, Solid


def extent(solids: list[Solid], turn: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of solids on the screen, at scale one."""
    lows, highs = [], []
    for solid in solids:
        low, high = _bounds(solid, turn)
        lows.append(low)
        highs.append(high)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _bounds(solid: Solid, turn: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    match solid:
        case Ellipsoid():
            centre, axes = turn @ solid.centre, turn @ solid.axes
            half = np.sqrt((axes * axes).sum(axis=1))
            return (centre - half)[:2], (centre + half)[:2]
        case Chain():
            at = (solid.centres @ turn.T)[:, :2]
            return (at - solid.radii[:, None]).min(axis=0), (at + solid.radii[:, None]).max(axis=0)
        case Crystal():
            at = (turn @ solid.centre)[:2]
            facing = (solid.normals @ turn.T)[:, :2]  # cosines of each face's normal to right and down
            return at - _reach(solid, -facing), at + _reach(solid, facing)
        case Plate():
            u = np.array((1.0, 0, 0)) if solid.u is None else turn @ solid.u
            v = np.array((0, -1.0, 0)) if solid.v is None else turn @ solid.v
            at = (turn @ solid.origin + solid.outline[:, :1] * u + solid.outline[:, 1:] * v)[:, :2]
            return at.min(axis=0), at.max(axis=0)
    raise AssertionError(f"no bounds of {type(solid).__name__}")


def _reach(solid: Crystal, facing: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a crystal can reach to either side (2,): a face at an angle lets no point beyond this."""
    cosine = np.clip(facing, -1, 1)
    limit = cosine * solid.reach[:, None] + np.sqrt(1 - cosine * cosine) * solid.radius
    return np.asarray(np.minimum(np.where(cosine > 0, limit, solid.radius).min(axis=0), solid.radius))
