"""What elements lend: flames, fins, leaves, flowers, bolts, crystals, stones, wisps, bubbles, steel, ribbons, gems."""

from __future__ import annotations

import math

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.ornaments.kit import Grow, side_of
from spriteloom.data.procedural.plans.shapes import fan
from spriteloom.data.procedural.solids import Material, closed_curve, cross, unit, vec

_FLAMES = (
    ((-0.40, -0.1), (-0.62, 0.3), (-0.50, 0.62), (-0.56, 1.02), (-0.22, 0.8), (0.02, 1.65), (0.26, 0.95), (0.5, 1.2), (0.60, 0.5),
     (0.44, -0.1), (0, -0.3)),
    ((-0.42, -0.1), (-0.6, 0.45), (-0.36, 0.9), (-0.1, 1.1), (0.22, 1.7), (0.3, 1.05), (0.6, 0.55), (0.44, -0.1), (0, -0.3)),
)  # fmt: skip


def flame(chance: Chance, own: Material) -> Grow:
    shape = chance.pick(_FLAMES)
    size, mirrored = chance.between(0.6, 0.95), chance.side()

    def grow(b: Body, s: Spot) -> None:
        k = max(s.size * size, 3.2)
        at = s.at - s.out * k * 0.12
        layers = ((1.0, 0.0, Material.ACCENT), (0.66, 0.6, Material.PALE), (0.36, 1.2, Material.GLOW))
        for share, ahead, material in layers:
            tall = share * (1 + 0.1 * b.pose.breath)
            points = [(mirrored * x * k * share + 0.09 * k * y * y * b.pose.sway, y * k * tall) for x, y in shape]
            b.banner(at, points, material, ahead=ahead, curl=0.1, crisp=share == 1.0)

    return grow


def fins(chance: Chance, own: Material) -> Grow:
    long, wide, tilt = chance.between(0.7, 1.1), chance.between(0.5, 0.75), chance.between(0.1, 0.6)
    rays = chance.pick((3, 3, 4))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        lean = tilt + 0.06 * b.pose.flap
        if side == 0:
            b.plate(s.at - s.out, s.out, (0, 0, -1), *_ribbed(r * long, r * wide, rays))
            return
        b.plate(s.at - s.out * 1.2, (side, lean, -0.35), (-side * lean, 1, 0), *_ribbed(r * long, r * wide, rays))

    return grow


def _ribbed(length: float, width: float, rays: int) -> tuple[list[tuple[float, float]], Material]:
    return fan(length, width, rays)


def crest_fin(chance: Chance, own: Material) -> Grow:
    tall = chance.between(0.6, 0.95)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for k, (lean, size) in enumerate(((0.35, 1.0), (-0.15, 0.9), (-0.75, 0.7))):
            at = s.at + vec(0, -r * 0.1 * k, -r * 0.3 * k)
            b.horn(at, (0.05 * b.pose.sway, 1, lean - 0.3), r * tall * size, r * 0.2, bend=(0, 0, -r * 0.25), material=Material.ACCENT)

    return grow


def leaves(chance: Chance, own: Material) -> Grow:
    n = chance.pick((1, 2, 2, 3))
    long, wide = chance.between(0.9, 1.3), chance.between(0.24, 0.34)
    lean = chance.between(-0.4, 0.4)

    def grow(b: Body, s: Spot) -> None:
        length, w = max(s.size * long, 5.5), max(s.size * wide, 1.9)
        outline = [tuple(p) for p in closed_curve(
            [(-0.5, 0), (length * 0.3, w), (length * 0.68, w * 0.85), (length * 1.05, -w * 0.15), (length * 0.6, -w * 0.85),
             (length * 0.25, -w * 0.8)], 3).tolist()]  # fmt: skip
        for k in range(n):
            spread = (k - (n - 1) / 2) * 1.25 + lean * (n == 1) + 0.05 * b.pose.sway
            u = unit(vec(spread, 0.85, 0.1) + s.out * 0.7)
            v = unit(cross(vec(0, 0, 1), u) + vec(0, 0, 0.25))
            b.plate(s.at - s.out * 0.6, u, v, outline, own, ribs=[(0.5, 0, length * 0.85, 0)], curl=0.7)

    return grow


