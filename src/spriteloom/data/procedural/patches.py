"""What is seen of one solid: where, how near, facing which way. Knows no neighbours and no plates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid
from spriteloom.data.procedural.view import View, snap
from spriteloom.pixels.arrays import Doubles

FAR = -1e6  # the depth of nothing


@dataclass(frozen=True)
class Patch:
    """The visible side of one solid inside its box."""

    rows: slice
    columns: slice
    inside: NDArray[np.bool_]
    depth: Doubles
    nx: Doubles
    ny: Doubles
    nz: Doubles
    ribs: NDArray[np.bool_] | None = None


def window(left: float, top: float, right: float, bottom: float, size: int) -> tuple[slice, slice] | None:
    """Rows and columns of a (size, size) picture that hold a box; None if it lies outside."""
    x0, x1 = max(int(left), 0), min(int(right) + 2, size)
    y0, y1 = max(int(top), 0), min(int(bottom) + 2, size)
    return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None


def grid(window: tuple[slice, slice]) -> tuple[Doubles, Doubles]:
    """Pixel centres of a window: x (1, w) and y (h, 1)."""
    rows, columns = window
    ys = np.arange(rows.start, rows.stop) + 0.5
    xs = np.arange(columns.start, columns.stop) + 0.5
    return xs[None, :], ys[:, None]


def ellipsoid(solid: Ellipsoid, view: View, size: int) -> Patch | None:
    cx, cy, cz = (float(c) for c in view.place(solid.centre))
    m = [[float(c) for c in row] for row in view.turn(solid.axes.T).T]
    half = [math.sqrt(row[0] * row[0] + row[1] * row[1] + row[2] * row[2]) for row in m]
    box = window(cx - half[0], cy - half[1], cx + half[0], cy + half[1], size)
    a = _inverse(m)
    if box is None or a is None:
        return None
    q = [[sum(a[k][i] * a[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    xs, ys = grid(box)
    dx, dy = xs - cx, ys - cy
    b = q[0][2] * dx + q[1][2] * dy
    c = q[0][0] * dx * dx + 2 * q[0][1] * dx * dy + q[1][1] * dy * dy - 1
    room = b * b - q[2][2] * c
    inside = room > 1e-9
    dz = (np.sqrt(np.maximum(room, 0)) - b) / q[2][2]
    nx = q[0][0] * dx + q[0][1] * dy + q[0][2] * dz
    ny = q[0][1] * dx + q[1][1] * dy + q[1][2] * dz
    nz = q[0][2] * dx + q[1][2] * dy + q[2][2] * dz
    length = np.maximum(np.sqrt(nx * nx + ny * ny + nz * nz), 1e-9)
    return Patch(*box, inside, cz + dz, nx / length, ny / length, nz / length)


def _inverse(m: list[list[float]]) -> list[list[float]] | None:
    """The inverse of a 3×3 matrix by cofactors, in one fixed order of operations; None when it is flat."""
    (a, b, c), (d, e, f), (g, h, i) = m
    A, B, C = e * i - f * h, f * g - d * i, d * h - e * g
    det = a * A + b * B + c * C
    if abs(det) < 1e-6:
        return None
    rows = (
        (A, c * h - b * i, b * f - c * e),
        (B, a * i - c * g, c * d - a * f),
        (C, b * g - a * h, a * e - b * d),
    )
    return [[v / det for v in row] for row in rows]


def chain(solid: Chain, view: View, size: int) -> Patch | None:
    centres = view.place(solid.centres)
    radii = snap(solid.radii * view.scale)
    low, high = (centres[:, :2] - radii[:, None]).min(axis=0), (centres[:, :2] + radii[:, None]).max(axis=0)
    box = window(float(low[0]), float(low[1]), float(high[0]), float(high[1]), size)
    if box is None:
        return None
    xs, ys = grid(box)
    dx, dy = (
        xs[None] - centres[:, 0, None, None],
        ys[None] - centres[:, 1, None, None],
    )  # (k, 1, w), (k, h, 1)
    room = (radii * radii)[:, None, None] - dx * dx - dy * dy
    lift = np.sqrt(np.maximum(room, 0))
    height = np.where(room > 0, lift + centres[:, 2, None, None], FAR)
    first = height.argmax(axis=0)
    take = np.ogrid[: first.shape[0], : first.shape[1]]
    depth = height[first, take[0], take[1]]
    r = np.maximum(radii[first], 1e-6)
    nx = (xs - centres[first, 0]) / r
    ny = (ys - centres[first, 1]) / r
    nz = lift[first, take[0], take[1]] / r
    return Patch(*box, depth > FAR / 2, depth, *_smooth(centres, first, nx, ny, nz))


def _smooth(
    centres: Doubles, first: NDArray[np.intp], nx: Doubles, ny: Doubles, nz: Doubles
) -> tuple[Doubles, Doubles, Doubles]:
    """The normals of beads made those of a tube: what points along it is taken out, but for the caps."""
    ahead = np.concatenate(
        (centres[1:2] - centres[:1], centres[2:] - centres[:-2], centres[-1:] - centres[-2:-1])
    )
    length = np.sqrt(ahead[:, 0] * ahead[:, 0] + ahead[:, 1] * ahead[:, 1] + ahead[:, 2] * ahead[:, 2])
    tx, ty, tz = (ahead / np.maximum(length, 1e-6)[:, None]).T
    tx, ty, tz = tx[first], ty[first], tz[first]
    along = nx * tx + ny * ty + nz * tz
    last = len(centres) - 1
    along = np.where((first == 0) & (along < 0) | (first == last) & (along > 0), 0.0, along)
    sx, sy, sz = nx - along * tx, ny - along * ty, nz - along * tz
    norm = np.maximum(np.sqrt(sx * sx + sy * sy + sz * sz), 1e-6)
    return sx / norm, sy / norm, sz / norm


def crystal(solid: Crystal, view: View, size: int) -> Patch | None:
    cx, cy, cz = (float(c) for c in view.place(solid.centre))
    normals = snap(view.turn(solid.normals) / view.scale)
    reach = snap(solid.reach * view.scale)
    r = solid.radius * view.scale
    box = window(cx - r, cy - r, cx + r, cy + r, size)
    if box is None:
        return None
    xs, ys = grid(box)
    dx, dy = xs[None] - cx, ys[None] - cy
    slack = reach[:, None, None] - normals[:, 0, None, None] * dx - normals[:, 1, None, None] * dy
    facing = normals[:, 2] > 1e-3
    backing = normals[:, 2] < -1e-3
    edge = ~(facing | backing)
    if not facing.any() or not backing.any():
        return None
    fronts = slack[facing] / normals[facing, 2, None, None]
    back = (slack[backing] / normals[backing, 2, None, None]).max(axis=0)
    which = fronts.argmin(axis=0)
    front = fronts.min(axis=0)
    inside = (front >= back) & (slack[edge] >= 0).all(axis=0)
    seen = normals[facing][which]
    return Patch(*box, inside, cz + front, seen[..., 0], seen[..., 1], seen[..., 2])
