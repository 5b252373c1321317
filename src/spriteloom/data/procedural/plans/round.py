"""Bodies that are mostly a head: ball, blob, arms, legs, heads, tentacles."""

from __future__ import annotations

import math
from dataclasses import replace

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.parts import SIDES, arm, belly, gait, leg, muzzle, skull, spine
from spriteloom.data.procedural.solids import Material, vec


def _back_spots(b: Body, y: float, rx: float, ry: float, rz: float) -> None:
    for angle in (0.55, 1.05, 1.6):
        up, back = math.cos(angle), -math.sin(angle)
        spine(b, [(0, y + ry * up, rz * back)], [(0, up / ry, back / rz)], [rx * 0.8])


def ball(b: Body) -> None:
    """Only a head."""
    g = b.chance
    r = 16.0
    wide, tall = g.pick(((1.0, 1.0), (1.1, 0.92), (0.94, 1.06), (1.0, 1.0)))
    at, spread = (0, r * tall, 0), g.between(0.36, 0.52)
    lift, low = g.between(0.0, 0.14), g.between(-0.36, -0.28)
    head = skull(b, at, r, wide=wide, tall=tall, spread=spread, tag="body", lift=lift, mouth_lift=low)
    kind = g.pick(("mask", "belly", "plain", "muzzle"))
    if kind == "mask":
        belly(b, head.centre + vec(0, -r * 0.1, r * 0.9), (r * 0.78, r * 0.66, r * 0.8))
    elif kind == "belly":
        belly(b, head.centre + vec(0, -r * 0.95, r * 0.35), (r * 0.95, r * 0.62, r * 0.9))
    elif kind == "muzzle":
        muzzle(b, head, length=0.25, width=0.34, drop=0.28, material=Material.BELLY)
    _back_spots(b, r * tall, r * wide, r * tall, r)


def blob(b: Body) -> None:
    """A head that melts into a base."""
    g = b.chance
    squash = b.pose.breath * 0.5
    top, girth = g.between(9.5, 12.0), g.between(14.0, 17.0)
    height = g.between(19, 26) + squash
    lean = g.between(-1.5, 1.5) + b.pose.sway
    trunk = [(0, 7.5, 0), (lean * 0.3, height * 0.55, 0), (lean, height, 0)]
    b.limb(trunk, [7.5, (top + 8.0) / 2, top * 0.8], tag="body", soft=5.0)
    b.lump((0, 6.5, 0), (girth, 6.5, girth * 0.86), tag="body", soft=5.0)
    b.lump((0, 9.0, 0), (girth * 0.84, 8.5, girth * 0.74), tag="body", soft=5.0)
    lobes = g.count(4, 7)
    for k in range(lobes):
        a = (k + 0.5) * 2 * math.pi / lobes + g.between(-0.25, 0.25)
        size = g.between(2.8, 4.6)
        at = (math.sin(a) * girth * 0.92, size * 0.7, math.cos(a) * girth * 0.8)
        b.lump(at, (size, size * 0.75, size), tag="body", soft=3.5)
    skull(b, (lean, height, 0.5), top, wide=1.06, tall=0.95, tag="body", lift=0.0, mouth_lift=-0.42)
    if g.happens(0.45):
        for side in SIDES:
            hand = (side * (girth * 0.98), 12.5 + g.between(0, 2), 5)
            b.limb([(side * girth * 0.6, 12, 2), hand], [3.6, 2.8], soft=3.0)
    if g.happens(0.5):
        belly(b, (0, 4, girth * 0.8), (girth * 0.62, 8, girth * 0.6))
    back = [(lean, height + top * 0.5, -top * 0.8), (0, height * 0.55, -girth * 0.7)]
    spine(b, back, [(0, 0.6, -0.8), (0, 0.5, -0.9)], [8, 9])