def flower(chance: Chance, own: Material) -> Grow:
    petals, size = chance.pick((5, 5, 6)), chance.between(0.3, 0.4)

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size * size, 2.3)
        at = s.at + s.out * r * 0.7
        facing = unit(s.out * 0.5 + vec(0, 0.1, 1.0))
        across = unit(cross(facing, vec(0, 1, 0)))
        up = cross(across, facing)
        for k in range(petals):
            a = 2 * math.pi * k / petals + 0.3
            b.lump(at + (across * math.cos(a) + up * math.sin(a)) * r * 0.95, r * 0.62, Material.PALE if own is Material.ACCENT else Material.ACCENT,
                   tag="ornament", soft=0.0, crisp=True)  # fmt: skip
        b.lump(at + facing * r * 0.45, r * 0.55, Material.GLOW, tag="ornament", soft=0.0, crisp=True)

    return grow


def mushrooms(chance: Chance, own: Material) -> Grow:
    size = chance.between(0.5, 0.72)

    def grow(b: Body, s: Spot) -> None:
        for dx, share in ((-0.35, 1.0), (0.75, 0.62)):
            r = max(s.size * size * share, 2.2)
            foot = s.at + vec(dx * s.size * 0.8, -0.5, 0)
            top = foot + unit(s.out + vec(dx * 0.4, 0.5, 0)) * r * 1.2
            b.limb((foot, top), (r * 0.42, r * 0.36), Material.BELLY, tag="ornament", soft=0.0, crisp=True)
            b.lump(top, (r, r * 0.68, r), Material.ACCENT, along=top - foot, tag="ornament", soft=0.0, crisp=True)
            for sx, sy in ((-0.35, 0.3), (0.4, 0.12)):
                b.lump(top + vec(sx * r, sy * r, r * 0.72), r * 0.2, Material.BELLY, tag="ornament", soft=0.0)

    return grow


def bolt(chance: Chance, own: Material) -> Grow:
    size = chance.between(0.52, 0.68)

    def grow(b: Body, s: Spot) -> None:
        k, side = max(s.size * size, 3.6), side_of(s) or 1.0
        lean = 0.35 * (0 if abs(float(s.out[0])) < 0.1 else 1) + 0.05 * b.pose.sway
        zig = ((-0.25, -0.3), (0.5, 0.45), (0.12, 0.55), (0.75, 1.15), (0.45, 1.25), (1.15, 2.2), (0.1, 1.45), (0.3, 1.2), (-0.4, 0.8),
               (-0.1, 0.6), (-0.55, 0.0))  # fmt: skip
        points = [(side * (x + lean * y) * k, y * k * 0.85) for x, y in zig]
        b.banner(s.at, points, Material.ACCENT if own is Material.ACCENT else Material.BODY, curl=0.35)

    return grow


def spark(chance: Chance, own: Material) -> Grow:
    rays, size = chance.pick((4, 5, 6)), chance.between(0.9, 1.2)

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


def antenna_orb(chance: Chance, own: Material) -> Grow:
    tall = chance.between(0.6, 0.9)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        tip = s.at + vec(0.6 * b.pose.sway, r * tall, 0.5)
        b.limb((s.at - s.out, (s.at + tip) / 2 + vec(r * 0.12, 0, 0), tip), (1.2, 1.0, 0.9), Material.DEEP, tag="ornament", soft=0.0, crisp=True)
        b.lump(tip, max(r * 0.22, 2.2), Material.GLOW, tag="ornament", soft=0.0, crisp=True)

    return grow


def crystals(chance: Chance, own: Material) -> Grow:
    long, thick = chance.between(1.0, 1.5), chance.between(0.22, 0.32)
    material = chance.pick((Material.ACCENT, Material.PALE, Material.PALE))

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size, 5.0)
        for k, (lean, size) in enumerate(((0.0, 1.0), (0.55, 0.66), (-0.5, 0.58))):
            out = unit(s.out + vec(lean, 0.1, 0.1 * k))
            b.crystal(s.at + vec(lean * r * 0.35, -1.2, 0.4 * k), out, r * long * size, r * thick * (0.75 + 0.25 * size), material)

    return grow


def stones(chance: Chance, own: Material) -> Grow:
    size = chance.between(0.42, 0.6)
    material = Material.DEEP if own is Material.BODY else Material.ACCENT

    def grow(b: Body, s: Spot) -> None:
        r = s.size * size
        b.boulder(s.at + s.out * r * 0.15, r, material)
        b.boulder(s.at + vec(r * 0.9, -r * 0.2, r * 0.3), r * 0.62, material)

    return grow


def wisp(chance: Chance, own: Material) -> Grow:
    tall, curl = chance.between(0.9, 1.4), chance.side()
    material = chance.pick((Material.BODY, Material.DEEP))

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        points = [s.at + vec(curl * x * r + 0.5 * b.pose.sway * y, y * r * tall, -0.5) for x, y in
                  ((0, -0.3), (-0.1, 0.2), (0.12, 0.6), (0.5, 0.72))]  # fmt: skip
        b.limb(points, (r * 0.42, r * 0.32, r * 0.2, 0.7), material, soft=2.5, tag="ornament")

    return grow


