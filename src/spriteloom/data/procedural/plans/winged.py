"""Bodies that fly: wings (a bird, a bat) and bug-wings (two pairs)."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.plans.parts import (
    SIDES,
    bat_wing,
    beak,
    belly,
    feather,
    insect_wing,
    muzzle,
    skull,
    spine,
)
from spriteloom.data.procedural.solids import Material, Vec, vec


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
