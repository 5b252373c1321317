"""Bodies that swim or slither: fish, squiggle."""

from __future__ import annotations

import math

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.plans.parts import SIDES, belly, fan, fin, muzzle, skull, spine
from spriteloom.data.procedural.solids import Material, vec

Path = list[tuple[float, float, float]]


def fish(b: Body) -> None:
    """A body that is its own tail, with fins."""
    g = b.chance
    build = g.pick(("round", "long", "deep"))
    rx, ry, rz = {"round": (11.5, 12.5, 14.0), "long": (7.5, 8.5, 18.0), "deep": (7.5, 15.0, 14.0)}[build]
    y = 20.0
    swing = b.pose.sway * 1.8
    b.lump((0, y, 2), (rx, ry, rz), soft=4.0)
    rear = [(0, y, -rz * 0.3), (swing * 0.4, y, -rz * 0.85), (swing, y + 0.5, -rz * 1.2)]
    b.limb(rear, [min(rx, ry) * 0.86, min(rx, ry) * 0.5, 2.4], tag="body", soft=4.0)
    spread = {"round": 0.62, "long": 0.86, "deep": 0.80}[build]
    head = Head(centre=vec(0, y, 2), radii=vec(rx, ry, rz), spread=spread, lift=0.16, mouth_lift=-0.22)
    b.heads.append(head)
    belly(b, (0, y - ry * 0.85, 3), (rx * 1.1, ry * 0.72, rz * 1.15))
    span = g.between(8.5, 11.5)
    root = (swing, y + 0.5, -rz * 1.18)
    b.plate(root, (swing * 0.08, 0.0, -1), (0, 1, 0), _tail_fin(g.pick(("fork", "fan", "moon")), span))
    back_fin = fin(rz * 1.05, ry * g.between(0.45, 0.8), g.pick((3, 4)))
    b.plate((0, y + ry * 0.9, 1), (0, 0.12, -1), (0, 1, 0.1), back_fin)
    if g.happens(0.5):
        b.plate((0, y - ry * 0.86, -2), (0, -0.1, -1), (0, -1, 0), fin(rz * 0.7, ry * 0.42, 3))
    for side in SIDES:
        at, u = (side * rx * 0.86, y - ry * 0.22, rz * 0.25), (side * 0.75, -0.35 + b.pose.flap * 0.25, -0.62)
        b.plate(at, u, (side * 0.2, 0.9, -0.2), fan(span * 0.95, span * 0.62, 3))
    d = vec(0, 1, 0.25)
    b.spot("crown", vec(0, y, 2) + vec(rx, ry, rz) * d * 0.9, d, 9)
    b.spot("brow", vec(0, y + ry * 0.5, 2 + rz * 0.8), (0, 0.5, 0.8), 9)
    for side in SIDES:
        b.spot("ears", (side * rx * 0.55, y + ry * 0.72, rz * 0.35), (side * 0.6, 0.8, 0), 8)
        b.spot("temples", (side * rx * 0.82, y + ry * 0.05, -rz * 0.3), (side, 0.2, -0.5), 7)
        b.spot("cheeks", (side * rx * 0.8, y - ry * 0.2, rz * 0.5), (side, -0.2, 0.5), 8)


_TAIL_FINS = {  # the upper half, in shares of the span; the last point is on the middle line
    "fork": ((0.5, 0.6), (1.1, 1.0), (0.95, 0.4), (0.6, 0.0)),
    "fan": ((0.4, 0.62), (0.9, 0.82), (1.12, 0.4), (1.05, 0.0)),
    "moon": ((0.25, 0.5), (0.5, 1.15), (0.72, 0.5), (0.66, 0.0)),
}


def _tail_fin(kind: str, span: float) -> list[tuple[float, float]]:
    upper = [(span * x, span * y) for x, y in _TAIL_FINS[kind]]
    return [(-2, 1.5), *upper, *((x, -y) for x, y in upper[-2::-1]), (-2, -1.5)]


def squiggle(b: Body) -> None:
    """A long body without limbs: coiled, rearing up or in waves."""
    g = b.chance
    thick = g.between(4.8, 6.2)
    neck = g.pick((_coil, _rear, _wave))(b, thick)
    b.limb(neck, [thick * f for f in (1.0, 0.96, 0.9, 0.86)[: len(neck)]], tag="body", soft=2.0)
    x, y, z = neck[-1]
    r = thick * g.between(1.42, 1.66)
    head = skull(b, (x, y + r * 0.55, z + 1.5), r, wide=1.08, tall=0.94)
    if g.happens(0.5):
        skin = g.pick((Material.BODY, Material.BELLY))
        muzzle(b, head, length=g.between(0.4, 0.8), width=0.62, material=skin)
    g.pick((_cobra_hood, _frill, _crest))(b, (x, y, z), r)
    b.spot("neck", (x, y - r * 0.35, z), (0, 1, 0), r * 0.9)
    belly(b, (x * 0.7, y * 0.62, z + thick * 1.15), (thick * 0.78, y * 0.55, thick * 1.2))
    back = [(p[0], p[1] + 1, p[2] - thick * 0.85) for p in neck[1:]]
    spine(b, back, [(0, 0.35, -1)] * len(back), [5.5] * len(back))


