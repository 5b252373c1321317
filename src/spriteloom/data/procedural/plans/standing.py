"""Bodies that stand on legs: upright, quadruped."""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.parts import SIDES, arm, belly, gait, leg, muzzle, skull, spine, tail
from spriteloom.data.procedural.solids import Material, vec


def upright(b: Body) -> None:
    """Two legs, two short arms, a tail."""
    g = b.chance
    girth, length = g.between(8.5, 11.0), g.between(5.5, 8.0)
    breath = b.pose.breath * 0.35
    waist = length + girth * 0.75
    chest = waist + girth * 0.85
    b.lump((0, waist, 0), (girth, girth * 0.98, girth * 0.9), soft=4.0)
    b.lump((0, chest + breath * 0.5, 0.5), (girth * 0.76, girth * 0.8, girth * 0.7), soft=4.0)
    r = g.between(9.0, 10.5)
    top = chest + girth * 0.55 + r * 0.72 + breath
    head = skull(b, (0, top, 2.0), r, wide=g.between(1.0, 1.12), tall=g.between(0.9, 1.0), turn=0.4 * b.gaze)
    if g.happens(0.55):
        skin = g.pick((Material.BODY, Material.BELLY))
        muzzle(b, head, length=g.between(0.35, 0.8), width=g.between(0.48, 0.62), material=skin)
    b.spot("neck", (0, top - r * 0.84, 1.0), (0, 1, 0), r * 0.95)
    belly(b, (0, waist - 0.5, girth * 0.85), (girth * 0.72, girth * 1.25, girth * 0.72))
    _upright_limbs(b, girth, waist, chest + breath)
    _upright_tail(b, girth, waist)
    at = [(0, top + r * 0.4, -r * 0.75), (0, chest + girth * 0.35, -girth * 0.65), (0, waist, -girth * 0.88)]
    spine(b, at, [(0, 0.5, -0.9), (0, 0.3, -1), (0, 0.1, -1)], [5.5, 6.5, 6])


def _upright_limbs(b: Body, girth: float, waist: float, chest: float) -> None:
    g = b.chance
    claws, thick, reach = gait(b), girth * g.between(0.44, 0.55), g.between(0.9, 1.15)
    raised = g.pick(((0.0, 0.0), (0.0, 0.0), (4.0, 0.0), (0.0, 4.0), (4.0, 4.0)))
    for side, lift in zip(SIDES, raised, strict=True):
        hip = (side * girth * 0.62, waist - girth * 0.2, 0.5)
        ankle = (side * girth * 0.74, thick * 0.68, 1.0)
        leg(b, hip, ankle, thick, claws=claws, knee=(side * 1.2, 0, 1.2), foot_size=thick * 1.05)
        shoulder = (side * girth * 0.66, chest + girth * 0.2, 1.5)
        elbow = (side * (girth * 0.98 + reach), chest - girth * 0.28, 3.5)
        x, y = side * (girth * 0.95 * reach + lift * 0.5), chest - girth * 0.5 + lift + b.pose.sway * 0.4
        hand = vec(x, y, girth * 0.62 + 2.5)
        arm(b, shoulder, elbow, hand, girth * 0.26, palm=girth * 0.29, claws=claws)
        b.spot("shoulders", (side * girth * 0.72, chest + girth * 0.45, -0.5), (side, 0.8, -0.2), 5)


def _upright_tail(b: Body, girth: float, waist: float) -> None:
    up, fat = b.chance.between(2, 14), b.chance.between(0.36, 0.52)
    path = [
        (0, waist - girth * 0.4, -girth * 0.6),
        (girth * 0.7, waist - girth * 0.75, -girth * 1.35),
        (girth * 1.5, waist - girth * 0.3 + up * 0.3, -girth * 1.5),
        (girth * 1.75, waist + up, -girth * 1.35),
    ]
    tail(b, path, girth * fat)


@dataclass(frozen=True)
class _Build:
    """The proportions of a four-legged beast."""

    girth: float
    length: float  # from the middle to either end of the trunk
    height: float  # of the belly over the ground
    head: float
    neck: float
    snout: float
    leg: float  # thickness, as a share of the girth


