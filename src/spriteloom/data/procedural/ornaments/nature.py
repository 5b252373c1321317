"""What nature lends: flames, fins, leaves, flowers, mushrooms, crystals, stones, wisps, warts."""

from __future__ import annotations

import math

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.ornaments.kit import Grow, Taste, side_of
from spriteloom.data.procedural.plans.shapes import fan
from spriteloom.data.procedural.solids import Material, closed_curve, cross, unit, vec

_FLAMES = (
    (
        (-0.40, -0.1),
        (-0.62, 0.3),
        (-0.50, 0.62),
        (-0.56, 1.02),
        (-0.22, 0.8),
        (0.02, 1.65),
        (0.26, 0.95),
        (0.5, 1.2),
        (0.60, 0.5),
        (0.44, -0.1),
        (0, -0.3),
    ),
    (
        (-0.42, -0.1),
        (-0.6, 0.45),
        (-0.36, 0.9),
        (-0.1, 1.1),
        (0.22, 1.7),
        (0.3, 1.05),
        (0.6, 0.55),
        (0.44, -0.1),
        (0, -0.3),
    ),
)


def flame(taste: Taste) -> Grow:
    shape = taste.chance.pick(_FLAMES)
    size, mirrored = taste.chance.between(0.6, 0.95), taste.chance.side()

    def grow(b: Body, s: Spot) -> None:
        k = max(s.size * size, 3.2)
        at = s.at - s.out * k * 0.12
        layers = ((1.0, 0.0, Material.ACCENT), (0.66, 0.6, Material.PALE), (0.36, 1.2, Material.GLOW))
        for share, ahead, material in layers:
            tall = share * (1 + 0.1 * b.pose.breath)
            points = [
                (mirrored * x * k * share + 0.09 * k * y * y * b.pose.sway, y * k * tall) for x, y in shape
            ]
            b.banner(at, points, material, ahead=ahead, curl=0.1, crisp=share == 1.0)

    return grow


def fins(taste: Taste) -> Grow:
    long, wide, tilt = (
        taste.chance.between(0.7, 1.1),
        taste.chance.between(0.5, 0.75),
        taste.chance.between(0.1, 0.6),
    )
    rays = taste.chance.pick((3, 3, 4))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        lean = tilt + 0.06 * b.pose.flap
        if side == 0:
            b.plate(s.at - s.out, s.out, (0, 0, -1), *fan(r * long, r * wide, rays))
            return
        b.plate(s.at - s.out * 1.2, (side, lean, -0.35), (-side * lean, 1, 0), *fan(r * long, r * wide, rays))

    return grow


def crest_fin(taste: Taste) -> Grow:
    tall = taste.chance.between(0.6, 0.95)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for k, (lean, size) in enumerate(((0.35, 1.0), (-0.15, 0.9), (-0.75, 0.7))):
            at = s.at + vec(0, -r * 0.1 * k, -r * 0.3 * k)
            b.horn(
                at,
                (0.05 * b.pose.sway, 1, lean - 0.3),
                r * tall * size,
                r * 0.2,
                bend=(0, 0, -r * 0.25),
                material=Material.ACCENT,
            )

    return grow


def leaves(taste: Taste) -> Grow:
    n = taste.chance.pick((1, 2, 2, 3))
    long, wide = taste.chance.between(0.9, 1.3), taste.chance.between(0.24, 0.34)
    lean = taste.chance.between(-0.4, 0.4)

    def grow(b: Body, s: Spot) -> None:
        length, w = max(s.size * long, 5.5), max(s.size * wide, 1.9)
        outline = [
            tuple(p)
            for p in closed_curve(
                [
                    (-0.5, 0),
                    (length * 0.3, w),
                    (length * 0.68, w * 0.85),
                    (length * 1.05, -w * 0.15),
                    (length * 0.6, -w * 0.85),
                    (length * 0.25, -w * 0.8),
                ],
                3,
            ).tolist()
        ]
        for k in range(n):
            spread = (k - (n - 1) / 2) * 1.25 + lean * (n == 1) + 0.05 * b.pose.sway
            u = unit(vec(spread, 0.85, 0.1) + s.out * 0.7)
            v = unit(cross(vec(0, 0, 1), u) + vec(0, 0, 0.25))
            b.plate(s.at - s.out * 0.6, u, v, outline, taste.own, ribs=[(0.5, 0, length * 0.85, 0)], curl=0.7)

    return grow


