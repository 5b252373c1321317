"""Parts that several bodies share: heads, legs, arms, tails, bellies, and outlines of wings and fins.

An outline has its root at the origin; its first coordinate runs outwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.solids import Material, Patches, Point, closed_curve, unit, vec

Outline = list[tuple[float, float]]
Ribs = list[tuple[float, float, float, float]]

_FEATHER = (
    (0.25, 0.8), (0.7, 1.0), (0.95, 0.5), (1.0, 0.0), (0.9, -0.5), (0.6, -0.8), (0.2, -0.6),
)  # fmt: skip
_INSECT_WING = ((0.35, 0.62), (0.75, 1.0), (1.0, 0.35), (0.9, -0.4), (0.5, -0.55), (0.15, -0.25))
SIDES = (-1, 1)
_HEAD_SPOTS: tuple[tuple[str, Point], ...] = (  # places and directions from the centre
    ("crown", (0, 1, 0.05)), ("brow", (0, 0.78, 0.62)), ("nape", (0, 0.35, -0.94)),
    ("ears", (-0.62, 0.78, -0.05)), ("ears", (0.62, 0.78, -0.05)),
    ("temples", (-0.96, 0.22, -0.1)), ("temples", (0.96, 0.22, -0.1)),
    ("cheeks", (-0.8, -0.35, 0.45)), ("cheeks", (0.8, -0.35, 0.45)),
)  # fmt: skip


def skull(
    b: Body, at: Point, radius: float, *, wide: float = 1.0, tall: float = 1.0, spread: float | None = None,
    lift: float = 0.06, mouth_lift: float = -0.36, tag: str = "head", main: bool = True, turn: float = 0.0,
) -> Head:  # fmt: skip
    """A round head with a face. The `main` one adds the spots crown, ears, brow, temples, cheeks and nape."""
    radii = vec(radius * wide, radius * tall, radius * 0.95)
    centre = b.lump(at, tuple(radii), tag=tag, soft=3.0)
    spread = b.chance.between(0.40, 0.56) if spread is None else spread
    head = Head(centre=centre, radii=radii, spread=spread, lift=lift, mouth_lift=mouth_lift, turn=turn)
    b.heads.append(head)
    if main:
        cos, sin = float(np.cos(turn)), float(np.sin(turn))
        for name, direction in _HEAD_SPOTS:
            x, y, z = (float(c) for c in unit(direction))
            d = vec(x * cos + z * sin, y, z * cos - x * sin)  # turned to the creature's left
            b.spot(name, centre + radii * d * 0.97, d / radii, radius)
    return head


def muzzle(
    b: Body, head: Head, *, length: float, width: float, drop: float = 0.3, material: Material
) -> None:
    """A snout with a nose on a head; the mouth moves there."""
    rx, ry, rz = (float(c) for c in head.radii)
    at = head.centre + vec(0, -ry * drop, 0) + head.ahead * rz * (0.62 + length * 0.35)
    r = (rx * width, ry * width * 0.72, rz * (0.32 + length * 0.45))
    b.lump(at, (r[0], r[2], r[1]), material, along=head.ahead, tag="snout", soft=2.0)
    tip = at + vec(0, r[1] * 0.62, 0) + head.ahead * r[2] * 0.82
    b.lump(tip, (r[0] * 0.34, r[1] * 0.28, r[2] * 0.25), Material.INK, tag="nose", soft=0.0)
    spread, lift = max(head.spread, 0.5), max(head.lift, 0.16)
    mouth = at + vec(0, -r[1] * 0.25, 0) + head.ahead * r[2] * 0.95
    b.heads[b.heads.index(head)] = replace(head, spread=spread, lift=lift, mouth=mouth, mouth_lift=-0.2)


def beak(b: Body, head: Head, *, length: float, thick: float, hook: float) -> None:
    """A beak of the accent color, a little open."""
    rx, ry, rz = (float(c) for c in head.radii)
    root = head.centre + vec(0, -ry * 0.18, rz * 0.86)
    size = rx * thick
    middle, tip = vec(0, -size * 0.3, length * 0.55), vec(0, -size * (0.55 + hook), length)
    upper = (root, root + middle, root + tip)
    lower = (root + vec(0, -size * 0.75, -size * 0.4), root + vec(0, -size * 0.95, length * 0.45))
    b.crisp_limb(upper, (size, size * 0.75, 0.5), Material.ACCENT, tag="beak")
    b.limb(lower, (size * 0.6, 0.5), Material.ACCENT, tag="beak", soft=0.0)
    spread, lift = max(head.spread, 0.56), max(head.lift, 0.14)
    b.heads[b.heads.index(head)] = replace(head, spread=spread, lift=lift, beaked=True)


def belly(b: Body, at: Point, radii: Point, *, tags: Sequence[str] = ("body",)) -> None:
    """A pale front: the skin of these parts inside an ellipsoid becomes belly."""
    centre, size = vec(*at)[None], vec(*radii)[None]
    b.marks.append(Patches(into=Material.BELLY, tags=tuple(tags), centres=centre, radii=size))


def foot(b: Body, at: Point, size: float, *, claws: int) -> None:
    """A foot that points forwards, with or without claws."""
    (x, y, z), long = (float(c) for c in at), 1.35
    b.lump((x, y, z + size * 0.25), (size, size * 0.72, size * long), tag="limb", soft=2.0)
    for k in range(claws):
        a = (k - (claws - 1) / 2) * 0.62
        tip = (x + size * 0.86 * np.sin(a) * 1.15, y - size * 0.3, z + size * (0.2 + long * 0.96 * np.cos(a)))
        b.crisp_lump(tip, max(size * 0.26, 0.75), Material.BONE, tag="claw")


def leg(
    b: Body, hip: Point, ankle: Point, thick: float,
    *, claws: int, knee: Point = (0, 0, 0), foot_size: float | None = None,
) -> None:  # fmt: skip
    """From hip to ankle, thick at the thigh, with a foot."""
    h, a = vec(*hip), vec(*ankle)
    middle = (h + a) / 2 + vec(*knee)
    b.limb((h, middle, a), (thick, thick * 0.85, thick * 0.66))
    foot(b, a - vec(0, thick * 0.15, 0), thick * 0.98 if foot_size is None else foot_size, claws=claws)


def arm(
    b: Body, shoulder: Point, elbow: Point, hand: Point, thick: float,
    *, palm: float, claws: int, material: Material = Material.BODY,
) -> None:  # fmt: skip
    """From shoulder over elbow to a round hand."""
    s, e, h = vec(*shoulder), vec(*elbow), vec(*hand)
    b.limb((s, e, h), (thick, thick * 0.86, thick * 0.8))
    b.lump(h, palm, material, tag="hand", soft=2.0)
    way = unit(h - e)
    side = unit(vec(way[1], -way[0], 0) + vec(0, 0, 0.3))
    for k in range(claws):
        t = (k - (claws - 1) / 2) * 0.7
        tip = h + (way * np.cos(t) + side * np.sin(t)) * palm * 0.98
        b.crisp_lump(tip, max(palm * 0.28, 0.75), Material.BONE, tag="claw")


def tail(b: Body, points: Sequence[Point], thick: float, *, tip: float = 0.25) -> None:
    """A tail through `points`, from thick to thin, that swings with the pose; adds the spot "tail"."""
    way = np.array([tuple(float(c) for c in p) for p in points])
    share = np.linspace(0, 1, len(way))
    way[:, 0] += 1.6 * b.pose.sway * share * share
    radii = [thick * (1 - (1 - tip) * float(s)) for s in share]
    end = b.limb(list(way), radii, tag="tail", soft=2.0)
    b.spot("tail", end, way[-1] - way[-2], max(thick, 3.0))


def spine(b: Body, points: Sequence[Point], out: Sequence[Point], sizes: Sequence[float]) -> None:
    """Spots along the back."""
    for at, way, size in zip(points, out, sizes, strict=True):
        b.spot("back", at, way, size)


def gait(b: Body) -> int:
    """The number of claws on all feet and hands of a creature."""
    return b.chance.pick((0, 0, 2, 3))


def feather(length: float, width: float) -> Outline:
    """A blade with a round end."""
    return _curve(_FEATHER, length, width, 3)


def _curve(shares: Sequence[tuple[float, float]], length: float, width: float, per_span: int) -> Outline:
    """A smooth outline through points given as shares of length and width."""
    points = [(-1.0, 0.0), *((length * a, width * b) for a, b in shares)]
    return [(float(a), float(b)) for a, b in closed_curve(points, per_span)]


def bat_wing(span: float, drop: float) -> tuple[Outline, Ribs]:
    """A membrane on three fingers, scalloped between them."""
    wrist = (span * 0.42, span * 0.42)
    tips = [(span * 1.05, span * 0.26), (span * 0.98, -drop * 0.34), (span * 0.55, -drop * 0.62)]
    outline: Outline = [(0.0, 1.5), wrist, (span * 0.75, span * 0.44)]
    for tip, following in zip(tips, [*tips[1:], (0.0, -drop * 0.42)], strict=True):
        outline.append(tip)
        middle = ((tip[0] + following[0]) / 2, (tip[1] + following[1]) / 2)
        outline.append((middle[0] + (wrist[0] - middle[0]) * 0.28, middle[1] + (wrist[1] - middle[1]) * 0.28))
    outline.append((0.0, -drop * 0.36))
    return outline, [(*wrist, *tip) for tip in tips]


def insect_wing(span: float, broad: float) -> tuple[Outline, Ribs]:
    """A long drop with a vein."""
    return _curve(_INSECT_WING, span, broad, 4), [(0.0, 0.0, span * 0.82, broad * 0.3)]


def fin(length: float, height: float, rays: int) -> Outline:
    """A fin on a back: rays with notches between them."""
    outline: Outline = [(-length * 0.5, -2.0)]
    for k in range(rays):
        start = length * (k / rays - 0.5)
        top = height * (0.7 + 0.3 * math.sin(math.pi * (k + 0.6) / rays))
        ray = ((0.32, 0.66), (0.9, 1.0), (1.0, 0.62))  # shares of its length and height
        outline += [(start + length * along / rays, top * share) for along, share in ray]
    outline.append((length * 0.55, -2.0))
    return outline


def fan(length: float, width: float, rays: int) -> Outline:
    """A pectoral fin: rays that spread from the root, scalloped at the end."""
    outline: Outline = [(0.0, 1.2)]
    for k in range(rays):
        t = 1 - 2 * k / max(rays - 1, 1)
        outline.append((length * (1 - 0.14 * abs(t)), width * t))
        if k < rays - 1:
            s = t - 1 / max(rays - 1, 1)
            outline.append((length * 0.8, width * s))
    outline.append((0.0, -1.2))
    return outline
