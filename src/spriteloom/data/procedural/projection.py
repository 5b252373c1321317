"""What the screen shows of one solid: where it is, how near, and which way it faces.

Screen space is rounded to 1/1024 pixel. After that only + - × ÷ and square roots are used, which IEEE 754
defines exactly, so a creature is the same picture on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid, Plate
from spriteloom.pixels.arrays import Doubles, Mask

Vec3 = tuple[float, float, float]
Normal = tuple[Doubles, Doubles, Doubles]  # x, y, z
FAR = -1e6  # the depth of empty pixels
_RIB = 0.62  # half the width of a rib, in pixels


@dataclass(frozen=True)
class View:
    """`matrix @ p + shift` is a point of the creature in pixels: x right, y down, depth towards the viewer."""

    matrix: Doubles  # (3, 3)
    shift: Doubles  # (3,)
    scale: float  # pixels per unit, for radii

    def place(self, points: Doubles) -> Doubles:
        """(k, 3) or (3,) points of the creature → the same in pixels, rounded."""
        return snap(points @ self.matrix.T + self.shift)

    def turn(self, directions: Doubles) -> Doubles:
        """Directions (k, 3) or (3,), scaled to pixels, rounded."""
        return snap(directions @ self.matrix.T)

    def unplace(self, pixels: Doubles) -> Doubles:
        """Screen points (n, 3) back in the creature's space, rounded."""
        x, y, z = (pixels - self.shift).T
        m = self.matrix / (self.scale * self.scale)
        return snap(np.stack([x * m[0, i] + y * m[1, i] + z * m[2, i] for i in range(3)], axis=1))


def snap(values: Doubles) -> Doubles:
    """`values` at the nearest 1/1024."""
    return np.asarray(np.round(values * 1024) / 1024)


@dataclass(frozen=True)
class Patch:
    """The visible side of one solid in its box."""

    rows: slice
    columns: slice
    inside: Mask
    depth: Doubles
    normal: Normal
    ribs: Mask | None = None


def window(left: float, top: float, right: float, bottom: float, size: int) -> tuple[slice, slice] | None:
    """Rows and columns of a (size, size) picture that hold a box; None if the box is outside."""
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
    return Patch(*box, inside, cz + dz, (nx / length, ny / length, nz / length))


def _inverse(m: list[list[float]]) -> list[list[float]] | None:
    """The inverse of a 3×3 matrix by cofactors, always in the same order of operations; None if singular."""
    (a, b, c), (d, e, f), (g, h, i) = m
    A, B, C = e * i - f * h, f * g - d * i, d * h - e * g
    det = a * A + b * B + c * C
    if abs(det) < 1e-6:
        return None
    first, second = (A, c * h - b * i, b * f - c * e), (B, a * i - c * g, c * d - a * f)
    return [[v / det for v in row] for row in (first, second, (C, b * g - a * h, a * e - b * d))]


def chain(solid: Chain, view: View, size: int) -> Patch | None:
    centres = view.place(solid.centres)
    radii = snap(solid.radii * view.scale)
    low, high = (centres[:, :2] - radii[:, None]).min(axis=0), (centres[:, :2] + radii[:, None]).max(axis=0)
    box = window(float(low[0]), float(low[1]), float(high[0]), float(high[1]), size)
    if box is None:
        return None
    xs, ys = grid(box)
    dx, dy = xs[None] - centres[:, 0, None, None], ys[None] - centres[:, 1, None, None]
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
    return Patch(*box, depth > FAR / 2, depth, _smooth(centres, first, (nx, ny, nz)))


def _smooth(centres: Doubles, first: NDArray[np.intp], normal: Normal) -> Normal:
    """The normals of a tube instead of spheres: without the part along the tube, except at its ends."""
    nx, ny, nz = normal
    ends = centres[1:2] - centres[:1], centres[-1:] - centres[-2:-1]
    ahead = np.concatenate((ends[0], centres[2:] - centres[:-2], ends[1]))
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
    return Patch(*box, inside, cz + front, (seen[..., 0], seen[..., 1], seen[..., 2]))


