"""Ornaments of animals: ears, horns, tufts, spikes, feelers, crests, jaws, small wings."""

from __future__ import annotations

from collections.abc import Sequence

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.plans.parts import bat_wing, feather, insect_wing
from spriteloom.data.procedural.solids import Material, unit, vec

_RAM_HORN = (
    (-0.1, 0.2, 0), (0.45, 0.42, -0.15), (0.78, 0.02, 0.0),
    (0.6, -0.42, 0.25), (0.22, -0.36, 0.5), (0.26, -0.05, 0.6),
)  # fmt: skip


def pointed_ears(b: Body, spots: Sequence[Spot]) -> None:
    tall, wide = b.chance.between(0.75, 1.25), b.chance.between(0.30, 0.40)
    tipped = b.chance.happens(0.5)
    for s in spots:
        r, side = s.size, s.side
        out = unit(s.out + vec(0, 0.5, 0))
        tip = s.at + out * r * tall + vec(side * 0.3 * b.pose.sway, 0, 0)
        root = s.at - out * r * 0.25
        ear = (root, (root + tip) / 2 + vec(side * r * 0.06, 0, 0), tip)
        b.limb(ear, (r * wide, r * wide * 0.8, 0.7), soft=1.5, tag="ear")
        front = vec(0, 0, r * wide * 0.55)
        inner = (root + out * r * 0.3 + front, tip - out * r * 0.3 + front * 0.7)
        b.limb(inner, (r * wide * 0.52, 0.6), Material.ACCENT, tag="ear", soft=0.0)
        if tipped:
            end = (tip - out * r * tall * 0.22, tip)
            b.limb(end, (r * wide * 0.62, 0.8), Material.ACCENT, tag="ear", soft=0.0)


def round_ears(b: Body, spots: Sequence[Spot]) -> None:
    size = b.chance.between(0.34, 0.5)
    for s in spots:
        r = s.size * size
        at = s.at + s.out * r * 0.55
        b.lump(at, (r, r, r * 0.6), soft=1.0, tag="ear")
        b.lump(at + vec(0, 0, r * 0.45), (r * 0.58, r * 0.58, r * 0.3), Material.ACCENT, tag="ear", soft=0.0)


def long_ears(b: Body, spots: Sequence[Spot]) -> None:
    tall, droop = b.chance.between(1.3, 1.8), b.chance.pick((0.0, 0.0, 0.6))
    for s in spots:
        r, side = s.size, s.side
        up = unit(s.out + vec(0, 1.2, 0))
        middle = s.at + up * r * tall * 0.62
        bend = vec(side * r * (0.12 + droop) + 0.5 * b.pose.sway, -droop * r * 0.5, -1)
        tip = s.at + up * r * tall * (1 - droop * 0.4) + bend
        b.limb((s.at - up * r * 0.2, middle, tip), (r * 0.22, r * 0.29, r * 0.17), soft=1.0, tag="ear")
        front = vec(0, 0, r * 0.19)
        inner = (s.at + up * r * 0.3 + front, middle + front, (middle + tip) / 2 + front)
        b.limb(inner, (r * 0.11, r * 0.15, 0.6), Material.ACCENT, tag="ear", soft=0.0)


def flop_ears(b: Body, spots: Sequence[Spot]) -> None:
    drop = b.chance.between(0.8, 1.2)
    material = b.chance.pick((Material.DEEP, Material.ACCENT))
    for s in spots:
        r, side = s.size, s.side
        knee = s.at + vec(side * r * 0.38, r * 0.08, 0)
        end = knee + vec(side * r * 0.2 + 0.4 * b.pose.sway, -r * drop * 0.85, 1.0)
        b.crisp_limb((s.at - vec(side, 1, 0), knee, end), (r * 0.2, r * 0.27, r * 0.32), material, tag="ear")


def horns(b: Body, spots: Sequence[Spot]) -> None:
    long, thick = b.chance.between(0.6, 1.1), b.chance.between(0.2, 0.28)
    bend = b.chance.pick(((0.3, 0.35, -0.2), (-0.35, 0.4, 0.1), (0.5, -0.1, -0.3), (0.0, 0.2, 0.0)))
    material = b.chance.pick((Material.BONE, Material.BONE, Material.ACCENT))
    for s in spots:
        r = s.size
        x, y, z = (c * r for c in bend)
        b.horn(s.at, s.out + vec(0, 0.2, 0), r * long, r * thick, bend=(x * s.side, y, z), material=material)


def ram_horns(b: Body, spots: Sequence[Spot]) -> None:
    material = b.chance.pick((Material.BONE, Material.ACCENT))
    for s in spots:
        r, side = s.size, s.side
        points = [s.at + vec(side * x * r, y * r, z * r) for x, y, z in _RAM_HORN]
        b.crisp_limb(points, [r * w for w in (0.26, 0.25, 0.22, 0.18, 0.13, 0.07)], material)


def single_horn(b: Body, spots: Sequence[Spot]) -> None:
    long, thick = b.chance.between(0.75, 1.2), b.chance.between(0.19, 0.27)
    material = b.chance.pick((Material.BONE, Material.ACCENT, Material.GLOW))
    for s in spots:
        out, bend = s.out + vec(0, 0.4, 0), (0, s.size * 0.2, 0)
        b.horn(s.at, out, s.size * long, s.size * thick, bend=bend, material=material)


def spikes(b: Body, spots: Sequence[Spot]) -> None:
    long, thick = b.chance.between(0.75, 1.15), b.chance.between(0.32, 0.46)
    material = b.chance.pick((Material.BONE, Material.ACCENT, Material.ACCENT))
    for s in spots:
        b.horn(s.at - s.out, s.out, s.size * long + 1, s.size * thick, bend=(0, 0.5, -0.8), material=material)


