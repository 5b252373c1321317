"""Bodies that fly, swim or slither: wings (a bird, a bat), bug-wings, fish, squiggle."""

from __future__ import annotations

import math

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.plans.parts import (
    SIDES,
    bat_wing,
    beak,
    belly,
    fan,
    feather,
    fin,
    insect_wing,
    muzzle,
    skull,
    spine,
)
from spriteloom.data.procedural.solids import Material, Vec, vec

Path = list[tuple[float, float, float]]


def wings(b: Body) -> None:
    """One pair of wings, small feet: a bird or a bat."""
    g = b.chance
    b.noun = g.pick(("bird", "bird", "bat"))
    girth, span = g.between(8.0, 10.0), g.between(19, 23)
    y = 14.0 + b.pose.breath * 0.3
    b.lump((0, y, 0), (girth, girth * 1.12, girth * 0.95), soft=4.0)
    r = g.between(8.0, 9.6)
    top = y + girth * 0.75 + r * g.between(0.5, 0.85)
    head = skull(b, (0, top, 2.0), r, wide=1.04, tall=0.98)
    b.spot("neck", (0, top - r * 0.8, 1), (0, 1, 0), r)
    belly(b, (0, y - girth * 0.35, girth * 0.85), (girth * 0.76, girth * 1.0, girth * 0.75))
    slope = g.pick((0.15, 0.5, 0.8)) + b.pose.flap * 0.16
    rump = vec(0, y - girth * 0.55, -girth * 0.7)
    if b.noun == "bat":
        muzzle(b, head, length=0.3, width=0.46, material=Material.BELLY)
        _tail_whip(b, rump)
    else:
        beak(b, head, length=g.between(3.5, 7.5), thick=g.between(0.24, 0.34), hook=g.between(0.0, 0.6))
        _tail_feathers(b, rump)
    wing = _leather_wing if b.noun == "bat" else _feather_wing
    for side in SIDES:
        at = vec(side * girth * 0.72, y + girth * 0.45, -1.5)
        wing(b, at, side, slope, span)
        _perching_foot(b, side, girth, y)
        b.spot("shoulders", at, (side, 1, 0), 4)
    spine(b, [(0, y + girth * 0.6, -girth * 0.75)], [(0, 0.5, -1)], [6])


def _perching_foot(b: Body, side: int, girth: float, y: float) -> None:
    x, horny = side * girth * 0.46, Material.ACCENT
    shin = [(side * girth * 0.4, y - girth * 0.8, 1), (x, 2.0, 2)]
    b.crisp_limb(shin, [1.7, 1.3], horny, tag="limb")
    b.crisp_lump((x, 1.3, 3.5), (2.4, 1.3, 3.0), horny, tag="limb")


def _leather_wing(b: Body, at: Vec, side: int, slope: float, span: float) -> None:
    outline, ribs = bat_wing(span, span * 0.8)
    wrist = at + vec(side * span * 0.3, span * (0.3 + slope * 0.3), -0.5)
    b.limb([at, wrist], [1.8, 1.0], soft=1.0)
    u, v = (side, slope, -0.28), (-side * slope * 0.9, 1.0, 0.0)
    b.plate(at, u, v, outline, Material.ACCENT, ribs=ribs, tag="wing", curl=0.35)


def _feather_wing(b: Body, at: Vec, side: int, slope: float, span: float) -> None:
    """Long feathers in the accent color behind short ones in the body's, and the arm they grow on."""
    rows = ((Material.ACCENT, 1.0, (-0.95, -0.62, -0.3, 0.02)), (Material.BODY, 0.68, (-0.85, -0.45, -0.05)))
    for row, (material, reach, leans) in enumerate(rows):
        for k, lean in enumerate(leans):
            long, rise = span * reach * (0.66 + 0.12 * k), lean + slope
            root = at + vec(-side * 1.0, -0.8 + 0.5 * k, -0.6 * k + 2.2 * row)
            u, v = (side, rise, -0.18), (-side * rise, 1.0, 0)
            b.plate(root, u, v, feather(long, 3.3 + 0.25 * k), material, tag="wing", curl=0.5)
    elbow = at + vec(side * span * 0.16, slope * 2, 2.0)
    b.lump(elbow, (span * 0.2, 3.6, 2.6), tag="wing", soft=2.0)


def _tail_feathers(b: Body, at: Vec) -> None:
    for lean in (-0.55, 0.0, 0.55):
        u = vec(lean + b.pose.sway * 0.06, -0.75, -0.75)
        b.plate(at, u, (1, lean, 0), feather(14 - abs(lean) * 4, 3.2), Material.ACCENT, curl=0.5)


def _tail_whip(b: Body, at: Vec) -> None:
    tip = vec(8 + b.pose.sway, float(at[1]) - 5, float(at[2]) - 5)
    b.limb([at, (at + tip) / 2 + vec(0, -3, 0), tip], [2.6, 2.0, 1.0], tag="tail")
    b.spot("tail", tip, (1, -0.1, -0.3), 3.5)


