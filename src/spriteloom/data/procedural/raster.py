"""Solids in, what each pixel sees out: depth, normal, material. Knows no colour and no creature.

Everything is rounded to 1/1024 pixel once it is in screen space. From there on only + - × ÷ and square roots are used,
which IEEE 754 defines to the last bit, so the same creature is the same picture on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid, Plate, Solid

Floats = NDArray[np.float64]
Vec3 = tuple[float, float, float]
_FAR = -1e6
_RIB = 0.62  # half the width of a rib, in pixels


@dataclass(frozen=True)
class View:
    """Creature space to screen: `matrix @ p + shift`, giving x right, y down, depth towards the viewer, in pixels."""

    matrix: Floats  # (3, 3)
    shift: Floats  # (3,)
    scale: float  # pixels per unit, for radii

    def place(self, points: Floats) -> Floats:
        """(k, 3) or (3,) points of the creature → the same in pixels, rounded."""
        return _snap(points @ self.matrix.T + self.shift)

    def turn(self, directions: Floats) -> Floats:
        return _snap(directions @ self.matrix.T)


@dataclass(frozen=True)
class Surface:
    """What is seen at each pixel, all (size, size); `part` is the index of the solid, -1 where there is none."""

    depth: Floats
    nx: Floats
    ny: Floats
    nz: Floats
    part: NDArray[np.int16]
    ribs: NDArray[np.bool_]

    @property
    def filled(self) -> NDArray[np.bool_]:
        return self.part >= 0


@dataclass(frozen=True)
class _Patch:
    """The visible side of one solid inside its box."""

    rows: slice
    columns: slice
    inside: NDArray[np.bool_]
    depth: Floats
    nx: Floats
    ny: Floats
    nz: Floats
    ribs: NDArray[np.bool_] | None = None


def _snap(values: Floats) -> Floats:
    return np.asarray(np.round(values * 1024) / 1024)


def rasterise(solids: list[Solid], view: View, size: int) -> Surface:
    """Draw solids into a (size, size) surface; the nearest wins, and soft neighbours share their normals."""
    depth = np.full((size, size), _FAR)
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
    patch: _Patch,
    number: int,
    soft: Floats,
    depth: Floats,
    normal: Floats,
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


def _patch(solid: Solid, view: View, size: int) -> _Patch | None:
    match solid:
        case Ellipsoid():
            return _ellipsoid(solid, view, size)
        case Chain():
            return _chain(solid, view, size)
        case Crystal():
            return _crystal(solid, view, size)
        case Plate():
            return _plate(solid, view, size)
    raise AssertionError(f"no way to draw {type(solid).__name__}")


def _window(left: float, top: float, right: float, bottom: float, size: int) -> tuple[slice, slice] | None:
    x0, x1 = max(int(left), 0), min(int(right) + 2, size)
    y0, y1 = max(int(top), 0), min(int(bottom) + 2, size)
    return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None


def _grid(window: tuple[slice, slice]) -> tuple[Floats, Floats]:
    rows, columns = window
    ys = np.arange(rows.start, rows.stop) + 0.5
    xs = np.arange(columns.start, columns.stop) + 0.5
    return xs[None, :], ys[:, None]


def _ellipsoid(solid: Ellipsoid, view: View, size: int) -> _Patch | None:
    cx, cy, cz = (float(c) for c in view.place(solid.centre))
    m = [[float(c) for c in row] for row in view.turn(solid.axes.T).T]
    half = [math.sqrt(row[0] * row[0] + row[1] * row[1] + row[2] * row[2]) for row in m]
    window = _window(cx - half[0], cy - half[1], cx + half[0], cy + half[1], size)
    a = _inverse(m)
    if window is None or a is None:
        return None
    q = [[sum(a[k][i] * a[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    xs, ys = _grid(window)
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
    return _Patch(*window, inside, cz + dz, nx / length, ny / length, nz / length)


def _inverse(m: list[list[float]]) -> list[list[float]] | None:
    """The inverse of a 3×3 matrix by cofactors, in one fixed order of operations; None when it is flat."""
    (a, b, c), (d, e, f), (g, h, i) = m
    A, B, C = e * i - f * h, f * g - d * i, d * h - e * g
    det = a * A + b * B + c * C
    if abs(det) < 1e-6:
        return None
    rows = ((A, c * h - b * i, b * f - c * e), (B, a * i - c * g, c * d - a * f), (C, b * g - a * h, a * e - b * d))
    return [[v / det for v in row] for row in rows]


def _chain(solid: Chain, view: View, size: int) -> _Patch | None:
    centres = view.place(solid.centres)
    radii = _snap(solid.radii * view.scale)
    low, high = (centres[:, :2] - radii[:, None]).min(axis=0), (centres[:, :2] + radii[:, None]).max(axis=0)
    window = _window(float(low[0]), float(low[1]), float(high[0]), float(high[1]), size)
    if window is None:
        return None
    xs, ys = _grid(window)
    dx, dy = xs[None] - centres[:, 0, None, None], ys[None] - centres[:, 1, None, None]  # (k, 1, w), (k, h, 1)
    room = (radii * radii)[:, None, None] - dx * dx - dy * dy
    lift = np.sqrt(np.maximum(room, 0))
    height = np.where(room > 0, lift + centres[:, 2, None, None], _FAR)
    first = height.argmax(axis=0)
    take = np.ogrid[: first.shape[0], : first.shape[1]]
    depth = height[first, take[0], take[1]]
    r = np.maximum(radii[first], 1e-6)
    nx = (xs - centres[first, 0]) / r
    ny = (ys - centres[first, 1]) / r
    nz = lift[first, take[0], take[1]] / r
    return _Patch(*window, depth > _FAR / 2, depth, *_smooth(centres, first, nx, ny, nz))


def _smooth(
    centres: Floats, first: NDArray[np.intp], nx: Floats, ny: Floats, nz: Floats
) -> tuple[Floats, Floats, Floats]:
    """Bead normals made those of a tube: the part along the limb is taken out, but for the caps at both ends."""
    ahead = np.concatenate((centres[1:2] - centres[:1], centres[2:] - centres[:-2], centres[-1:] - centres[-2:-1]))
    length = np.sqrt(ahead[:, 0] * ahead[:, 0] + ahead[:, 1] * ahead[:, 1] + ahead[:, 2] * ahead[:, 2])
    tx, ty, tz = (ahead / np.maximum(length, 1e-6)[:, None]).T
    tx, ty, tz = tx[first], ty[first], tz[first]
    along = nx * tx + ny * ty + nz * tz
    last = len(centres) - 1
    along = np.where((first == 0) & (along < 0) | (first == last) & (along > 0), 0.0, along)
    sx, sy, sz = nx - along * tx, ny - along * ty, nz - along * tz
    norm = np.maximum(np.sqrt(sx * sx + sy * sy + sz * sz), 1e-6)
    return sx / norm, sy / norm, sz / norm


def _crystal(solid: Crystal, view: View, size: int) -> _Patch | None:
    cx, cy, cz = (float(c) for c in view.place(solid.centre))
    normals = _snap(view.turn(solid.normals) / view.scale)
    reach = _snap(solid.reach * view.scale)
    r = solid.radius * view.scale
    window = _window(cx - r, cy - r, cx + r, cy + r, size)
    if window is None:
        return None
    xs, ys = _grid(window)
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
    return _Patch(*window, inside, cz + front, seen[..., 0], seen[..., 1], seen[..., 2])


def _plate(solid: Plate, view: View, size: int) -> _Patch | None:
    ox, oy, oz = (float(c) for c in view.place(solid.origin))
    oz += solid.lead * view.scale
    if solid.u is None or solid.v is None:
        u, v = np.array((view.scale, 0.0, 0.0)), np.array((0.0, -view.scale, 0.0))
    else:
        u, v = view.turn(solid.u), view.turn(solid.v)
    (ux, uy, uz), (vx, vy, vz) = (tuple(float(c) for c in w) for w in (_snap(u), _snap(v)))
    det = ux * vy - uy * vx
    if abs(det) < 0.12 * view.scale * view.scale:
        return None  # seen from its edge
    outline = _snap(solid.outline)
    px, py = ox + outline[:, 0] * ux + outline[:, 1] * vx, oy + outline[:, 0] * uy + outline[:, 1] * vy
    window = _window(float(px.min()), float(py.min()), float(px.max()), float(py.max()), size)
    if window is None:
        return None
    xs, ys = _grid(window)
    dx, dy = xs - ox, ys - oy
    a, b = (dx * vy - dy * vx) / det, (ux * dy - uy * dx) / det
    nx, ny, nz = _curled(solid, a, b, ((ux, uy, uz), (vx, vy, vz)))
    inside = _within(px, py, xs, ys)
    ribs = None if solid.ribs is None else _near_ribs(_snap(solid.ribs), a, b, _RIB / view.scale)
    return _Patch(*window, inside, oz + a * uz + b * vz, nx, ny, nz, ribs)


def _curled(solid: Plate, a: Floats, b: Floats, axes: tuple[Vec3, Vec3]) -> tuple[Floats, Floats, Floats]:
    """The plate's normal, leaning outwards towards its rim so that it shades like a thick leaf."""
    low, high = _snap(solid.outline.min(axis=0)), _snap(solid.outline.max(axis=0))
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


def _within(px: Floats, py: Floats, xs: Floats, ys: Floats) -> NDArray[np.bool_]:
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


def _near_ribs(ribs: Floats, a: Floats, b: Floats, width: float) -> NDArray[np.bool_]:
    near = np.zeros(np.broadcast_shapes(a.shape, b.shape), np.bool_)
    for a0, b0, a1, b1 in ribs.tolist():
        da, db = a1 - a0, b1 - b0
        t = np.clip(((a - a0) * da + (b - b0) * db) / max(da * da + db * db, 1e-9), 0, 1)
        ea, eb = a - a0 - t * da, b - b0 - t * db
        near |= ea * ea + eb * eb < width * width
    return near