def _cobra_hood(b: Body, top: tuple[float, float, float], r: float) -> None:
    """Skin spread wide behind the head."""
    x, y, z = top
    hood, skin = (x, y - r * 0.25, z - r * 0.45), b.chance.pick((Material.BODY, Material.ACCENT))
    b.crisp_lump(hood, (r * 1.35, r * 1.25, r * 0.3), skin, tag="body")


def _frill(b: Body, top: tuple[float, float, float], r: float) -> None:
    """A fan on either side of the throat."""
    x, y, z = top
    for side in SIDES:
        root, u = (x + side * r * 0.6, y + r * 0.05, z - 0.5), (side, 0.1 + 0.08 * b.pose.flap, -0.3)
        b.plate(root, u, (-side * 0.1, 1, 0), fan(r * 1.25, r * 0.8, 3))


def _crest(b: Body, top: tuple[float, float, float], r: float) -> None:
    """Barbels at the mouth and two small horns."""
    x, y, z = top
    for side in SIDES:
        lip = vec(x + side * r * 0.85, y + r * 0.3, z + r * 0.5)
        bend, end = vec(side * r * 0.55, r * 0.05, 1), vec(side * r * 0.85, -r * 0.7 + b.pose.sway, 1.5)
        way = [lip, lip + bend, lip + end]
        b.crisp_limb(way, (1.2, 1.0, 0.8), Material.ACCENT, tag="limb")
        b.horn((x + side * r * 0.5, y + r * 1.3, z), (side * 0.4, 1, -0.6), r * 0.7, r * 0.2)


def _coil(b: Body, thick: float) -> Path:
    """Two rings on the ground and a tail; returns the points of the neck, as the others do."""
    ring = 10.5
    for y, r in ((thick, ring), (thick * 2.1, ring * 0.72)):
        turn = [(math.sin(k * math.pi / 3) * r, y, math.cos(k * math.pi / 3) * r * 0.85) for k in range(7)]
        b.limb(turn[:4], [thick] * 4, tag="body", soft=1.2)
        b.limb(turn[3:], [thick] * 4, tag="body", soft=1.2)
    tip = (ring * 1.75 + b.pose.sway * 0.5, thick * 0.6 + 2, ring * 0.2)
    way = [(4.0, thick, ring * 0.85), (ring * 1.2, thick * 0.7, ring * 0.7), tip]
    b.limb(way, [thick * 0.95, thick * 0.7, thick * 0.3], tag="tail", soft=1.2)
    b.spot("tail", tip, (1, 0.5, -0.3), thick)
    return [(0.0, thick * 2.1, ring * 0.3), (-1.0, thick * 3.6, -1.0), (b.pose.sway * 0.6, thick * 4.7, 2.0)]


def _rear(b: Body, thick: float) -> Path:
    """Half of it lies, half stands."""
    way = [(17 + b.pose.sway * 0.5, 3, -10), (13, thick * 0.8, -4), (4, thick * 0.9, 2), (-5, thick * 1.2, 1)]
    b.limb(way, [thick * 0.3, thick * 0.75, thick * 0.98, thick], tag="body", soft=2.0)
    b.spot("tail", way[0], (1, 0.4, -0.3), thick)
    stand = [(-5.0, 1.2, 1.0), (-5.5, 2.8, -1.0), (-1.5, 4.2, -0.5), (b.pose.sway * 0.6, 5.4, 2.5)]
    return [(x, y * thick, z) for x, y, z in stand]


def _wave(b: Body, thick: float) -> Path:
    """It floats in an S, tail up."""
    rest = [(12.5, 6.5, -6), (6.5, 5, -3), (1.5, 10, -1), (-3.5, 15, 0), (-8.5, 11, 1)]
    way = [(15, 15 + b.pose.sway * 0.8, -8), *rest]
    b.limb(way, [thick * f for f in (0.3, 0.7, 0.8, 0.86, 0.9, 0.9)], tag="body", soft=1.5)
    b.spot("tail", way[0], (0.1, 1, -0.3), thick)
    return [(-8.5, 11.0, 1.0), (-11.0, 16.0, 2.0), (-9.0, 23.0, 3.0), (-4 + b.pose.sway * 0.5, 29.0, 4.0)]
