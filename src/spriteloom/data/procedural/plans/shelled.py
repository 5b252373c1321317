"""Bodies in a shell: a beetle, a crab, a caterpillar."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.plans.parts import SIDES, belly, skull, spine
from spriteloom.data.procedural.solids import Material, vec


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
        shell, skin = (
            (s * 1.04, s * 0.9, s * 0.66),
            g.pick((Material.ACCENT,)),
        )  # a draw, for the same creatures
        b.crisp_lump(at + vec(0, s * 0.22, -0.4), shell, skin, tag="shell")
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