def arms(b: Body) -> None:
    """A head with arms and no legs."""
    g = b.chance
    r = g.between(12.0, 14.0)
    tall = g.between(0.92, 1.08)
    lift = g.pick((0.0, 3.0, 5.0))
    y, wide, spread = r * tall + lift, g.between(1.0, 1.08), g.between(0.38, 0.52)
    head = skull(b, (0, y, 0), r, wide=wide, tall=tall, tag="body", spread=spread)
    if g.happens(0.4):
        belly(b, head.centre + vec(0, -r * 0.75, r * 0.5), (r * 0.85, r * 0.62, r * 0.8))
    claws = gait(b)
    reach, palm, thick = g.between(7, 10), g.between(4.8, 6.6), g.between(2.8, 4.0)
    raised = g.pick(("down", "down", "out", "up"))
    for side in SIDES:
        shoulder, swing = (side * r * 0.86, y - 1, 0), b.pose.sway * 0.8 * side
        if raised == "down":
            elbow = (side * (r + reach * 0.75), r + lift + 0.5, 1)
            hand = (side * (r + reach * 0.72 + swing), palm * 0.9, 4)
        elif raised == "out":
            elbow = (side * (r + reach * 0.5), r + lift - 5, 1)
            hand = (side * (r + reach), r + lift - 2 + swing, 4)
        else:
            elbow = (side * (r + reach * 0.8), r + lift - 3, 1)
            hand = (side * (r + reach * 0.8), r * 1.5 + lift + swing, 3)
        arm(b, shoulder, elbow, hand, thick, palm=palm, claws=claws)
        b.spot("shoulders", shoulder, (side, 0.7, 0), 4)
    _back_spots(b, y, r, r * tall, r)


def legs(b: Body) -> None:
    """A head with legs and no arms."""
    g = b.chance
    r = g.between(12.0, 14.0)
    length = g.pick((5.0, 7.5, 11.0))
    bob = b.pose.breath * 0.3
    tall = g.between(0.92, 1.12)
    y = length + r * tall * 0.92 + bob
    head = skull(b, (0, y, 0), r, wide=g.between(0.96, 1.08), tall=tall, tag="body")
    style = g.pick(("belly", "mask", "muzzle", "plain"))
    if style == "belly":
        belly(b, head.centre + vec(0, -r * 0.85, r * 0.5), (r * 0.8, r * 0.62, r * 0.8))
    elif style == "mask":
        belly(b, head.centre + vec(0, -r * 0.1, r * 0.85), (r * 0.74, r * 0.66, r * 0.7))
    elif style == "muzzle":
        muzzle(b, head, length=0.3, width=0.42, material=Material.BELLY)
    claws = gait(b)
    thick = g.between(3.2, 4.4)
    stance = r * g.between(0.42, 0.6)
    for side in SIDES:
        hip, ankle = (side * stance, y - r * 0.75, 0), (side * stance * 1.12, thick * 0.75, 0.5)
        knee, foot_size = (side * length * 0.12, 0, length * 0.1), thick * g.pick((1.15, 1.35))
        leg(b, hip, ankle, thick, claws=claws, knee=knee, foot_size=foot_size)
    _back_spots(b, y, r, r * tall, r)
    if g.happens(0.5):
        tip = (7 + b.pose.sway, y - r * 0.2, -r * 1.5)
        b.limb([(0, y - r * 0.6, -r * 0.8), (3, y - r * 0.7, -r * 1.3), tip], [2.6, 2.2, 1.6], tag="tail")
        b.spot("tail", tip, (0.7, 0.7, -0.2), 3)


def heads(b: Body) -> None:
    """Two or three heads, with or without a body."""
    {"pair": _pair, "trio": _trio, "hydra": _hydra}[b.chance.pick(("pair", "trio", "hydra"))](b)


def _companion(b: Body, at: tuple[float, float, float], r: float, k: int, *, pale: bool) -> None:
    """Head number `k` of several; the first has the ornaments, all can have the same pale chin."""
    x, y, z = at
    tag = ("body", "head", "snout")[k]
    bounce = b.pose.breath * (0.35 if k % 2 else -0.35)
    spread = b.chance.between(0.42, 0.52)
    head = skull(b, (x, y + bounce, z), r, tag=tag, main=k == 0, wide=1.04, spread=spread)
    if pale:
        belly(b, head.centre + vec(0, -r * 0.8, r * 0.5), (r * 0.8, r * 0.6, r * 0.8), tags=(tag,))


def _pair(b: Body) -> None:
    g = b.chance
    big, small, pale = g.between(11.0, 12.5), g.between(8.2, 10.0), g.happens(0.5)
    up = g.pick((0.0, 6.0))
    _companion(b, (-6.5, big, 0), big, 0, pale=pale)
    _companion(b, (big * 0.98, small + up, 4.0), small, 1, pale=pale)
    spine(b, [(-6.5, big * 1.5, -big * 0.8)], [(0, 0.5, -1)], [8])


