"""Draws solids into a surface of depths and normals, and measures how much room they take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.projection import FAR, Patch, View, chain, crystal, ellipsoid, plate
from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid, Plate, Solid
from spriteloom.pixels.arrays import Doubles, Mask


@dataclass(frozen=True)
class Surface:
    """What each pixel shows, all (size, size); `part` is the number of the solid, -1 for none."""

    depth: Doubles
    normal: Doubles  # (3, size, size)
    part: NDArray[np.int16]
    ribs: Mask

    @property
    def filled(self) -> Mask:
        return self.part >= 0

    def add(self, patch: Patch, number: int, soft: Doubles) -> None:
        """Draw a patch; the nearest wins, and soft neighbours blend their normals. `soft` of each solid."""
        box = (patch.rows, patch.columns)
        depth, part, below = self.depth[box], self.part[box], self.normal[(slice(None), *box)]
        normal, ahead = np.stack(patch.normal), patch.depth - depth
        wins = patch.inside & (ahead > 0)
        blend = np.minimum(soft[part], soft[number])
        near = patch.inside & (part >= 0) & (blend > 0) & (np.abs(ahead) < blend)
        if near.any():
            share = 0.5 + 0.5 * ahead[near] / blend[near]
            mixed = normal[:, near] * share + below[:, near] * (1 - share)
            length = np.sqrt(mixed[0] * mixed[0] + mixed[1] * mixed[1] + mixed[2] * mixed[2])
            normal[:, near] = below[:, near] = mixed / np.maximum(length, 1e-6)
        np.copyto(depth, patch.depth, where=wins)
        np.copyto(below, normal, where=wins[None])
        np.copyto(part, np.int16(number), where=wins)
        np.copyto(self.ribs[box], False if patch.ribs is None else patch.ribs, where=wins)


def rasterise(solids: list[Solid], view: View, size: int) -> Surface:
    """Draw solids into a (size, size) surface."""
    shape = (size, size)
    empty = np.full(shape, -1, np.int16)
    surface = Surface(np.full(shape, FAR), np.zeros((3, *shape)), empty, np.zeros(shape, np.bool_))
    soft = np.array([s.soft for s in solids])
    for number, solid in enumerate(solids):
        if patch := _patch(solid, view, size):
            surface.add(patch, number, soft)
    return surface


def _patch(solid: Solid, view: View, size: int) -> Patch | None:
    match solid:
        case Ellipsoid():
            return ellipsoid(solid, view, size)
        case Chain():
            return chain(solid, view, size)
        case Crystal():
            return crystal(solid, view, size)
        case Plate():
            return plate(solid, view, size)
    raise AssertionError(f"no way to draw {type(solid).__name__}")


def extent(solids: list[Solid], turn: Doubles) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of solids on the screen, at scale 1; `turn` (3, 3) is the rotation."""
    lows, highs = zip(*(_bounds(solid, turn) for solid in solids), strict=True)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _bounds(solid: Solid, turn: Doubles) -> tuple[Doubles, Doubles]:
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


def _reach(solid: Crystal, facing: Doubles) -> Doubles:
    cosine = np.clip(facing, -1, 1)
    limit = cosine * solid.reach[:, None] + np.sqrt(1 - cosine * cosine) * solid.radius
    return np.asarray(np.minimum(np.where(cosine > 0, limit, solid.radius).min(axis=0), solid.radius))
