"""Solids in, what each pixel sees out: depth, normal, which solid. Knows no color and no creature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.patches import FAR, Patch, chain, crystal, ellipsoid
from spriteloom.data.procedural.plates import plate
from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid, Plate, Solid
from spriteloom.data.procedural.view import View
from spriteloom.pixels.arrays import Doubles


@dataclass(frozen=True)
class Surface:
    """What is seen at each pixel, all (size, size); `part` is the number of the solid, -1 for none."""

    depth: Doubles
    nx: Doubles
    ny: Doubles
    nz: Doubles
    part: NDArray[np.int16]
    ribs: NDArray[np.bool_]

    @property
    def filled(self) -> NDArray[np.bool_]:
        return self.part >= 0


def rasterise(solids: list[Solid], view: View, size: int) -> Surface:
    """Draw solids into a (size, size) surface; the nearest wins, and soft neighbours share their normals."""
    depth = np.full((size, size), FAR)
    normal = np.zeros((3, size, size))
    part = np.full((size, size), -1, np.int16)
    ribs = np.zeros((size, size), np.bool_)
    soft = np.array([s.soft for s in solids])
    for number, solid in enumerate(solids):
        patch = _patch(solid, view, size)
        if patch is not None:
            _composite(patch, number, soft, depth, normal, part, ribs)
    return Surface(depth, normal[0], normal[1], normal[2], part, ribs)


def _composite(
    patch: Patch,
    number: int,
    soft: Doubles,
    depth: Doubles,
    normal: Doubles,
    part: NDArray[np.int16],
    ribs: NDArray[np.bool_],
) -> None:
    box = (patch.rows, patch.columns)
    own = np.stack((patch.nx, patch.ny, patch.nz))
    ahead = patch.depth - depth[box]
    wins = patch.inside & (ahead > 0)
    melt = np.minimum(soft[part[box]], soft[number])
    near = patch.inside & (part[box] >= 0) & (melt > 0) & (np.abs(ahead) < melt)
    if near.any():
        share = 0.5 + 0.5 * ahead[near] / melt[near]
        mixed = own[:, near] * share + normal[(slice(None), *box)][:, near] * (1 - share)
        length = np.sqrt(mixed[0] * mixed[0] + mixed[1] * mixed[1] + mixed[2] * mixed[2])
        mixed = mixed / np.maximum(length, 1e-6)
        own[:, near] = mixed
        normal[(slice(None), *box)][:, near] = mixed
    np.copyto(depth[box], patch.depth, where=wins)
    np.copyto(normal[(slice(None), *box)], own, where=wins[None])
    np.copyto(part[box], np.int16(number), where=wins)
    np.copyto(ribs[box], False if patch.ribs is None else patch.ribs, where=wins)


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
