"""Small wings for creatures that are not built to fly: leather, feathers, gauze."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.ornaments.kit import Grow, Taste, side_of
from spriteloom.data.procedural.plans.shapes import bat_wing, feather, insect_wing
from spriteloom.data.procedural.solids import Material, vec


def bat_winglets(taste: Taste) -> Grow:
    span = taste.chance.between(1.8, 2.5)

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) == 0:
            return
        side, size = side_of(s), s.size * span
        outline, ribs = bat_wing(size, size * 0.8)
        slope = 0.55 + 0.14 * b.pose.flap
        at = s.at - vec(side * 2.0, 1.0, 3.5)
        b.plate(
            at, (side, slope, -0.35), (-side * slope, 1, 0), outline, Material.ACCENT, ribs=ribs, curl=0.35
        )
        wrist = at + vec(side * size * 0.24, size * 0.55, -0.5)
        b.limb((at, wrist), (1.2, 0.9), soft=0.0, tag="ornament", crisp=True)

    return grow


def feather_winglets(taste: Taste) -> Grow:
    span = taste.chance.between(1.7, 2.3)
    material = taste.chance.pick((Material.BELLY, taste.own, Material.ACCENT))

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) == 0:
            return
        side, size = side_of(s), s.size * span
        for k in range(3):
            slope = 0.15 + 0.42 * k + 0.12 * b.pose.flap
            at = s.at - vec(side * 1.6, 1.5 - 0.6 * k, 3.6 - 0.5 * k)
            b.plate(
                at,
                (side, slope, -0.3),
                (-side * slope, 1, 0),
                feather(size * (0.75 + 0.13 * k), 2.6),
                material,
                curl=0.5,
            )

    return grow


def fairy_winglets(taste: Taste) -> Grow:
    span = taste.chance.between(1.7, 2.4)

    def grow(b: Body, s: Spot) -> None:
        if side_of(s) == 0:
            return
        side, size = side_of(s), s.size * span
        for slope, share in ((0.8 + 0.16 * b.pose.flap, 1.0), (-0.3 - 0.1 * b.pose.flap, 0.66)):
            outline, ribs = insect_wing(size * share, size * 0.42 * share)
            at = s.at - vec(side * 2.0, 1.5, 3.5)
            b.plate(
                at, (side, slope, -0.3), (-side * slope, 1, 0), outline, Material.PALE, ribs=ribs, curl=0.4
            )

    return grow
