"""Plans that swim, slither or crawl: fish, squiggle, armor."""

from __future__ import annotations

import math

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.plans.parts import SIDES, belly, muzzle, skull, spine
from spriteloom.data.procedural.plans.shapes import fan, fin
from spriteloom.data.procedural.solids import Material, vec


def fish(b: Body) -> None:
    """A body that is its own tail, with fins."""
    g = b.chance
    build = g.pick(("round", "long", "deep"))
    rx, ry, rz = {"round": (11.5, 12.5, 14.0), "long": (7.5, 8.5, 18.0), "deep": (7.5, 15.0, 14.0)}[build]
    y = 20.0
    swing = b.pose.sway * 1.8
    b.lump((0, y, 2), (rx, ry, rz), soft=4.0)
    b.limb([(0, y, -rz * 0.3), (swing * 0.4, y, -rz * 0.85), (swing, y + 0.5, -rz * 1.2)],
           [min(rx, ry) * 0.86, min(rx, ry) * 0.5, 2.4], tag="body", soft=4.0)  # fmt: skip
    spread = {"round": 0.62, "long": 0.86, "deep": 0.80}[build]
    b.heads.append(
        Head(centre=vec(0, y, 2), radii=vec(rx, ry, rz), spread=spread, lift=0.16, mouth_lift=-0.22)
    )
    belly(b, (0, y - ry * 0.85, 3), (rx * 1.1, ry * 0.72, rz * 1.15))
    span = g.between(8.5, 11.5)
    root = (swing, y + 0.5, -rz * 1.18)
    b.plate(root, (swing * 0.08, 0.0, -1), (0, 1, 0), *_tail_fin(g.pick(("fork", "fan", "moon")), span))
    b.plate((0, y + ry * 0.9, 1), (0, 0.12, -1), (0, 1, 0.1), *fin(rz * 1.05, ry * g.between(0.45, 0.8), g.pick((3, 4))))
    if g.happens(0.5):
        b.plate((0, y - ry * 0.86, -2), (0, -0.1, -1), (0, -1, 0), *fin(rz * 0.7, ry * 0.42, 3))
    for side in SIDES:
        flap = b.pose.flap * 0.25
        b.plate((side * rx * 0.86, y - ry * 0.22, rz * 0.25), (side * 0.75, -0.35 + flap, -0.62), (side * 0.2, 0.9, -0.2),
                *fan(span * 0.95, span * 0.62, 3))  # fmt: skip
    d = vec(0, 1, 0.25)
    b.spot("crown", vec(0, y, 2) + vec(rx, ry, rz) * d * 0.9, d, 9)
    b.spot("brow", vec(0, y + ry * 0.5, 2 + rz * 0.8), (0, 0.5, 0.8), 9)
    for side in SIDES:
        b.spot("ears", (side * rx * 0.55, y + ry * 0.72, rz * 0.35), (side * 0.6, 0.8, 0), 8)
        b.spot("temples", (side * rx * 0.9, y + ry * 0.3, -1), (side, 0.3, -0.3), 8)
        b.spot("cheeks", (side * rx * 0.8, y - ry * 0.2, rz * 0.5), (side, -0.2, 0.5), 8)


def _tail_fin(kind: str, s: float) -> tuple[list[tuple[float, float]], Material]:
    outline = {
        "fork": [(-2, 1.5), (s * 0.5, s * 0.6), (s * 1.1, s), (s * 0.95, s * 0.4), (s * 0.6, 0), (s * 0.95, -s * 0.4),
                 (s * 1.1, -s), (s * 0.5, -s * 0.6), (-2, -1.5)],
        "fan": [(-2, 1.5), (s * 0.4, s * 0.62), (s * 0.9, s * 0.82), (s * 1.12, s * 0.4), (s * 1.05, 0), (s * 1.12, -s * 0.4),
                (s * 0.9, -s * 0.82), (s * 0.4, -s * 0.62), (-2, -1.5)],
        "moon": [(-2, 1.5), (s * 0.25, s * 0.5), (s * 0.5, s * 1.15), (s * 0.72, s * 0.5), (s * 0.66, 0), (s * 0.72, -s * 0.5),
                 (s * 0.5, -s * 1.15), (s * 0.25, -s * 0.5), (-2, -1.5)],
    }[kind]  # fmt: skip
    return outline, Material.ACCENT


