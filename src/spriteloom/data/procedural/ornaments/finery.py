"""What looks made or charged: bolts, sparks, orbs, steel, gems, ribbons, curls, collars, headbands."""

from __future__ import annotations

import math

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.ornaments.kit import Grow, Taste, side_of
from spriteloom.data.procedural.solids import Material, unit, vec


def bolt(taste: Taste) -> Grow:
    size = taste.chance.between(0.52, 0.68)

    def grow(b: Body, s: Spot) -> None:
        k, side = max(s.size * size, 3.6), side_of(s) or 1.0
        lean = 0.35 * (0 if abs(float(s.out[0])) < 0.1 else 1) + 0.05 * b.pose.sway
        zig = (
            (-0.25, -0.3),
            (0.5, 0.45),
            (0.12, 0.55),
            (0.75, 1.15),
            (0.45, 1.25),
            (1.15, 2.2),
            (0.1, 1.45),
            (0.3, 1.2),
            (-0.4, 0.8),
            (-0.1, 0.6),
            (-0.55, 0.0),
        )
        points = [(side * (x + lean * y) * k, y * k * 0.85) for x, y in zig]
        b.banner(s.at, points, Material.ACCENT if taste.own is Material.ACCENT else Material.BODY, curl=0.35)

    return grow


def spark(taste: Taste) -> Grow:
    rays, size = taste.chance.pick((4, 5, 6)), taste.chance.between(0.9, 1.2)

    def grow(b: Body, s: Spot) -> None:
        k = max(s.size * size, 4.5)
        points = []
        for n in range(2 * rays):
            a = math.pi * n / rays + 0.2 + 0.1 * b.pose.sway
            r = k if n % 2 == 0 else k * 0.42
            points.append((r * math.cos(a), r * math.sin(a)))
        b.banner(s.at + s.out * k * 0.35, points, Material.ACCENT, curl=0.3)
        b.lump(s.at + s.out * k * 0.35 + vec(0, 0, 0.3), k * 0.3, Material.GLOW, tag="ornament", soft=0.0)

    return grow


def antenna_orb(taste: Taste) -> Grow:
    tall = taste.chance.between(0.6, 0.9)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        tip = s.at + vec(0.6 * b.pose.sway, r * tall, 0.5)
        b.limb(
            (s.at - s.out, (s.at + tip) / 2 + vec(r * 0.12, 0, 0), tip),
            (1.2, 1.0, 0.9),
            Material.DEEP,
            tag="ornament",
            soft=0.0,
            crisp=True,
        )
        b.lump(tip, max(r * 0.22, 2.2), Material.GLOW, tag="ornament", soft=0.0, crisp=True)

    return grow


def bolts(taste: Taste) -> Grow:
    long = taste.chance.between(0.35, 0.55)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        way = unit(s.out * vec(1, 0.2, 0) + vec(0, 0.02, 0))
        end = s.at + way * r * long * 0.5
        b.limb((s.at - way, end), (r * 0.17, r * 0.17), Material.DEEP, tag="ornament", soft=0.0, crisp=True)
        b.lump(
            end,
            (r * 0.27, r * 0.12, r * 0.27),
            Material.METAL if taste.own is Material.BODY else Material.PALE,
            along=way,
            tag="ornament",
            soft=0.0,
            crisp=True,
        )

    return grow


def blade(taste: Taste) -> Grow:
    tall = taste.chance.between(0.9, 1.3)
    material = Material.METAL if taste.own is Material.BODY else Material.PALE

    def grow(b: Body, s: Spot) -> None:
        b.crystal(
            s.at - s.out * 1.5,
            s.out + vec(0, 0.4, 0),
            max(s.size * tall, 6.0),
            max(s.size * 0.17, 1.7),
            material,
        )

    return grow


def ribbon(taste: Taste) -> Grow:
    size, one = taste.chance.between(0.36, 0.48), taste.chance.side()

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) not in (0.0, float(one)):
            return
        r = max(s.size * size, 2.8)
        at = s.at + s.out * r * 0.3 + vec(0, 0, 1.5)
        for side in (-1, 1):
            points = [
                (0, 0),
                (side * r * 0.8, r * 0.75),
                (side * r * 1.35, r * 0.6),
                (side * r * 1.3, -r * 0.45),
                (side * r * 0.75, -r * 0.55),
            ]
            b.banner(at, points, Material.ACCENT, ahead=1.0, curl=0.7)
        b.lump(at + vec(0, 0, 1.8), r * 0.36, Material.PALE, tag="ornament", soft=0.0, crisp=True)

    return grow


def gem(taste: Taste) -> Grow:
    tall = taste.chance.between(0.16, 0.22)

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size * tall, 1.5)
        b.lump(s.at, (r, r * 1.35, r * 0.9), Material.GLOW, tag="ornament", soft=0.0, crisp=True)

    return grow


def curls(taste: Taste) -> Grow:
    size = taste.chance.between(0.8, 1.1)

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size * size, side_of(s) or 1.0
        path = ((-0.1, -0.1), (0.28, 0.4), (0.68, 0.42), (0.82, 0.08), (0.58, -0.06))
        points = [s.at + vec(side * x * r + 0.3 * b.pose.sway, y * r, 0.2) for x, y in path]
        b.limb(
            points,
            (r * 0.19, r * 0.17, r * 0.14, r * 0.12, r * 0.1),
            taste.own,
            tag="ornament",
            soft=0.0,
            crisp=True,
        )

    return grow


def collar(taste: Taste) -> Grow:
    material = taste.chance.pick((Material.BELLY, Material.BELLY, Material.PALE))

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for k in range(8):
            a = 2 * math.pi * (k + 0.5) / 8
            at = s.at + vec(
                math.cos(a) * r * 0.72,
                -abs(math.sin(a)) * r * 0.1 + math.sin(a) * r * 0.3,
                math.sin(a) * r * 0.5,
            )
            b.lump(at, r * 0.33, material, tag="ornament", soft=1.0, crisp=True)

    return grow


def headband(taste: Taste) -> Grow:
    long = taste.chance.between(0.8, 1.2)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for lean, drop in ((0.6, -0.55), (0.75, -0.05)):
            tip = s.at + vec(r * lean * long + 0.5 * b.pose.sway, r * drop, -r * 0.5)
            b.limb(
                (s.at, (s.at + tip) / 2 + vec(0, r * 0.15, -1), tip),
                (1.3, 1.6, 1.2),
                Material.ACCENT,
                tag="ornament",
                soft=0.0,
                crisp=True,
            )
        b.lump(s.at, r * 0.2, Material.ACCENT, tag="ornament", soft=0.0, crisp=True)

    return grow
