"""Ornaments that look made or charged: bolts, sparks, orbs, steel, gems, ribbons, curls, headbands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.solids import Material, unit, vec

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
