"""Bodies that stand on legs: upright, quadruped, and armor (a beetle, a crab, a caterpillar)."""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.data.procedural.body import Body, Head
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


_TAILS = (
    ((0.0, 3.0, -4.0), (1.5, 9.0, -5.0), (2.5, 15.0, -3.0)),  # up
    ((0.5, 1.0, -5.0), (2.0, 3.0, -10.0), (3.5, 7.0, -14.0)),  # out behind
    ((0.0, 4.0, -4.0), (1.0, 10.0, -7.0), (3.0, 13.0, -2.0)),  # curled over the back
)


def _raised_tail(b: Body, rump: tuple[float, float, float], girth: float) -> None:
    way = b.chance.pick(_TAILS)
    tail(b, [rump, *(vec(*rump) + vec(*step) for step in way)], girth * 0.34, tip=0.4)


def armor(b: Body) -> None:
    """A body in a shell."""
    b.noun = b.chance.pick(("beetle", "crab", "caterpillar"))
    {"beetle": _beetle, "crab": _crab, "caterpillar": _caterpillar}[b.noun](b)


def _crawling_legs(b: Body, y: float, reach: float, zs: tuple[float, ...], thick: float) -> None:
    for side in SIDES:
        for k, z in enumerate(zs):
            lift = b.pose.sway * (0.5 if k % 2 else -0.5)
            hip, knee = (side * reach * 0.5, y, z), (side * reach * 1.12, y + 1.5 + lift, z * 1.25)
            points = (hip, knee, (side * reach * 1.32, 0.8, z * 1.45))
            b.crisp_limb(points, (thick, thick * 0.85, thick * 0.5), Material.DEEP, tag="limb")


def _beetle(b: Body) -> None:
    g = b.chance
    w, h, d = g.between(13, 15), g.between(11, 13), 14.0
    _crawling_legs(b, 6.5, w * 0.92, (9.0, 1.0, -7.0), 2.2)
    b.lump((0, 7.5, 0), (w * 0.86, 6.5, d * 0.9), Material.BELLY, tag="under", soft=2.0)
    for side in SIDES:
        b.crisp_lump((side * w * 0.36, 10.5 + b.pose.flap * 0.3, -3), (w * 0.7, h, d), tag="body")
    skin = g.pick((Material.BODY, Material.ACCENT))
    b.crisp_lump((0, 11.5, 6.0), (w * 0.78, h * 0.66, 7.0), skin, tag="collar")
    r = g.between(8.2, 9.4)
    head = skull(b, (0, 10.5, 14.5), r, wide=1.16, tall=0.9, lift=0.1, turn=0.4 * b.gaze)
    for side in SIDES:
        jaw = head.centre + vec(side * r * 0.62, -r * 0.66, r * 0.5)
        points = (jaw, jaw + vec(side * 1.2, -2.0, 2.0), jaw + vec(-side * 1.6, -3.6, 3.0))
        b.crisp_limb(points, (1.4, 1.2, 0.5), Material.BONE, tag="claw")
    spine(b, [(0, 11 + h * 0.9, -1), (0, 10 + h * 0.8, -8)], [(0, 1, 0), (0, 0.8, -0.5)], [7, 7])


def _crab(b: Body) -> None:
    g = b.chance
    w, h = g.between(14, 16), g.between(8.5, 10.5)
    _crawling_legs(b, 6, w * 0.92, (5.0, -1.0, -6.5), 1.9)
    y = 10.0 + b.pose.breath * 0.3
    centre, spread = b.lump((0, y, 0), (w, h, 11), soft=3.0), g.between(0.28, 0.4)
    b.heads.append(Head(centre=centre, radii=vec(w, h, 11), spread=spread, lift=0.2, mouth_lift=-0.22))
    belly(b, (0, y - h * 0.85, 6), (w * 0.9, h * 0.7, 9))
    skin = g.pick((Material.BODY, Material.ACCENT))
    b.crisp_lump((0, y + h * 0.3, -3.5), (w * 0.94, h * 0.98, 10), skin, tag="shell")
    for side in SIDES:
        hand = vec(side * (w + 5.0), y + 6 + b.pose.sway * 0.7 * side, 7)
        b.limb([(side * w * 0.8, y - 1, 4), (side * (w + 4.5), y - 1.5, 6), hand], [2.6, 2.2, 2.4], soft=1.5)
        b.crisp_lump(hand + vec(0, 2.4, 0), (4.4, 5.2, 3.6), tag="hand")
        for lean, tall in ((-1.0, 5.4), (1.0, 5.0)):
            at, bend = hand + vec(lean * 2.4, 5, 0.5), (-lean * 1.8, 0, 0)
            b.horn(at, (lean * 0.25, 1, 0), tall, 1.9, bend=bend, material=Material.BODY)
        b.spot("ears", (side * w * 0.42, y + h * 0.92, 1), (side * 0.25, 1, 0), 7)
        b.spot("temples", (side * w * 0.9, y + h * 0.4, -3), (side, 0.6, -0.2), 7)
    b.spot("crown", (0, y + h * 1.1, -2), (0, 1, 0), 9)
    b.spot("brow", (0, y + h * 0.7, 8), (0, 0.6, 0.8), 9)
    spine(b, [(0, y + h * 1.1, -7), (0, y + h * 0.5, -12)], [(0, 1, -0.4), (0, 0.5, -1)], [7, 7])


def _caterpillar(b: Body) -> None:
    g = b.chance
    n = g.pick((4, 5))
    size = g.between(8.2, 9.4)
    at = vec(0, 0, 0)
    for k in reversed(range(1, n)):
        s = size * (0.98 - 0.1 * k)
        wave = b.pose.sway * 0.4 * (1 if k % 2 else -1)
        at = vec(1.5 * k + wave, s * 0.98 + (2.0 if k == 2 else 0.0), -6.8 * k)
        b.crisp_lump(at, (s, s * 0.96, s * 0.82), tag="body")
        g.count(0, 0)  # a draw, for the same creatures
        shell = (s * 1.04, s * 0.9, s * 0.66)
        b.crisp_lump(at + vec(0, s * 0.22, -0.4), shell, Material.ACCENT, tag="shell")
        b.spot("back", at + vec(0, s * 1.05, 0), (0, 1, -0.2), s * 0.8)
        for side in SIDES:
            b.crisp_lump(at + vec(side * s * 0.7, -s * 0.82, 1), 1.9, Material.DEEP, tag="limb")
    head = skull(b, (0, size * 1.12 + b.pose.breath * 0.3, 2.5), size * 1.08, wide=1.06)
    for side in SIDES:
        b.crisp_lump(head.centre + vec(side * size * 0.6, -size * 0.95, 2), 2.1, Material.DEEP, tag="limb")
    chin = head.centre + vec(0, -size * 0.6, size * 0.8)
    belly(b, chin, (size * 0.6, size * 0.5, size * 0.6), tags=("head",))
    if g.happens(0.5):
        b.horn(at + vec(0, 2, -4), (0.3, 0.8, -0.7), 7, 2.0, material=Material.BONE)
