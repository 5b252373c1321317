"""What is seen of one flat solid: an outline in a plane, with ribs and a curl. Knows no neighbours."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.patches import Patch, grid, window
from spriteloom.data.procedural.solids import Plate
from spriteloom.data.procedural.view import View, snap
from spriteloom.pixels.arrays import Doubles

Vec3 = tuple[float, float, float]
_RIB = 0.62  # half the width of a rib, in pixels


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
    nx, ny, nz = _curled(solid, a, b, ((ux, uy, uz), (vx, vy, vz)))
    inside = _within(px, py, xs, ys)
    ribs = None if solid.ribs is None else _near_ribs(snap(solid.ribs), a, b, _RIB / view.scale)
    return Patch(*box, inside, oz + a * uz + b * vz, nx, ny, nz, ribs)


def _curled(
    solid: Plate, a: Doubles, b: Doubles, axes: tuple[Vec3, Vec3]
) -> tuple[Doubles, Doubles, Doubles]:
    """The plate's normal, leaning outwards towards its rim so that it shades like a thick leaf."""
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


def _within(px: Doubles, py: Doubles, xs: Doubles, ys: Doubles) -> NDArray[np.bool_]:
    """Even-odd rule for all pixel centres at once."""
    qx, qy = np.roll(px, -1), np.roll(py, -1)
    rise = qy - py
    rise = np.where(rise == 0, 1e-9, rise)
    y = ys[:, 0][:, None]  # (h, k) from here on: where each edge crosses each row
    crosses = (py[None] > y) != (qy[None] > y)
    meets = np.where(crosses, px[None] + (y - py[None]) * ((qx - px) / rise)[None], np.inf)
    meets = np.sort(meets, axis=1)
    n = int(crosses.sum(axis=1).max(initial=0))
    return np.asarray((xs[0][None, :, None] >= meets[:, None, :n]).sum(axis=2) % 2 == 1)


def _near_ribs(ribs: Doubles, a: Doubles, b: Doubles, width: float) -> NDArray[np.bool_]:
    near = np.zeros(np.broadcast_shapes(a.shape, b.shape), np.bool_)
    for a0, b0, a1, b1 in ribs.tolist():
        da, db = a1 - a0, b1 - b0
        t = np.clip(((a - a0) * da + (b - b0) * db) / max(da * da + db * db, 1e-9), 0, 1)
        ea, eb = a - a0 - t * da, b - b0 - t * db
        near |= ea * ea + eb * eb < width * width
    return near