_BUILDS = (
    _Build(girth=8.0, length=8.0, height=7.0, head=10.2, neck=4.0, snout=0.35, leg=0.40),  # a cub
    _Build(girth=8.0, length=8.0, height=7.0, head=10.2, neck=4.0, snout=0.0, leg=0.40),  # a flat-faced cub
    _Build(girth=7.2, length=11.5, height=11.5, head=8.2, neck=8.0, snout=0.9, leg=0.34),  # a hound
    _Build(girth=10.5, length=12.0, height=8.0, head=9.2, neck=1.0, snout=0.6, leg=0.46),  # a hulk
)


def quadruped(b: Body) -> None:
    """Four legs, seen from ahead and to one side."""
    g = b.chance
    build = g.pick(_BUILDS)
    girth, r = build.girth * g.between(0.94, 1.06), build.head * g.between(0.96, 1.06)
    y, z = build.height + girth * 0.72, build.length
    breath = b.pose.breath * 0.3
    b.lump((0, y + breath, z * 0.55), (girth, girth * 1.02, girth), soft=4.0)
    b.lump((0, y - 0.4, -z * 0.75), (girth * 0.95, girth * 0.95, girth), soft=4.0)
    b.limb([(0, y, z * 0.5), (0, y - 0.5, -z * 0.7)], [girth * 0.93, girth * 0.86], tag="body", soft=4.0)
    at = (0.0, y + girth * 0.45 + build.neck + breath, z * 0.55 + girth * 0.75 + r * 0.25)
    nape = (0, at[1] - r * 0.3, at[2] - r * 0.3)
    b.limb([(0, y + girth * 0.2, z * 0.6), nape], [girth * 0.72, r * 0.62], tag="body", soft=4.0)
    head = skull(b, at, r, wide=1.05, tall=0.94, turn=0.6 * b.gaze)
    if build.snout:
        skin = g.pick((Material.BODY, Material.BELLY))
        muzzle(b, head, length=build.snout, width=0.5, material=skin)
    b.spot("neck", (0, at[1] - r * 0.75, at[2] - r * 0.45), (0, 1, 0), r * 0.95)
    belly(b, (0, y - girth * 0.9, z * 0.6), (girth * 0.8, girth * 1.1, girth * 1.6))
    _four_legs(b, girth, y, z, girth * build.leg)
    _raised_tail(b, (0, y + girth * 0.45, -z * 0.75 - girth * 0.75), girth)
    back = [(0, y + girth * 0.98, share * z) for share in (0.2, -0.35, -0.9)]
    spine(b, back, [(0, 1, 0.0), (0, 1, -0.1), (0, 1, -0.3)], [6.5, 7, 6])
    for side in SIDES:
        b.spot("shoulders", (side * girth * 0.8, y + girth * 0.55, z * 0.3), (side, 0.8, -0.2), 6)


def _four_legs(b: Body, girth: float, y: float, length: float, thick: float) -> None:
    claws, socks = gait(b), b.chance.happens(0.3)
    for side in SIDES:
        for z, bend, thigh in ((length * 0.75, 0.8, 1.0), (-length * 0.95, -0.8, 1.12)):
            hip = (side * girth * 0.62, y - girth * 0.3, z)
            ankle = (side * girth * 0.7, thick * 0.8, z + 1.0)
            leg(b, hip, ankle, thick * thigh, claws=claws, knee=(side * 0.5, 0, bend), foot_size=thick * 1.12)
            if socks:
                cuff = (ankle[0], thick * 1.7, z + 0.8)
                b.lump(cuff, (thick * 0.98, thick * 0.7, thick * 0.98), Material.ACCENT, tag="limb", soft=1.0)


def _raised_tail(b: Body, rump: tuple[float, float, float], girth: float) -> None:
    way = b.chance.pick(
        (
            ((0.0, 3.0, -4.0), (1.5, 9.0, -5.0), (2.5, 15.0, -3.0)),  # up
            ((0.5, 1.0, -5.0), (2.0, 3.0, -10.0), (3.5, 7.0, -14.0)),  # out behind
            ((0.0, 4.0, -4.0), (1.0, 10.0, -7.0), (3.0, 13.0, -2.0)),  # curled over the back
        )
    )
    tail(b, [rump, *(vec(*rump) + vec(*step) for step in way)], girth * 0.34, tip=0.4)
