"""Ornaments that are not of animals: from flames, leaves and stones to steel, gems and ribbons."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.plans.parts import fan
from spriteloom.data.procedural.solids import Material, closed_curve, cross, unit, vec

_FLAMES = (
    (
        (-0.40, -0.1), (-0.62, 0.3), (-0.50, 0.62), (-0.56, 1.02), (-0.22, 0.8), (0.02, 1.65),
        (0.26, 0.95), (0.5, 1.2), (0.60, 0.5), (0.44, -0.1), (0, -0.3),
    ),
    (
        (-0.42, -0.1), (-0.6, 0.45), (-0.36, 0.9), (-0.1, 1.1), (0.22, 1.7), (0.3, 1.05),
        (0.6, 0.55), (0.44, -0.1), (0, -0.3),
    ),
)  # fmt: skip
_LEAF = ((0.3, 1), (0.68, 0.85), (1.05, -0.15), (0.6, -0.85), (0.25, -0.8))  # shares of length and width


def flame(b: Body, spots: Sequence[Spot]) -> None:
    shape = b.chance.pick(_FLAMES)
    size, mirrored = b.chance.between(0.6, 0.95), b.chance.side()
    for s in spots:
        k = max(s.size * size, 3.2)
        at = s.at - s.out * k * 0.12
        layers = ((1.0, 0.0, Material.ACCENT), (0.66, 0.6, Material.PALE), (0.36, 1.2, Material.GLOW))
        for share, ahead, material in layers:
            tall = share * (1 + 0.1 * b.pose.breath)
            points = [
                (mirrored * x * k * share + 0.09 * k * y * y * b.pose.sway, y * k * tall) for x, y in shape
            ]
            b.banner(at, points, material, ahead=ahead, curl=0.1, crisp=share == 1.0)


def fins(b: Body, spots: Sequence[Spot]) -> None:
    long, wide, tilt = b.chance.between(0.7, 1.1), b.chance.between(0.5, 0.75), b.chance.between(0.1, 0.6)
    rays = b.chance.pick((3, 3, 4))
    for s in spots:
        side, lean = s.side, tilt + 0.06 * b.pose.flap
        outline = fan(s.size * long, s.size * wide, rays)
        if side == 0:
            b.plate(s.at - s.out, s.out, (0, 0, -1), outline)
        else:
            b.plate(s.at - s.out * 1.2, (side, lean, -0.35), (-side * lean, 1, 0), outline)


def crest_fin(b: Body, spots: Sequence[Spot]) -> None:
    tall = b.chance.between(0.6, 0.95)
    for s in spots:
        r = s.size
        for k, (lean, size) in enumerate(((0.35, 1.0), (-0.15, 0.9), (-0.75, 0.7))):
            at, out = s.at + vec(0, -r * 0.1 * k, -r * 0.3 * k), (0.05 * b.pose.sway, 1, lean - 0.3)
            bend = (0, 0, -r * 0.25)
            b.horn(at, out, r * tall * size, r * 0.2, bend=bend, material=Material.ACCENT)


def leaves(b: Body, spots: Sequence[Spot]) -> None:
    n = b.chance.pick((1, 2, 2, 3))
    long, wide = b.chance.between(0.9, 1.3), b.chance.between(0.24, 0.34)
    lean = b.chance.between(-0.4, 0.4)
    for s in spots:
        length, w = max(s.size * long, 5.5), max(s.size * wide, 1.9)
        outline = closed_curve([(-0.5, 0), *((length * x, w * y) for x, y in _LEAF)], 3)
        vein = [(0.5, 0, length * 0.85, 0)]
        for k in range(n):
            spread = (k - (n - 1) / 2) * 1.25 + lean * (n == 1) + 0.05 * b.pose.sway
            u = unit(vec(spread, 0.85, 0.1) + s.out * 0.7)
            v = unit(cross(vec(0, 0, 1), u) + vec(0, 0, 0.25))
            b.plate(s.at - s.out * 0.6, u, v, outline, b.type_material, ribs=vein, curl=0.7)


def flower(b: Body, spots: Sequence[Spot]) -> None:
    petals, size = b.chance.pick((5, 5, 6)), b.chance.between(0.3, 0.4)
    material = Material.PALE if b.type_material is Material.ACCENT else Material.ACCENT
    for s in spots:
        r = max(s.size * size, 2.3)
        at = s.at + s.out * r * 0.7
        facing = unit(s.out * 0.5 + vec(0, 0.1, 1.0))
        across = unit(cross(facing, vec(0, 1, 0)))
        up = cross(across, facing)
        for k in range(petals):
            a = 2 * math.pi * k / petals + 0.3
            b.crisp_lump(at + (across * math.cos(a) + up * math.sin(a)) * r * 0.95, r * 0.62, material)
        b.crisp_lump(at + facing * r * 0.45, r * 0.55, Material.GLOW)


def mushrooms(b: Body, spots: Sequence[Spot]) -> None:
    size = b.chance.between(0.5, 0.72)
    for s in spots:
        for dx, share in ((-0.35, 1.0), (0.75, 0.62)):
            r = max(s.size * size * share, 2.2)
            foot = s.at + vec(dx * s.size * 0.8, -0.5, 0)
            top = foot + unit(s.out + vec(dx * 0.4, 0.5, 0)) * r * 1.2
            b.crisp_limb((foot, top), (r * 0.42, r * 0.36), Material.BELLY)
            b.crisp_lump(top, (r, r * 0.68, r), Material.ACCENT, along=top - foot)
            for sx, sy in ((-0.35, 0.3), (0.4, 0.12)):
                b.lump(top + vec(sx * r, sy * r, r * 0.72), r * 0.2, Material.BELLY, tag="ornament", soft=0.0)


def crystals(b: Body, spots: Sequence[Spot]) -> None:
    long, thick = b.chance.between(1.0, 1.5), b.chance.between(0.22, 0.32)
    material = b.chance.pick((Material.ACCENT, Material.PALE, Material.PALE))
    for s in spots:
        r = max(s.size, 5.0)
        for k, (lean, size) in enumerate(((0.0, 1.0), (0.55, 0.66), (-0.5, 0.58))):
            out = unit(s.out + vec(lean, 0.1, 0.1 * k))
            at, radius = s.at + vec(lean * r * 0.35, -1.2, 0.4 * k), r * thick * (0.75 + 0.25 * size)
            b.crystal(at, out, r * long * size, radius, material)


def stones(b: Body, spots: Sequence[Spot]) -> None:
    size = b.chance.between(0.42, 0.6)
    material = Material.DEEP if b.type_material is Material.BODY else Material.ACCENT
    for s in spots:
        r = s.size * size
        b.boulder(s.at + s.out * r * 0.15, r, material)
        b.boulder(s.at + vec(r * 0.9, -r * 0.2, r * 0.3), r * 0.62, material)


def wisp(b: Body, spots: Sequence[Spot]) -> None:
    tall, curl = b.chance.between(0.9, 1.4), b.chance.side()
    material = b.chance.pick((Material.BODY, Material.DEEP))
    for s in spots:
        r = s.size
        points = [
            s.at + vec(curl * x * r + 0.5 * b.pose.sway * y, y * r * tall, -0.5)
            for x, y in ((0, -0.3), (-0.1, 0.2), (0.12, 0.6), (0.5, 0.72))
        ]
        b.limb(points, (r * 0.42, r * 0.32, r * 0.2, 0.7), material, soft=2.5, tag="ornament")


def warts(b: Body, spots: Sequence[Spot]) -> None:
    size = b.chance.between(0.2, 0.3)
    for s in spots:
        r = max(s.size * size, 1.7)
        for dx, dy, k in ((0, 0, 1.0), (1.9, -0.6, 0.72), (-1.7, -0.9, 0.6)):
            b.crisp_lump(s.at + vec(dx * r, dy * r, 0.4), r * k, Material.ACCENT)


_BOLT = (
    (-0.25, -0.3), (0.5, 0.45), (0.12, 0.55), (0.75, 1.15), (0.45, 1.25), (1.15, 2.2),
    (0.1, 1.45), (0.3, 1.2), (-0.4, 0.8), (-0.1, 0.6), (-0.55, 0.0),
)  # fmt: skip
_BOW = ((0.8, 0.75), (1.35, 0.6), (1.3, -0.45), (0.75, -0.55))  # half of it, without the knot


def bolt(b: Body, spots: Sequence[Spot]) -> None:
    size = b.chance.between(0.52, 0.68)
    material = Material.ACCENT if b.type_material is Material.ACCENT else Material.BODY
    for s in spots:
        k, side = max(s.size * size, 3.6), s.side or 1.0
        lean = 0.35 * (0 if abs(float(s.out[0])) < 0.1 else 1) + 0.05 * b.pose.sway
        b.banner(s.at, [(side * (x + lean * y) * k, y * k * 0.85) for x, y in _BOLT], material, curl=0.35)


def spark(b: Body, spots: Sequence[Spot]) -> None:
    rays, size = b.chance.pick((4, 5, 6)), b.chance.between(0.9, 1.2)
    for s in spots:
        k = max(s.size * size, 4.5)
        points = []
        for n in range(2 * rays):
            a = math.pi * n / rays + 0.2 + 0.1 * b.pose.sway
            r = k if n % 2 == 0 else k * 0.42
            points.append((r * math.cos(a), r * math.sin(a)))
        b.banner(s.at + s.out * k * 0.35, points, Material.ACCENT, curl=0.3)
        b.lump(s.at + s.out * k * 0.35 + vec(0, 0, 0.3), k * 0.3, Material.GLOW, tag="ornament", soft=0.0)


def antenna_orb(b: Body, spots: Sequence[Spot]) -> None:
    tall = b.chance.between(0.6, 0.9)
    for s in spots:
        r = s.size
        tip = s.at + vec(0.6 * b.pose.sway, r * tall, 0.5)
        stalk = (s.at - s.out, (s.at + tip) / 2 + vec(r * 0.12, 0, 0), tip)
        b.crisp_limb(stalk, (1.2, 1.0, 0.9), Material.DEEP)
        b.crisp_lump(tip, max(r * 0.22, 2.2), Material.GLOW)


def bolts(b: Body, spots: Sequence[Spot]) -> None:
    long = b.chance.between(0.35, 0.55)
    material = Material.METAL if b.type_material is Material.BODY else Material.PALE
    for s in spots:
        r = s.size
        way = unit(s.out * vec(1, 0.2, 0) + vec(0, 0.02, 0))
        end = s.at + way * r * long * 0.5
        b.crisp_limb((s.at - way, end), (r * 0.17, r * 0.17), Material.DEEP)
        b.crisp_lump(end, (r * 0.27, r * 0.12, r * 0.27), material, along=way)


def blade(b: Body, spots: Sequence[Spot]) -> None:
    tall = b.chance.between(0.9, 1.3)
    material = Material.METAL if b.type_material is Material.BODY else Material.PALE
    for s in spots:
        length, radius = max(s.size * tall, 6.0), max(s.size * 0.17, 1.7)
        b.crystal(s.at - s.out * 1.5, s.out + vec(0, 0.4, 0), length, radius, material)


def ribbon(b: Body, spots: Sequence[Spot]) -> None:
    size, on_side = b.chance.between(0.36, 0.48), b.chance.side()
    for s in spots:
        if s.side not in (0.0, float(on_side)):
            continue
        r = max(s.size * size, 2.8)
        at = s.at + s.out * r * 0.3 + vec(0, 0, 1.5)
        for side in (-1, 1):
            points = [(0, 0), *((side * r * x, r * y) for x, y in _BOW)]
            b.banner(at, points, Material.ACCENT, ahead=1.0, curl=0.7)
        b.crisp_lump(at + vec(0, 0, 1.8), r * 0.36, Material.PALE)


def gem(b: Body, spots: Sequence[Spot]) -> None:
    tall = b.chance.between(0.16, 0.22)
    for s in spots:
        r = max(s.size * tall, 1.5)
        b.crisp_lump(s.at, (r, r * 1.35, r * 0.9), Material.GLOW)


def curls(b: Body, spots: Sequence[Spot]) -> None:
    size = b.chance.between(0.8, 1.1)
    for s in spots:
        r, side = s.size * size, s.side or 1.0
        path = ((-0.1, -0.1), (0.28, 0.4), (0.68, 0.42), (0.82, 0.08), (0.58, -0.06))
        points = [s.at + vec(side * x * r + 0.3 * b.pose.sway, y * r, 0.2) for x, y in path]
        b.crisp_limb(points, (r * 0.19, r * 0.17, r * 0.14, r * 0.12, r * 0.1), b.type_material)


def collar(b: Body, spots: Sequence[Spot]) -> None:
    material = b.chance.pick((Material.BELLY, Material.BELLY, Material.PALE))
    for s in spots:
        r = s.size
        for k in range(8):
            a = 2 * math.pi * (k + 0.5) / 8
            sin, cos = math.sin(a), math.cos(a)
            at = s.at + vec(cos * r * 0.72, -abs(sin) * r * 0.1 + sin * r * 0.3, sin * r * 0.5)
            b.lump(at, r * 0.33, material, tag="ornament", soft=1.0, crisp=True)


def headband(b: Body, spots: Sequence[Spot]) -> None:
    long = b.chance.between(0.8, 1.2)
    for s in spots:
        r = s.size
        for lean, drop in ((0.6, -0.55), (0.75, -0.05)):
            tip = s.at + vec(r * lean * long + 0.5 * b.pose.sway, r * drop, -r * 0.5)
            band = (s.at, (s.at + tip) / 2 + vec(0, r * 0.15, -1), tip)
            b.crisp_limb(band, (1.3, 1.6, 1.2), Material.ACCENT)
        b.crisp_lump(s.at, r * 0.2, Material.ACCENT)