def flower(taste: Taste) -> Grow:
    petals, size = taste.chance.pick((5, 5, 6)), taste.chance.between(0.3, 0.4)

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size * size, 2.3)
        at = s.at + s.out * r * 0.7
        facing = unit(s.out * 0.5 + vec(0, 0.1, 1.0))
        across = unit(cross(facing, vec(0, 1, 0)))
        up = cross(across, facing)
        for k in range(petals):
            a = 2 * math.pi * k / petals + 0.3
            b.lump(
                at + (across * math.cos(a) + up * math.sin(a)) * r * 0.95,
                r * 0.62,
                Material.PALE if taste.own is Material.ACCENT else Material.ACCENT,
                tag="ornament",
                soft=0.0,
                crisp=True,
            )
        b.lump(at + facing * r * 0.45, r * 0.55, Material.GLOW, tag="ornament", soft=0.0, crisp=True)

    return grow


def mushrooms(taste: Taste) -> Grow:
    size = taste.chance.between(0.5, 0.72)

    def grow(b: Body, s: Spot) -> None:
        for dx, share in ((-0.35, 1.0), (0.75, 0.62)):
            r = max(s.size * size * share, 2.2)
            foot = s.at + vec(dx * s.size * 0.8, -0.5, 0)
            top = foot + unit(s.out + vec(dx * 0.4, 0.5, 0)) * r * 1.2
            b.limb((foot, top), (r * 0.42, r * 0.36), Material.BELLY, tag="ornament", soft=0.0, crisp=True)
            b.lump(
                top, (r, r * 0.68, r), Material.ACCENT, along=top - foot, tag="ornament", soft=0.0, crisp=True
            )
            for sx, sy in ((-0.35, 0.3), (0.4, 0.12)):
                b.lump(top + vec(sx * r, sy * r, r * 0.72), r * 0.2, Material.BELLY, tag="ornament", soft=0.0)

    return grow


def crystals(taste: Taste) -> Grow:
    long, thick = taste.chance.between(1.0, 1.5), taste.chance.between(0.22, 0.32)
    material = taste.chance.pick((Material.ACCENT, Material.PALE, Material.PALE))

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size, 5.0)
        for k, (lean, size) in enumerate(((0.0, 1.0), (0.55, 0.66), (-0.5, 0.58))):
            out = unit(s.out + vec(lean, 0.1, 0.1 * k))
            b.crystal(
                s.at + vec(lean * r * 0.35, -1.2, 0.4 * k),
                out,
                r * long * size,
                r * thick * (0.75 + 0.25 * size),
                material,
            )

    return grow


def stones(taste: Taste) -> Grow:
    size = taste.chance.between(0.42, 0.6)
    material = Material.DEEP if taste.own is Material.BODY else Material.ACCENT

    def grow(b: Body, s: Spot) -> None:
        r = s.size * size
        b.boulder(s.at + s.out * r * 0.15, r, material)
        b.boulder(s.at + vec(r * 0.9, -r * 0.2, r * 0.3), r * 0.62, material)

    return grow


def wisp(taste: Taste) -> Grow:
    tall, curl = taste.chance.between(0.9, 1.4), taste.chance.side()
    material = taste.chance.pick((Material.BODY, Material.DEEP))

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        points = [
            s.at + vec(curl * x * r + 0.5 * b.pose.sway * y, y * r * tall, -0.5)
            for x, y in ((0, -0.3), (-0.1, 0.2), (0.12, 0.6), (0.5, 0.72))
        ]
        b.limb(points, (r * 0.42, r * 0.32, r * 0.2, 0.7), material, soft=2.5, tag="ornament")

    return grow


def warts(taste: Taste) -> Grow:
    size = taste.chance.between(0.2, 0.3)

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size * size, 1.7)
        for dx, dy, k in ((0, 0, 1.0), (1.9, -0.6, 0.72), (-1.7, -0.9, 0.6)):
            b.lump(
                s.at + vec(dx * r, dy * r, 0.4), r * k, Material.ACCENT, tag="ornament", soft=0.0, crisp=True
            )

    return grow