def tuft(b: Body, spots: Sequence[Spot]) -> None:
    material = b.chance.pick((Material.BODY, Material.ACCENT, Material.DEEP))
    n, long = b.chance.pick((3, 3, 5)), b.chance.between(0.5, 0.85)
    lean = b.chance.between(-0.35, 0.35)
    for s in spots:
        r = s.size
        for k in range(n):
            t = (k - (n - 1) / 2) / n * 1.7
            length = r * long * (1 - 0.35 * abs(t))
            at, out = s.at + vec(t * r * 0.3, -r * 0.1, -abs(t)), (t + lean + 0.04 * b.pose.sway, 1, 0.1)
            b.horn(at, out, length, r * 0.2, bend=(lean * r * 0.3, 0, 0.5), material=material)


def cheek_fluff(b: Body, spots: Sequence[Spot]) -> None:
    material = b.chance.pick((Material.BELLY, Material.BODY, Material.DEEP))
    for s in spots:
        r, side = s.size, s.side
        for k, tilt in enumerate((0.25, -0.35)):
            at = s.at - vec(side * r * 0.12, r * 0.22 * k, 1.0)
            length, bend = r * (0.55 - 0.1 * k), (0, r * 0.12, 0)
            b.horn(at, (side, tilt, 0), length, r * 0.2, bend=bend, material=material)


def feelers(b: Body, spots: Sequence[Spot]) -> None:
    long, curl = b.chance.between(0.8, 1.2), b.chance.between(0.2, 0.7)
    knob = b.chance.pick((Material.ACCENT, Material.GLOW))
    for s in spots:
        r, side = s.size, s.side
        middle = s.at + unit(s.out + vec(0, 0.7, 0)) * r * long * 0.6
        end = middle + vec(side * r * curl * 0.7 + 0.4 * b.pose.sway, r * long * 0.4, 1)
        b.crisp_limb((s.at - s.out, middle, end), (1.1, 0.9, 0.8), Material.DEEP)
        b.crisp_lump(end, max(r * 0.17, 1.5), knob)


def feather_crest(b: Body, spots: Sequence[Spot]) -> None:
    n, long = b.chance.pick((2, 3)), b.chance.between(0.8, 1.25)
    for s in spots:
        for k in range(n):
            back = 0.25 + 0.4 * k
            at = s.at - vec(0, s.size * 0.12 * (1 + k), 1.5 * k)
            out = unit(vec(0.12 * (k - 1) + 0.03 * b.pose.sway, 1, -back))
            tip = at + out * s.size * long * (1 - 0.12 * k)
            feather_path = (at, (at + tip) / 2 + vec(0, s.size * 0.08, 0), tip)
            b.crisp_limb(feather_path, (1.2, s.size * 0.17, 0.6), Material.ACCENT)


def mandibles(b: Body, spots: Sequence[Spot]) -> None:
    long = b.chance.between(0.85, 1.15)
    for s in spots:
        r, side = s.size * long, s.side
        at = s.at + vec(-side * r * 0.12, -r * 0.35, r * 0.2)
        middle, tip = vec(side * r * 0.25, -r * 0.25, r * 0.3), vec(-side * r * 0.1, -r * 0.5, r * 0.45)
        b.crisp_limb((at, at + middle, at + tip), (r * 0.15, r * 0.13, 0.5), Material.BONE, tag="claw")


def bat_winglets(b: Body, spots: Sequence[Spot]) -> None:
    span = b.chance.between(1.8, 2.5)
    for s in (spot for spot in spots if spot.side):
        side, size = s.side, s.size * span
        outline, ribs = bat_wing(size, size * 0.8)
        slope = 0.55 + 0.14 * b.pose.flap
        at = s.at - vec(side * 2.0, 1.0, 3.5)
        b.plate(at, (side, slope, -0.35), (-side * slope, 1, 0), outline, ribs=ribs, curl=0.35)
        wrist = at + vec(side * size * 0.24, size * 0.55, -0.5)
        b.crisp_limb((at, wrist), (1.2, 0.9))


def feather_winglets(b: Body, spots: Sequence[Spot]) -> None:
    span = b.chance.between(1.7, 2.3)
    material = b.chance.pick((Material.BELLY, b.type_material, Material.ACCENT))
    for s in (spot for spot in spots if spot.side):
        side, size = s.side, s.size * span
        for k in range(3):
            slope = 0.15 + 0.42 * k + 0.12 * b.pose.flap
            at = s.at - vec(side * 1.6, 1.5 - 0.6 * k, 3.6 - 0.5 * k)
            outline = feather(size * (0.75 + 0.13 * k), 2.6)
            b.plate(at, (side, slope, -0.3), (-side * slope, 1, 0), outline, material, curl=0.5)


def fairy_winglets(b: Body, spots: Sequence[Spot]) -> None:
    span = b.chance.between(1.7, 2.4)
    for s in (spot for spot in spots if spot.side):
        side, size = s.side, s.size * span
        for slope, share in ((0.8 + 0.16 * b.pose.flap, 1.0), (-0.3 - 0.1 * b.pose.flap, 0.66)):
            outline, ribs = insect_wing(size * share, size * 0.42 * share)
            at, u, v = s.at - vec(side * 2.0, 1.5, 3.5), (side, slope, -0.3), (-side * slope, 1, 0)
            b.plate(at, u, v, outline, Material.PALE, ribs=ribs, curl=0.4)