def bug_wings(b: Body) -> None:
    """Two pairs of wings, feelers, a ringed abdomen."""
    g = b.chance
    y, r, thorax = 19.0 + b.pose.breath * 0.4, g.between(8.2, 9.8), g.between(5.6, 7.0)
    b.lump((0, y, 0), (thorax, thorax * 1.05, thorax), soft=3.0)
    _abdomen(b, y - thorax * 0.5, thorax, g.between(8.5, 11.5))
    at = (0, y + thorax * 0.7 + r * 0.75, 2.5)
    head = skull(b, at, r, wide=1.1, tall=0.94, spread=g.between(0.5, 0.62))
    belly(b, (0, y + thorax * 0.3, thorax * 0.9), (thorax * 0.8, thorax * 0.75, thorax * 0.6))
    span, broad = g.between(17, 21), g.between(5.5, 9.5)
    skin = g.pick((Material.BELLY, Material.PALE, Material.ACCENT))
    beat = b.pose.flap * 0.2
    for side in SIDES:
        for slope, share, z in ((0.75 + beat, 1.0, -2.0), (-0.35 - beat * 0.6, 0.74, -3.4)):
            outline, ribs = insect_wing(span * share, broad * share)
            root, u = (side * thorax * 0.5, y + thorax * 0.45, z), (side, slope, -0.2)
            b.plate(root, u, (-side * slope, 1, 0), outline, skin, ribs=ribs, tag="wing", curl=0.4)
        _thin_arm(b, side, y, thorax)
        _feeler(b, head, side)
    spine(b, [(0, y + 2, -thorax)], [(0, 0.5, -1)], [5])


def _abdomen(b: Body, y: float, thorax: float, long: float) -> None:
    """Rings of both colors that get smaller, a little bent, with or without a sting."""
    swing = b.pose.sway * 0.8
    for k in range(4):
        t, s = (k + 0.6) / 4, thorax * (0.96 - 0.15 * k)
        at = (1.5 * t * t + swing * t, y - long * t, -1 - 3 * t * (1 - t))
        ring = Material.ACCENT if k % 2 else Material.BODY
        b.crisp_lump(at, (s, s * 0.72, s), ring, tag="body")
    if b.chance.happens(0.5):
        b.horn((1.5 + swing, y - long, -1), (0.1, -1, 0), 4.5, 1.4, material=Material.BONE)


def _thin_arm(b: Body, side: int, y: float, thorax: float) -> None:
    shoulder, elbow = (side * thorax * 0.6, y - 1, thorax * 0.6), (side * (thorax + 2.6), y - 4.5, thorax)
    hand = (side * (thorax + 0.4), y - 7.5, thorax + 1.5)
    b.crisp_limb((shoulder, elbow, hand), [1.4, 1.2, 0.9], Material.DEEP, tag="limb")


def _feeler(b: Body, head: Head, side: int) -> None:
    rx, ry, _ = (float(c) for c in head.radii)
    root = head.centre + vec(side * rx * 0.4, ry * 0.84, 1)
    tip = root + vec(side * (4.5 + b.pose.sway * 0.3), 6.5, 1.5)
    path = [root, root + vec(side * 1.2, 4.2, 0.5), tip]
    b.crisp_limb(path, [1.1, 0.9, 0.8], Material.DEEP)
    b.crisp_lump(tip, 1.7, Material.ACCENT)


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
    way = [(17 + b.pose.sway * 0.5, 3, -10), (13, thick * 0.8, -4), (4, thick * 0.9, 2), (-5, thick * 1.2, 1)]
    b.limb(way, [thick * 0.3, thick * 0.75, thick * 0.98, thick], tag="body", soft=2.0)
    b.spot("tail", way[0], (1, 0.4, -0.3), thick)
    stand = [(-5.0, 1.2, 1.0), (-5.5, 2.8, -1.0), (-1.5, 4.2, -0.5), (b.pose.sway * 0.6, 5.4, 2.5)]
    return [(x, y * thick, z) for x, y, z in stand]


def _wave(b: Body, thick: float) -> Path:
    rest = [(12.5, 6.5, -6), (6.5, 5, -3), (1.5, 10, -1), (-3.5, 15, 0), (-8.5, 11, 1)]
    way = [(15, 15 + b.pose.sway * 0.8, -8), *rest]
    b.limb(way, [thick * f for f in (0.3, 0.7, 0.8, 0.86, 0.9, 0.9)], tag="body", soft=1.5)
    b.spot("tail", way[0], (0.1, 1, -0.3), thick)
    return [(-8.5, 11.0, 1.0), (-11.0, 16.0, 2.0), (-9.0, 23.0, 3.0), (-4 + b.pose.sway * 0.5, 29.0, 4.0)]