def _trio(b: Body) -> None:
    g = b.chance
    big, small, pale = g.between(10.5, 12.0), g.between(7.4, 8.6), g.happens(0.5)
    high = g.between(0.9, 1.5) * big
    _companion(b, (0, big, 5), big, 0, pale=pale)
    _companion(b, (-big * 1.08, high + 2, -5), small, 1, pale=pale)
    _companion(b, (big * 1.08, high - 1, -5), small, 2, pale=pale)
    spine(b, [(0, big * 1.6, -3)], [(0, 0.5, -1)], [8])


def _hydra(b: Body) -> None:
    g = b.chance
    n, r, pale = g.pick((2, 3)), g.between(6.6, 7.8), g.happens(0.5)
    girth, reach = g.between(9.5, 11.5), g.between(9.5, 13.0)
    b.lump((0, girth * 0.86, -2), (girth * 1.1, girth * 0.86, girth), tag="trunk", soft=4.0)
    belly(b, (0, girth * 0.5, girth * 0.8), (girth * 0.8, girth * 0.75, girth * 0.7), tags=("trunk",))
    for k in range(n):
        side = 0.0 if n == 3 and k == 0 else -1.0 if k == n - 2 else 1.0
        sway = b.pose.sway * (0.8 if k % 2 else -0.8)
        x, height = side * r * (1.62 if n == 3 else 1.2) + sway, 1.0 if side == 0 or n == 2 else 0.5
        tip = (x, girth * 1.35 + reach * height, 2.0 - abs(side))
        neck = [(side * girth * 0.5, girth, -1), (side * (r * 1.5), girth * 1.35 + reach * 0.3, -1), tip]
        b.limb(neck, [r * 0.62, r * 0.46, r * 0.5], tag="neck", soft=2.5)
        _companion(b, tip, r, k, pale=pale)
    for side in SIDES:
        b.lump((side * girth * 0.7, 2.6, girth * 0.45), (3.6, 2.6, 4.4), tag="limb", soft=2.0)
    spine(b, [(0, girth * 1.5, -girth * 0.7), (0, girth * 0.9, -girth)], [(0, 0.6, -1), (0, 0.2, -1)], [7, 7])


def tentacles(b: Body) -> None:
    """A dome over tentacles."""
    g = b.chance
    r = g.between(12.0, 14.5)
    tall = g.between(0.8, 1.12)
    length = g.between(12, 17)
    y = length + r * tall * 0.62
    lift, mouth_lift = g.between(-0.1, 0.02), g.between(-0.42, -0.36)
    skull(b, (0, y, 0), r, tall=tall, wide=1.05, tag="body", lift=lift, mouth_lift=mouth_lift)
    if g.happens(0.45):
        b.crisp_lump((0, y - r * tall * 0.42, 0), (r * 1.16, r * 0.3, r * 1.1), Material.ACCENT, tag="rim")
        b.heads[-1] = replace(b.heads[-1], lift=0.16, mouth_lift=-0.14)
    n = g.pick((6, 7, 8))
    curl, thick = g.between(0.4, 1.0), g.between(2.6, 3.6)
    tip_material = Material.ACCENT if g.happens(0.4) else Material.BODY
    for k in range(n):
        a = (k + 0.5) * 2 * math.pi / n
        s, c = math.sin(a), math.cos(a)
        wave = b.pose.sway * (1.0 if k % 2 else -1.0)
        out = r * (1.0 + 0.34 * curl)
        root, middle = (
            (s * r * 0.5, y - r * tall * 0.55, c * r * 0.5),
            (s * r * 0.8, length * 0.62, c * r * 0.74),
        )
        knee, lift = (s * out + wave * 0.4, length * 0.22, c * out * 0.85), 1.6 + 5 * curl * g.between(0.1, 1)
        foot = (s * (out + 3.5 * curl) + wave, lift, c * (out + 2 * curl) * 0.85)
        b.limb((root, middle, knee, foot), (thick, thick * 0.92, thick * 0.72, thick * 0.42), soft=1.5)
        if tip_material is Material.ACCENT:
            b.crisp_lump(foot, thick * 0.72, Material.ACCENT, tag="limb")
    _back_spots(b, y, r, r * tall, r)
