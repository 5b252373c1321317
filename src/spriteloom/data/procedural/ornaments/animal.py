"""What animals wear: ears, horns, tufts, spikes, feelers, small wings."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.ornaments.kit import Grow, side_of
from spriteloom.data.procedural.plans.shapes import bat_wing, feather, insect_wing
from spriteloom.data.procedural.solids import Material, unit, vec


def pointed_ears(chance: Chance, own: Material) -> Grow:
    tall, wide = chance.between(0.75, 1.25), chance.between(0.30, 0.40)
    tipped = chance.happens(0.5)

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        out = unit(s.out + vec(0, 0.5, 0))
        tip = s.at + out * r * tall + vec(side * 0.3 * b.pose.sway, 0, 0)
        root = s.at - out * r * 0.25
        b.limb((root, (root + tip) / 2 + vec(side * r * 0.06, 0, 0), tip), (r * wide, r * wide * 0.8, 0.7), soft=1.5, tag="ear")
        front = vec(0, 0, r * wide * 0.55)
        b.limb((root + out * r * 0.3 + front, tip - out * r * 0.3 + front * 0.7), (r * wide * 0.52, 0.6), Material.ACCENT,
               tag="ear", soft=0.0)  # fmt: skip
        if tipped:
            b.limb((tip - out * r * tall * 0.22, tip), (r * wide * 0.62, 0.8), Material.ACCENT, tag="ear", soft=0.0)

    return grow


def round_ears(chance: Chance, own: Material) -> Grow:
    size = chance.between(0.34, 0.5)

    def grow(b: Body, s: Spot) -> None:
        r = s.size * size
        at = s.at + s.out * r * 0.55
        b.lump(at, (r, r, r * 0.6), soft=1.0, tag="ear")
        b.lump(at + vec(0, 0, r * 0.45), (r * 0.58, r * 0.58, r * 0.3), Material.ACCENT, tag="ear", soft=0.0)

    return grow


def long_ears(chance: Chance, own: Material) -> Grow:
    tall, droop = chance.between(1.3, 1.8), chance.pick((0.0, 0.0, 0.6))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        up = unit(s.out + vec(0, 1.2, 0))
        middle = s.at + up * r * tall * 0.62
        tip = s.at + up * r * tall * (1 - droop * 0.4) + vec(side * r * (0.12 + droop) + 0.5 * b.pose.sway, -droop * r * 0.5, -1)
        b.limb((s.at - up * r * 0.2, middle, tip), (r * 0.22, r * 0.29, r * 0.17), soft=1.0, tag="ear")
        front = vec(0, 0, r * 0.19)
        b.limb((s.at + up * r * 0.3 + front, middle + front, (middle + tip) / 2 + front), (r * 0.11, r * 0.15, 0.6),
               Material.ACCENT, tag="ear", soft=0.0)  # fmt: skip

    return grow


def flop_ears(chance: Chance, own: Material) -> Grow:
    drop = chance.between(0.8, 1.2)
    material = chance.pick((Material.DEEP, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        knee = s.at + vec(side * r * 0.38, r * 0.08, 0)
        end = knee + vec(side * r * 0.2 + 0.4 * b.pose.sway, -r * drop * 0.85, 1.0)
        b.limb((s.at - vec(side, 1, 0), knee, end), (r * 0.2, r * 0.27, r * 0.32), material, soft=0.0, tag="ear", crisp=True)

    return grow


def horns(chance: Chance, own: Material) -> Grow:
    long, thick = chance.between(0.6, 1.1), chance.between(0.2, 0.28)
    bend = chance.pick(((0.3, 0.35, -0.2), (-0.35, 0.4, 0.1), (0.5, -0.1, -0.3), (0.0, 0.2, 0.0)))
    material = chance.pick((Material.BONE, Material.BONE, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        x, y, z = (c * r for c in bend)
        b.horn(s.at, s.out + vec(0, 0.2, 0), r * long, r * thick, bend=(x * side_of(s), y, z), material=material)

    return grow


def ram_horns(chance: Chance, own: Material) -> Grow:
    material = chance.pick((Material.BONE, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        path = [(-0.1, 0.2, 0), (0.45, 0.42, -0.15), (0.78, 0.02, 0.0), (0.6, -0.42, 0.25), (0.22, -0.36, 0.5), (0.26, -0.05, 0.6)]
        points = [s.at + vec(side * x * r, y * r, z * r) for x, y, z in path]
        b.limb(points, [r * w for w in (0.26, 0.25, 0.22, 0.18, 0.13, 0.07)], material, tag="ornament", soft=0.0, crisp=True)

    return grow


def single_horn(chance: Chance, own: Material) -> Grow:
    long, thick = chance.between(0.75, 1.2), chance.between(0.19, 0.27)
    material = chance.pick((Material.BONE, Material.ACCENT, Material.GLOW))

    def grow(b: Body, s: Spot) -> None:
        b.horn(s.at, s.out + vec(0, 0.4, 0), s.size * long, s.size * thick, bend=(0, s.size * 0.2, 0), material=material)

    return grow


def spikes(chance: Chance, own: Material) -> Grow:
    long, thick = chance.between(0.75, 1.15), chance.between(0.32, 0.46)
    material = chance.pick((Material.BONE, Material.ACCENT, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        b.horn(s.at - s.out, s.out, s.size * long + 1, s.size * thick, bend=(0, 0.5, -0.8), material=material)

    return grow


def tuft(chance: Chance, own: Material) -> Grow:
    material = chance.pick((Material.BODY, Material.ACCENT, Material.DEEP))
    n, long = chance.pick((3, 3, 5)), chance.between(0.5, 0.85)
    lean = chance.between(-0.35, 0.35)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for k in range(n):
            t = (k - (n - 1) / 2) / n * 1.7
            length = r * long * (1 - 0.35 * abs(t))
            b.horn(s.at + vec(t * r * 0.3, -r * 0.1, -abs(t)), (t + lean + 0.04 * b.pose.sway, 1, 0.1), length, r * 0.2,
                   bend=(lean * r * 0.3, 0, 0.5), material=material)  # fmt: skip

    return grow


def cheek_fluff(chance: Chance, own: Material) -> Grow:
    material = chance.pick((Material.BELLY, Material.BODY, Material.DEEP))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        for k, tilt in enumerate((0.25, -0.35)):
            at = s.at - vec(side * r * 0.12, r * 0.22 * k, 1.0)
            b.horn(at, (side, tilt, 0), r * (0.55 - 0.1 * k), r * 0.2, bend=(0, r * 0.12, 0), material=material)

    return grow


def feelers(chance: Chance, own: Material) -> Grow:
    long, curl = chance.between(0.8, 1.2), chance.between(0.2, 0.7)
    knob = chance.pick((Material.ACCENT, Material.GLOW))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        middle = s.at + unit(s.out + vec(0, 0.7, 0)) * r * long * 0.6
        end = middle + vec(side * r * curl * 0.7 + 0.4 * b.pose.sway, r * long * 0.4, 1)
        b.limb((s.at - s.out, middle, end), (1.1, 0.9, 0.8), Material.DEEP, tag="ornament", soft=0.0, crisp=True)
        b.lump(end, max(r * 0.17, 1.5), knob, tag="ornament", soft=0.0, crisp=True)

    return grow


def bat_winglets(chance: Chance, own: Material) -> Grow:
    span = chance.between(1.8, 2.5)

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) == 0:
            return
        side, size = side_of(s), s.size * span
        outline, ribs = bat_wing(size, size * 0.8)
        slope = 0.55 + 0.14 * b.pose.flap
        at = s.at - vec(side * 2.0, 1.0, 3.5)
        b.plate(at, (side, slope, -0.35), (-side * slope, 1, 0), outline, Material.ACCENT, ribs=ribs, curl=0.35)
        wrist = at + vec(side * size * 0.24, size * 0.55, -0.5)
        b.limb((at, wrist), (1.2, 0.9), soft=0.0, tag="ornament", crisp=True)

    return grow


def feather_winglets(chance: Chance, own: Material) -> Grow:
    span = chance.between(1.7, 2.3)
    material = chance.pick((Material.BELLY, own, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) == 0:
            return
        side, size = side_of(s), s.size * span
        for k in range(3):
            slope = 0.15 + 0.42 * k + 0.12 * b.pose.flap
            at = s.at - vec(side * 1.6, 1.5 - 0.6 * k, 3.6 - 0.5 * k)
            b.plate(at, (side, slope, -0.3), (-side * slope, 1, 0), feather(size * (0.75 + 0.13 * k), 2.6), material, curl=0.5)

    return grow


def fairy_winglets(chance: Chance, own: Material) -> Grow:
    span = chance.between(1.7, 2.4)

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) == 0:
            return
        side, size = side_of(s), s.size * span
        for slope, share in ((0.8 + 0.16 * b.pose.flap, 1.0), (-0.3 - 0.1 * b.pose.flap, 0.66)):
            outline, ribs = insect_wing(size * share, size * 0.42 * share)
            at = s.at - vec(side * 2.0, 1.5, 3.5)
            b.plate(at, (side, slope, -0.3), (-side * slope, 1, 0), outline, Material.PALE, ribs=ribs, curl=0.4)

    return grow


def feather_crest(chance: Chance, own: Material) -> Grow:
    n, long = chance.pick((2, 3)), chance.between(0.8, 1.25)

    def grow(b: Body, s: Spot) -> None:
        for k in range(n):
            back = 0.25 + 0.4 * k
            at = s.at - vec(0, s.size * 0.12 * (1 + k), 1.5 * k)
            tip = at + unit(vec(0.12 * (k - 1) + 0.03 * b.pose.sway, 1, -back)) * s.size * long * (1 - 0.12 * k)
            b.limb((at, (at + tip) / 2 + vec(0, s.size * 0.08, 0), tip), (1.2, s.size * 0.17, 0.6), Material.ACCENT,
                   tag="ornament", soft=0.0, crisp=True)  # fmt: skip

    return grow


def mandibles(chance: Chance, own: Material) -> Grow:
    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        at = s.at + vec(-side * r * 0.12, -r * 0.35, r * 0.2)
        b.limb((at, at + vec(side * r * 0.25, -r * 0.25, r * 0.3), at + vec(-side * r * 0.1, -r * 0.5, r * 0.45)),
               (r * 0.15, r * 0.13, 0.5), Material.BONE, tag="claw", soft=0.0, crisp=True)  # fmt: skip

    return grow