def squiggle(b: Body) -> None:
    """A long body without limbs."""
    g = b.chance
    kind = g.pick(("coil", "rear", "wave"))
    thick = g.between(4.8, 6.2)
    sway = b.pose.sway
    if kind == "coil":
        ring = 10.5
        for turn, (y, r) in enumerate(((thick, ring), (thick * 2.1, ring * 0.72))):
            points = [(math.sin(a) * r, y, math.cos(a) * r * 0.85) for a in (0, 1.05, 2.1, 3.14, 4.19, 5.24, 6.28)]
            b.limb(points[:4], [thick] * 4, tag="body", soft=1.2)
            b.limb(points[3:], [thick] * 4, tag="body", soft=1.2)
            if turn == 0:
                end = [(4, y, ring * 0.85), (ring * 1.2, y * 0.7, ring * 0.7), (ring * 1.75 + sway * 0.5, y * 0.6 + 2, ring * 0.2)]
                b.limb(end, [thick * 0.95, thick * 0.7, thick * 0.3], tag="tail", soft=1.2)
                b.spot("tail", end[-1], (1, 0.5, -0.3), thick)
        neck = [(0, thick * 2.1, ring * 0.3), (-1, thick * 3.6, -1), (sway * 0.6, thick * 4.7, 2)]
    elif kind == "rear":
        body = [(17 + sway * 0.5, 3, -10), (13, thick * 0.8, -4), (4, thick * 0.9, 2), (-5, thick * 1.2, 1)]
        b.limb(body, [thick * 0.3, thick * 0.75, thick * 0.98, thick], tag="body", soft=2.0)
        b.spot("tail", body[0], (1, 0.4, -0.3), thick)
        neck = [(-5, thick * 1.2, 1), (-5.5, thick * 2.8, -1), (-1.5, thick * 4.2, -0.5), (sway * 0.6, thick * 5.4, 2.5)]
    else:
        body = [(15, 15 + sway * 0.8, -8), (12.5, 6.5, -6), (6.5, 5, -3), (1.5, 10, -1), (-3.5, 15, 0), (-8.5, 11, 1)]
        b.limb(body, [thick * 0.3, thick * 0.7, thick * 0.8, thick * 0.86, thick * 0.9, thick * 0.9], tag="body", soft=1.5)
        b.spot("tail", body[0], (0.1, 1, -0.3), thick)
        neck = [(-8.5, 11, 1), (-11, 16, 2), (-9, 23, 3), (-4 + sway * 0.5, 29, 4)]
    b.limb(neck, [thick * f for f in (1.0, 0.96, 0.9, 0.86)[: len(neck)]], tag="body", soft=2.0)
    x, y, z = neck[-1]
    r = thick * g.between(1.42, 1.66)
    head = skull(b, (x, y + r * 0.55, z + 1.5), r, wide=1.08, tall=0.94)
    if g.happens(0.5):
        muzzle(b, head, length=g.between(0.4, 0.8), width=0.62, material=g.pick((Material.BODY, Material.BELLY)))
    belly(b, (x * 0.7, y * 0.62, z + thick * 1.15), (thick * 0.78, y * 0.55, thick * 1.2))
    spine(b, [(p[0], p[1] + 1, p[2] - thick * 0.85) for p in neck[1:]], [(0, 0.35, -1)] * (len(neck) - 1), [5.5] * (len(neck) - 1))


def armor(b: Body) -> None:
    """A body in a shell."""
    g = b.chance
    {"beetle": _beetle, "crab": _crab, "larva": _larva}[g.pick(("beetle", "crab", "larva"))](b)


def _crawling_legs(b: Body, y: float, reach: float, zs: tuple[float, ...], thick: float) -> None:
    for side in SIDES:
        for k, z in enumerate(zs):
            lift = b.pose.sway * (0.5 if k % 2 else -0.5)
            b.limb([(side * reach * 0.5, y, z), (side * reach * 1.12, y + 1.5 + lift, z * 1.25), (side * reach * 1.32, 0.8, z * 1.45)],
                   [thick, thick * 0.85, thick * 0.5], Material.DEEP, soft=0.0, crisp=True)  # fmt: skip


def _beetle(b: Body) -> None:
    g = b.chance
    w, h, d = g.between(13, 15), g.between(11, 13), 14.0
    _crawling_legs(b, 6.5, w * 0.92, (9.0, 1.0, -7.0), 2.2)
    b.lump((0, 7.5, 0), (w * 0.86, 6.5, d * 0.9), Material.BELLY, tag="under", soft=2.0)
    for side in SIDES:
        b.lump((side * w * 0.36, 10.5 + b.pose.flap * 0.3, -3), (w * 0.7, h, d), Material.BODY, tag="body", soft=0.0, crisp=True)
    b.lump((0, 11.5, 6.0), (w * 0.78, h * 0.66, 7.0), g.pick((Material.BODY, Material.ACCENT)), tag="collar", soft=0.0, crisp=True)
    r = g.between(6.8, 7.8)
    head = skull(b, (0, 10.0, 13.5), r, wide=1.16, tall=0.92, lift=0.08)
    for side in SIDES:
        jaw = head.centre + vec(side * r * 0.5, -r * 0.55, r * 0.72)
        b.limb([jaw, jaw + vec(side * 3.2, -0.5, 2.5), jaw + vec(side * 0.6, -2.4, 5.0)], [1.5, 1.25, 0.5], Material.BONE,
               tag="claw", soft=0.0, crisp=True)  # fmt: skip
    spine(b, [(0, 11 + h * 0.9, -1), (0, 10 + h * 0.8, -8)], [(0, 1, 0), (0, 0.8, -0.5)], [7, 7])


