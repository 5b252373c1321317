"""What animals wear: ears, horns, tufts, spikes, feelers, crests, jaws."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.ornaments.kit import Grow, Taste, side_of
from spriteloom.data.procedural.solids import Material, unit, vec


def pointed_ears(taste: Taste) -> Grow:
    tall, wide = taste.chance.between(0.75, 1.25), taste.chance.between(0.30, 0.40)
    tipped = taste.chance.happens(0.5)

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        out = unit(s.out + vec(0, 0.5, 0))
        tip = s.at + out * r * tall + vec(side * 0.3 * b.pose.sway, 0, 0)
        root = s.at - out * r * 0.25
        b.limb(
            (root, (root + tip) / 2 + vec(side * r * 0.06, 0, 0), tip),
            (r * wide, r * wide * 0.8, 0.7),
            soft=1.5,
            tag="ear",
        )
        front = vec(0, 0, r * wide * 0.55)
        b.limb(
            (root + out * r * 0.3 + front, tip - out * r * 0.3 + front * 0.7),
            (r * wide * 0.52, 0.6),
            Material.ACCENT,
            tag="ear",
            soft=0.0,
        )
        if tipped:
            b.limb(
                (tip - out * r * tall * 0.22, tip),
                (r * wide * 0.62, 0.8),
                Material.ACCENT,
                tag="ear",
                soft=0.0,
            )

    return grow


def round_ears(taste: Taste) -> Grow:
    size = taste.chance.between(0.34, 0.5)

    def grow(b: Body, s: Spot) -> None:
        r = s.size * size
        at = s.at + s.out * r * 0.55
        b.lump(at, (r, r, r * 0.6), soft=1.0, tag="ear")
        b.lump(at + vec(0, 0, r * 0.45), (r * 0.58, r * 0.58, r * 0.3), Material.ACCENT, tag="ear", soft=0.0)

    return grow


def long_ears(taste: Taste) -> Grow:
    tall, droop = taste.chance.between(1.3, 1.8), taste.chance.pick((0.0, 0.0, 0.6))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        up = unit(s.out + vec(0, 1.2, 0))
        middle = s.at + up * r * tall * 0.62
        tip = (
            s.at
            + up * r * tall * (1 - droop * 0.4)
            + vec(side * r * (0.12 + droop) + 0.5 * b.pose.sway, -droop * r * 0.5, -1)
        )
        b.limb((s.at - up * r * 0.2, middle, tip), (r * 0.22, r * 0.29, r * 0.17), soft=1.0, tag="ear")
        front = vec(0, 0, r * 0.19)
        b.limb(
            (s.at + up * r * 0.3 + front, middle + front, (middle + tip) / 2 + front),
            (r * 0.11, r * 0.15, 0.6),
            Material.ACCENT,
            tag="ear",
            soft=0.0,
        )

    return grow


def flop_ears(taste: Taste) -> Grow:
    drop = taste.chance.between(0.8, 1.2)
    material = taste.chance.pick((Material.DEEP, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        knee = s.at + vec(side * r * 0.38, r * 0.08, 0)
        end = knee + vec(side * r * 0.2 + 0.4 * b.pose.sway, -r * drop * 0.85, 1.0)
        b.limb(
            (s.at - vec(side, 1, 0), knee, end),
            (r * 0.2, r * 0.27, r * 0.32),
            material,
            soft=0.0,
            tag="ear",
            crisp=True,
        )

    return grow


def horns(taste: Taste) -> Grow:
    long, thick = taste.chance.between(0.6, 1.1), taste.chance.between(0.2, 0.28)
    bend = taste.chance.pick(((0.3, 0.35, -0.2), (-0.35, 0.4, 0.1), (0.5, -0.1, -0.3), (0.0, 0.2, 0.0)))
    material = taste.chance.pick((Material.BONE, Material.BONE, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        x, y, z = (c * r for c in bend)
        b.horn(
            s.at, s.out + vec(0, 0.2, 0), r * long, r * thick, bend=(x * side_of(s), y, z), material=material
        )

    return grow


def ram_horns(taste: Taste) -> Grow:
    material = taste.chance.pick((Material.BONE, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        path = [
            (-0.1, 0.2, 0),
            (0.45, 0.42, -0.15),
            (0.78, 0.02, 0.0),
            (0.6, -0.42, 0.25),
            (0.22, -0.36, 0.5),
            (0.26, -0.05, 0.6),
        ]
        points = [s.at + vec(side * x * r, y * r, z * r) for x, y, z in path]
        b.limb(
            points,
            [r * w for w in (0.26, 0.25, 0.22, 0.18, 0.13, 0.07)],
            material,
            tag="ornament",
            soft=0.0,
            crisp=True,
        )

    return grow


def single_horn(taste: Taste) -> Grow:
    long, thick = taste.chance.between(0.75, 1.2), taste.chance.between(0.19, 0.27)
    material = taste.chance.pick((Material.BONE, Material.ACCENT, Material.GLOW))

    def grow(b: Body, s: Spot) -> None:
        b.horn(
            s.at,
            s.out + vec(0, 0.4, 0),
            s.size * long,
            s.size * thick,
            bend=(0, s.size * 0.2, 0),
            material=material,
        )

    return grow


def spikes(taste: Taste) -> Grow:
    long, thick = taste.chance.between(0.75, 1.15), taste.chance.between(0.32, 0.46)
    material = taste.chance.pick((Material.BONE, Material.ACCENT, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        b.horn(s.at - s.out, s.out, s.size * long + 1, s.size * thick, bend=(0, 0.5, -0.8), material=material)

    return grow


def tuft(taste: Taste) -> Grow:
    material = taste.chance.pick((Material.BODY, Material.ACCENT, Material.DEEP))
    n, long = taste.chance.pick((3, 3, 5)), taste.chance.between(0.5, 0.85)
    lean = taste.chance.between(-0.35, 0.35)

    def grow(b: Body, s: Spot) -> None:
        r = s.size
        for k in range(n):
            t = (k - (n - 1) / 2) / n * 1.7
            length = r * long * (1 - 0.35 * abs(t))
            b.horn(
                s.at + vec(t * r * 0.3, -r * 0.1, -abs(t)),
                (t + lean + 0.04 * b.pose.sway, 1, 0.1),
                length,
                r * 0.2,
                bend=(lean * r * 0.3, 0, 0.5),
                material=material,
            )

    return grow


def cheek_fluff(taste: Taste) -> Grow:
    material = taste.chance.pick((Material.BELLY, Material.BODY, Material.DEEP))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        for k, tilt in enumerate((0.25, -0.35)):
            at = s.at - vec(side * r * 0.12, r * 0.22 * k, 1.0)
            b.horn(
                at, (side, tilt, 0), r * (0.55 - 0.1 * k), r * 0.2, bend=(0, r * 0.12, 0), material=material
            )

    return grow


def feelers(taste: Taste) -> Grow:
    long, curl = taste.chance.between(0.8, 1.2), taste.chance.between(0.2, 0.7)
    knob = taste.chance.pick((Material.ACCENT, Material.GLOW))

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size, side_of(s)
        middle = s.at + unit(s.out + vec(0, 0.7, 0)) * r * long * 0.6
        end = middle + vec(side * r * curl * 0.7 + 0.4 * b.pose.sway, r * long * 0.4, 1)
        b.limb(
            (s.at - s.out, middle, end), (1.1, 0.9, 0.8), Material.DEEP, tag="ornament", soft=0.0, crisp=True
        )
        b.lump(end, max(r * 0.17, 1.5), knob, tag="ornament", soft=0.0, crisp=True)

    return grow


def feather_crest(taste: Taste) -> Grow:
    n, long = taste.chance.pick((2, 3)), taste.chance.between(0.8, 1.25)

    def grow(b: Body, s: Spot) -> None:
        for k in range(n):
            back = 0.25 + 0.4 * k
            at = s.at - vec(0, s.size * 0.12 * (1 + k), 1.5 * k)
            tip = at + unit(vec(0.12 * (k - 1) + 0.03 * b.pose.sway, 1, -back)) * s.size * long * (
                1 - 0.12 * k
            )
            b.limb(
                (at, (at + tip) / 2 + vec(0, s.size * 0.08, 0), tip),
                (1.2, s.size * 0.17, 0.6),
                Material.ACCENT,
                tag="ornament",
                soft=0.0,
                crisp=True,
            )

    return grow


def mandibles(taste: Taste) -> Grow:
    long = taste.chance.between(0.85, 1.15)

    def grow(b: Body, s: Spot) -> None:
        r, side = s.size * long, side_of(s)
        at = s.at + vec(-side * r * 0.12, -r * 0.35, r * 0.2)
        b.limb(
            (
                at,
                at + vec(side * r * 0.25, -r * 0.25, r * 0.3),
                at + vec(-side * r * 0.1, -r * 0.5, r * 0.45),
            ),
            (r * 0.15, r * 0.13, 0.5),
            Material.BONE,
            tag="claw",
            soft=0.0,
            crisp=True,
        )

    return grow