def warts(chance: Chance, own: Material) -> Grow:
    size = chance.between(0.2, 0.3)

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size * size, 1.7)
        for dx, dy, k in ((0, 0, 1.0), (1.9, -0.6, 0.72), (-1.7, -0.9, 0.6)):
            b.lump(s.at + vec(dx * r, dy * r, 0.4), r * k, Material.ACCENT, tag="ornament", soft=0.0, crisp=True)

    return grow


def bolts(chance: Chance, own: Material) -> Grow:
    long = chance.between(0.35, 0.55)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        way = unit(s.out * vec(1, 0.2, 0) + vec(0, 0.02, 0))
        end = s.at + way * r * long * 0.5
        b.limb((s.at - way, end), (r * 0.17, r * 0.17), Material.DEEP, tag="ornament", soft=0.0, crisp=True)
        b.lump(end, (r * 0.27, r * 0.12, r * 0.27), Material.METAL if own is Material.BODY else Material.PALE, along=way,
               tag="ornament", soft=0.0, crisp=True)  # fmt: skip

    return grow


def blade(chance: Chance, own: Material) -> Grow:
    tall = chance.between(0.9, 1.3)
    material = Material.METAL if own is Material.BODY else Material.PALE

    def grow(b: Body, s: Spot) -> None:
        b.crystal(s.at - s.out * 1.5, s.out + vec(0, 0.4, 0), max(s.size * tall, 6.0), max(s.size * 0.17, 1.7), material)

    return grow


def ribbon(chance: Chance, own: Material) -> Grow:
    size, one = chance.between(0.36, 0.48), chance.side()

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) not in (0.0, float(one)):
            return
        r = max(s.size * size, 2.8)
        at = s.at + s.out * r * 0.3 + vec(0, 0, 1.5)
        for side in (-1, 1):
            points = [(0, 0), (side * r * 0.8, r * 0.75), (side * r * 1.35, r * 0.6), (side * r * 1.3, -r * 0.45), (side * r * 0.75, -r * 0.55)]
            b.banner(at, points, Material.ACCENT, ahead=1.0, curl=0.7)
        b.lump(at + vec(0, 0, 1.8), r * 0.36, Material.PALE, tag="ornament", soft=0.0, crisp=True)

    return grow


def gem(chance: Chance, own: Material) -> Grow:
    tall = chance.between(0.16, 0.22)

    def grow(b: Body, s: Spot) -> None:
        r = max(s.size * tall, 1.5)
        b.lump(s.at, (r, r * 1.35, r * 0.9), Material.GLOW, tag="ornament", soft=0.0, crisp=True)

    return grow


def curls(chance: Chance, own: Material) -> Grow:
    size = chance.between(0.8, 1.1)

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size * size, side_of(s) or 1.0
        path = ((-0.1, -0.1), (0.28, 0.4), (0.68, 0.42), (0.82, 0.08), (0.58, -0.06))
        points = [s.at + vec(side * x * r + 0.3 * b.pose.sway, y * r, 0.2) for x, y in path]
        b.limb(points, (r * 0.19, r * 0.17, r * 0.14, r * 0.12, r * 0.1), own, tag="ornament", soft=0.0, crisp=True)

    return grow


def collar(chance: Chance, own: Material) -> Grow:
    material = chance.pick((Material.BELLY, Material.BELLY, Material.PALE))

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for k in range(8):
            a = 2 * math.pi * (k + 0.5) / 8
            at = s.at + vec(math.cos(a) * r * 0.72, -abs(math.sin(a)) * r * 0.1 + math.sin(a) * r * 0.3, math.sin(a) * r * 0.5)
            b.lump(at, r * 0.33, material, tag="ornament", soft=1.0, crisp=True)

    return grow


def headband(chance: Chance, own: Material) -> Grow:
    long = chance.between(0.8, 1.2)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for lean, drop in ((0.6, -0.55), (0.75, -0.05)):
            tip = s.at + vec(r * lean * long + 0.5 * b.pose.sway, r * drop, -r * 0.5)
            b.limb((s.at, (s.at + tip) / 2 + vec(0, r * 0.15, -1), tip), (1.3, 1.6, 1.2), Material.ACCENT, tag="ornament", soft=0.0, crisp=True)
        b.lump(s.at, r * 0.2, Material.ACCENT, tag="ornament", soft=0.0, crisp=True)

    return grow