def _crab(b: Body) -> None:
    g = b.chance
    w, h = g.between(14, 16), g.between(8.5, 10.5)
    _crawling_legs(b, 6, w * 0.92, (5.0, -1.0, -6.5), 1.9)
    y = 10.0 + b.pose.breath * 0.3
    head = Head(centre=vec(0, y, 0), radii=vec(w, h, 11), spread=g.between(0.28, 0.4), lift=0.2, mouth_lift=-0.22)
    b.lump((0, y, 0), (w, h, 11), soft=3.0)
    b.heads.append(head)
    belly(b, (0, y - h * 0.85, 6), (w * 0.9, h * 0.7, 9))
    b.lump((0, y + h * 0.3, -3.5), (w * 0.94, h * 0.98, 10), g.pick((Material.BODY, Material.ACCENT)), tag="shell", soft=0.0, crisp=True)
    for side in SIDES:
        hand = vec(side * (w + 5.0), y + 6 + b.pose.sway * 0.7 * side, 7)
        b.limb([(side * w * 0.8, y - 1, 4), (side * (w + 4.5), y - 1.5, 6), hand], [2.6, 2.2, 2.4], soft=1.5)
        b.lump(hand + vec(0, 2.4, 0), (4.4, 5.2, 3.6), tag="hand", soft=0.0, crisp=True)
        for lean, tall in ((-1.0, 5.4), (1.0, 5.0)):
            b.horn(hand + vec(lean * 2.4, 5, 0.5), (lean * 0.25, 1, 0), tall, 1.9, bend=(-lean * 1.8, 0, 0), material=Material.BODY)
        b.spot("ears", (side * w * 0.42, y + h * 0.92, 1), (side * 0.25, 1, 0), 7)
        b.spot("temples", (side * w * 0.9, y + h * 0.4, -3), (side, 0.6, -0.2), 7)
    b.spot("crown", (0, y + h * 1.1, -2), (0, 1, 0), 9)
    b.spot("brow", (0, y + h * 0.7, 8), (0, 0.6, 0.8), 9)
    spine(b, [(0, y + h * 1.1, -7), (0, y + h * 0.5, -12)], [(0, 1, -0.4), (0, 0.5, -1)], [7, 7])


def _larva(b: Body) -> None:
    g = b.chance
    n = g.pick((4, 5))
    size = g.between(8.2, 9.4)
    at = vec(0, 0, 0)
    for k in reversed(range(1, n)):
        s = size * (0.98 - 0.1 * k)
        wave = b.pose.sway * 0.4 * (1 if k % 2 else -1)
        at = vec(1.5 * k + wave, s * 0.98 + (2.0 if k == 2 else 0.0), -6.8 * k)
        b.lump(at, (s, s * 0.96, s * 0.82), tag="body", soft=0.0, crisp=True)
        b.lump(at + vec(0, s * 0.22, -0.4), (s * 1.04, s * 0.9, s * 0.66), g.pick((Material.ACCENT,)), tag="shell", soft=0.0, crisp=True)
        b.spot("back", at + vec(0, s * 1.05, 0), (0, 1, -0.2), s * 0.8)
        for side in SIDES:
            b.lump(at + vec(side * s * 0.7, -s * 0.82, 1), 1.9, Material.DEEP, tag="limb", soft=0.0, crisp=True)
    head = skull(b, (0, size * 1.12 + b.pose.breath * 0.3, 2.5), size * 1.08, wide=1.06)
    for side in SIDES:
        b.lump(head.centre + vec(side * size * 0.6, -size * 0.95, 2), 2.1, Material.DEEP, tag="limb", soft=0.0, crisp=True)
    belly(b, head.centre + vec(0, -size * 0.6, size * 0.8), (size * 0.6, size * 0.5, size * 0.6), tags=("head",))
    if g.happens(0.5):
        b.horn(at + vec(0, 2, -4), (0.3, 0.8, -0.7), 7, 2.0, material=Material.BONE)