def plate(solid: Plate, view: View, size: int) -> Patch | None:
    ox, oy, oz = (float(c) for c in view.place(solid.origin))
    oz += solid.lead * view.scale
    if solid.u is None or solid.v is None:
        u, v = np.array((view.scale, 0.0, 0.0)), np.array((0.0, -view.scale, 0.0))
    else:
        u, v = view.turn(solid.u), view.turn(solid.v)
    (ux, uy, uz), (vx, vy, vz) = (tuple(float(c) for c in w) for w in (snap(u), snap(v)))
    det = ux * vy - uy * vx
    if abs(det) < 0.12 * view.scale * view.scale:
        return None  # seen from its edge
    outline = snap(solid.outline)
    px, py = ox + outline[:, 0] * ux + outline[:, 1] * vx, oy + outline[:, 0] * uy + outline[:, 1] * vy
    box = window(float(px.min()), float(py.min()), float(px.max()), float(py.max()), size)
    if box is None:
        return None
    xs, ys = grid(box)
    dx, dy = xs - ox, ys - oy
    a, b = (dx * vy - dy * vx) / det, (ux * dy - uy * dx) / det
    normal = _curled(solid, a, b, ((ux, uy, uz), (vx, vy, vz)))
    inside = _within(px, py, xs, ys)
    ribs = None if solid.ribs is None else _near_ribs(snap(solid.ribs), a, b, _RIB / view.scale)
    return Patch(*box, inside, oz + a * uz + b * vz, normal, ribs)


def _curled(solid: Plate, a: Doubles, b: Doubles, axes: tuple[Vec3, Vec3]) -> Normal:
    """The plate's normal, turned outwards towards the rim, so that it shades like a thick leaf."""
    low, high = snap(solid.outline.min(axis=0)), snap(solid.outline.max(axis=0))
    (ma, mb), (ra, rb) = ((low + high) / 2).tolist(), np.maximum((high - low) / 2, 1e-3).tolist()
    (ux, uy, uz), (vx, vy, vz) = _normalised(*axes[0]), _normalised(*axes[1])
    x, y, z = _normalised(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx)
    sign = 1.0 if z > 0 else -1.0
    s, t = solid.curl * (a - ma) / ra, solid.curl * (b - mb) / rb
    nx, ny, nz = sign * x + s * ux + t * vx, sign * y + s * uy + t * vy, sign * z + s * uz + t * vz
    norm = np.sqrt(nx * nx + ny * ny + nz * nz)
    return nx / norm, ny / norm, nz / norm


def _normalised(x: float, y: float, z: float) -> Vec3:
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


def _within(px: Doubles, py: Doubles, xs: Doubles, ys: Doubles) -> Mask:
    """Which pixel centres lie inside a polygon, by the even-odd rule."""
    qx, qy = np.roll(px, -1), np.roll(py, -1)
    rise = qy - py
    rise = np.where(rise == 0, 1e-9, rise)
    y = ys[:, 0][:, None]  # (h, k) from here on: where each edge crosses each row
    crosses = (py[None] > y) != (qy[None] > y)
    meets = np.where(crosses, px[None] + (y - py[None]) * ((qx - px) / rise)[None], np.inf)
    meets = np.sort(meets, axis=1)
    n = int(crosses.sum(axis=1).max(initial=0))
    return np.asarray((xs[0][None, :, None] >= meets[:, None, :n]).sum(axis=2) % 2 == 1)


def _near_ribs(ribs: Doubles, a: Doubles, b: Doubles, width: float) -> Mask:
    near = np.zeros(np.broadcast_shapes(a.shape, b.shape), np.bool_)
    for a0, b0, a1, b1 in ribs.tolist():
        da, db = a1 - a0, b1 - b0
        t = np.clip(((a - a0) * da + (b - b0) * db) / max(da * da + db * db, 1e-9), 0, 1)
        ea, eb = a - a0 - t * da, b - b0 - t * db
        near |= ea * ea + eb * eb < width * width
    return near
