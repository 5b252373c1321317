"""Plans that fly: wings (a bird, a bat) and bug-wings (two pairs)."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.parts import SIDES, beak, belly, muzzle, skull, spine
from spriteloom.data.procedural.plans.shapes import bat_wing, feather, insect_wing
from spriteloom.data.procedural.solids import Material, vec


def wings(b: Body) -> None:
    """One pair of wings, small feet."""
    g = b.chance
    leather = g.happens(0.35)
    girth = g.between(8.0, 10.0)
    y = 14.0 + b.pose.breath * 0.3
    b.lump((0, y, 0), (girth, girth * 1.12, girth * 0.95), soft=4.0)
    r = g.between(8.0, 9.6)
    top = y + girth * 0.75 + r * g.between(0.5, 0.85)
    head = skull(b, (0, top, 2.0), r, wide=1.04, tall=0.98)
    if leather and g.happens(0.6):
        muzzle(b, head, length=0.3, width=0.46, material=Material.BELLY)
    else:
        beak(b, head, length=g.between(3.5, 7.5), thick=g.between(0.24, 0.34), hook=g.between(0.0, 0.6))
    belly(b, (0, y - girth * 0.35, girth * 0.85), (girth * 0.76, girth * 1.0, girth * 0.75))
    span = g.between(19, 23)
    raise_ = g.pick((0.15, 0.5, 0.8)) + b.pose.flap * 0.16
    for side in SIDES:
        at = (side * girth * 0.72, y + girth * 0.45, -1.5)
        u, v = (side, raise_, -0.28), (-side * raise_ * 0.9, 1.0, 0.0)
        if leather:
            outline, ribs = bat_wing(span, span * 0.8)
            b.limb([at, (at[0] + side * span * 0.3, at[1] + span * (0.3 + raise_ * 0.3), -2)], [1.8, 1.0], soft=1.0)
            b.plate(at, u, v, outline, Material.ACCENT, ribs=ribs, tag="wing", curl=0.35)
        else:
            _feathered(b, at, side, raise_, span)
        b.limb([(side * girth * 0.4, y - girth * 0.8, 1), (side * girth * 0.46, 2.0, 2)], [1.7, 1.3], Material.ACCENT, soft=0.0, crisp=True)
        b.lump((side * girth * 0.46, 1.3, 3.5), (2.4, 1.3, 3.0), Material.ACCENT, tag="limb", soft=0.0, crisp=True)
        b.spot("shoulders", at, (side, 1, 0), 4)
    _tail_feathers(b, (0, y - girth * 0.55, -girth * 0.7), leather)
    spine(b, [(0, y + girth * 0.6, -girth * 0.75)], [(0, 0.5, -1)], [6])


def _feathered(b: Body, at: tuple[float, float, float], side: int, raised: float, span: float) -> None:
    """Three rows of feathers: long dark ones behind, short bright ones in front."""
    rows = ((Material.ACCENT, 1.0, (-0.95, -0.62, -0.3, 0.02)), (Material.BODY, 0.68, (-0.85, -0.45, -0.05)))
    for depth, (material, reach, fan_of) in enumerate(rows):
        for k, lean in enumerate(fan_of):
            long = span * reach * (0.66 + 0.12 * k)
            slope = lean + raised
            u = vec(side * 1.0, slope, -0.18)
            root = (at[0] - side * 1.0, at[1] - 0.8 + 0.5 * k, at[2] - 0.6 * k + 2.2 * depth)
            b.plate(root, u, (-side * slope, 1.0, 0), feather(long, 3.3 + 0.25 * k), material, tag="wing", curl=0.5)
    b.lump((at[0] + side * span * 0.16, at[1] + raised * 2, at[2] + 2.0), (span * 0.2, 3.6, 2.6), tag="wing", soft=2.0)


def _tail_feathers(b: Body, at: tuple[float, float, float], leather: bool) -> None:
    if leather:
        from_, to = vec(*at), vec(8 + b.pose.sway, at[1] - 5, at[2] - 5)
        b.limb([from_, (from_ + to) / 2 + vec(0, -3, 0), to], [2.6, 2.0, 1.0], tag="tail")
        b.spot("tail", to, (1, -0.1, -0.3), 3.5)
        return
    for lean in (-0.55, 0.0, 0.55):
        u = vec(lean + b.pose.sway * 0.06, -0.75, -0.75)
        b.plate(at, u, (1, lean, 0), feather(14 - abs(lean) * 4, 3.2), Material.ACCENT, curl=0.5)


def bug_wings(b: Body) -> None:
    """Two pairs of wings, feelers, a ringed abdomen."""
    g = b.chance
    y = 19.0 + b.pose.breath * 0.4
    r = g.between(8.2, 9.8)
    thorax = g.between(5.6, 7.0)
    long = g.between(11, 15)
    b.lump((0, y, 0), (thorax, thorax * 1.05, thorax), soft=3.0)
    swing = b.pose.sway * 0.8
    path = [(0, y - thorax * 0.5, -1), (swing * 0.4, y - long * 0.62, -2.5), (1.5 + swing, y - long * 1.15, -1)]
    for k in range(4):
        t = (k + 0.6) / 4
        at = vec(*path[0]) * (1 - t) ** 2 + vec(*path[1]) * 2 * t * (1 - t) + vec(*path[2]) * t * t
        s = thorax * (0.96 - 0.15 * k)
        b.lump(at, (s, s * 0.72, s), Material.ACCENT if k % 2 else Material.BODY, tag="body", soft=0.0, crisp=True)
    if g.happens(0.5):
        b.horn(path[2], (0.1, -1, 0), 4.5, 1.4, material=Material.BONE)
    skull(b, (0, y + thorax * 0.7 + r * 0.75, 2.5), r, wide=1.1, tall=0.94, spread=g.between(0.5, 0.62))
    belly(b, (0, y + thorax * 0.3, thorax * 0.9), (thorax * 0.8, thorax * 0.75, thorax * 0.6))
    span, broad = g.between(17, 21), g.between(5.5, 9.5)
    glassy = g.pick((Material.BELLY, Material.PALE, Material.ACCENT))
    beat = b.pose.flap * 0.2
    for side in SIDES:
        for slope, share, z in ((0.75 + beat, 1.0, -2.0), (-0.35 - beat * 0.6, 0.74, -3.4)):
            outline, ribs = insect_wing(span * share, broad * share)
            b.plate((side * thorax * 0.5, y + thorax * 0.45, z), (side, slope, -0.2), (-side * slope, 1, 0), outline, glassy,
                    ribs=ribs, tag="wing", curl=0.4)  # fmt: skip
        b.limb([(side * thorax * 0.6, y - 1, thorax * 0.6), (side * (thorax + 2.6), y - 4.5, thorax), (side * (thorax + 0.4), y - 7.5, thorax + 1.5)],
               [1.4, 1.2, 0.9], Material.DEEP, soft=0.0, crisp=True)  # fmt: skip
        top = b.heads[-1].centre + vec(side * r * 0.42, r * 0.8, 1)
        tip = top + vec(side * (4.5 + b.pose.sway * 0.3), 6.5, 1.5)
        b.limb([top, top + vec(side * 1.2, 4.2, 0.5), tip], [1.1, 0.9, 0.8], Material.DEEP, tag="ornament", soft=0.0, crisp=True)
        b.lump(tip, 1.7, Material.ACCENT, tag="ornament", soft=0.0, crisp=True)
    spine(b, [(0, y + 2, -thorax)], [(0, 0.5, -1)], [5])
