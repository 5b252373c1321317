"""`Body`: the solids, markings and places that plans and ornaments add to.

There `b` is the body, `g` its random choices, `s` a spot; r, rx, ry, rz are radii.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partialmethod
from typing import Any, Unpack

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.solids import (
    Chain,
    Crystal,
    Ellipsoid,
    Look,
    Mark,
    Material,
    Plate,
    Point,
    Solid,
    Vec,
    frame,
    spline,
    unit,
    vec,
)
from spriteloom.pixels.arrays import Doubles

Outline = Sequence[Point] | Doubles  # (k, 2)
_GOLDEN_ANGLE = 2.399963  # radians


@dataclass(frozen=True, kw_only=True)
class Pose:
    """A moment of the idle animation; the first three values swing within -1..1."""

    breath: float = 0.0
    sway: float = 0.0
    flap: float = 0.0
    blink: bool = False


@dataclass(frozen=True)
class Spot:
    """A place where an ornament can grow: its position, its direction and the room there."""

    at: Vec
    out: Vec
    size: float

    @property
    def side(self) -> float:
        """-1 on the creature's right, 1 on its left, 0 in the middle."""
        x = float(self.at[0])
        return 0.0 if abs(x) < 0.3 else 1.0 if x > 0 else -1.0


@dataclass(frozen=True, kw_only=True)
class Head:
    """An ellipsoid that can have a face; angles in radians from straight ahead."""

    centre: Vec
    radii: Vec
    spread: float = 0.45  # of each eye, sideways
    lift: float = 0.1  # of the eyes, upwards
    mouth: Vec | None = None  # on a muzzle; None: on the ellipsoid
    mouth_lift: float = -0.32
    beaked: bool = False
    turn: float = 0.0  # of the head on its neck, to the creature's left

    @property
    def ahead(self) -> Vec:
        """The direction of the face."""
        return vec(float(np.sin(self.turn)), 0.0, float(np.cos(self.turn)))

    def surface(self, sideways: float, upwards: float) -> tuple[Vec, Vec]:
        """The point of the skin in that direction, and its outward normal."""
        cos_up = float(np.cos(upwards))
        around = sideways + self.turn
        d = vec(float(np.sin(around)) * cos_up, float(np.sin(upwards)), float(np.cos(around)) * cos_up)
        return self.centre + self.radii * d, unit(d / self.radii)


@dataclass
class Body:
    """Solids, markings and spots in the order they were added; `words` are what a description names."""

    chance: Chance
    pose: Pose
    gaze: float = 0.0  # radians that the front view is turned; a head turned back by it faces the viewer
    type_material: Material = Material.BODY  # of the type whose ornament grows
    solids: list[Solid] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    spots: dict[str, list[Spot]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    noun: str = ""  # more exact than the word of its shape

    def spot(self, place: str, at: Point, out: Point, size: float) -> None:
        self.spots.setdefault(place, []).append(Spot(vec(*at), unit(out), size))

    def lump(
        self, at: Point, radii: float | Sequence[float], material: Material = Material.BODY,
        *, along: Point = (0, 1, 0), **look: Unpack[Look],
    ) -> Vec:  # fmt: skip
        """An ellipsoid; radii are (sideways, along, forwards), or one for a ball. Returns its centre."""
        r = np.array((radii,) * 3 if isinstance(radii, int | float) else tuple(radii), np.float64)
        centre = vec(*at)
        self.solids.append(Ellipsoid(centre=centre, axes=frame(along) * r, material=material, **look))
        return centre

    def limb(
        self, points: Sequence[Point], radii: Sequence[float], material: Material = Material.BODY,
        **look: Unpack[Look],
    ) -> Vec:  # fmt: skip
        """A tapered limb through `points` with these radii. Returns its end."""
        knots = [(*(float(c) for c in p), float(r)) for p, r in zip(points, radii, strict=True)]
        steps = np.diff(np.array(knots)[:, :3], axis=0)
        length = float(np.sqrt((steps * steps).sum(axis=1)).sum())
        samples = min(max(round(length / (0.4 * (sum(radii) / len(radii) + 0.3))), 4), 26)
        beads = spline(knots, samples)
        sizes = np.maximum(beads[:, 3], 0.35)
        self.solids.append(Chain(centres=beads[:, :3], radii=sizes, material=material, **look))
        return vec(*beads[-1, :3])

    crisp_lump = partialmethod(lump, tag="ornament", soft=0.0, crisp=True)
    crisp_limb = partialmethod(limb, tag="ornament", soft=0.0, crisp=True)

    def horn(
        self, at: Point, out: Point, length: float, radius: float,
        *, bend: Point = (0, 0, 0), material: Material = Material.BONE,
    ) -> Vec:  # fmt: skip
        """A cone from a little inside the skin; `bend` is added to its end. Returns the tip."""
        root, way = vec(*at), unit(out)
        end = root + way * length + vec(*bend)
        middle = root + way * length * 0.55 + vec(*bend) * 0.2
        points = (root - way * radius * 0.5, middle, end)
        return self.crisp_limb(points, (radius, radius * 0.72, 0.4), material)

    def plate(
        self, at: Point, u: Point, v: Point, outline: Outline, material: Material = Material.ACCENT,
        *, ribs: Sequence[Sequence[float]] = (), curl: float = 0.6, **look: Unpack[Look],
    ) -> None:  # fmt: skip
        """A flat shape in the plane of the unit vectors along `u` and `v`."""
        lines = np.array(ribs, np.float64) if len(ribs) else None
        place: dict[str, Any] = {"origin": vec(*at), "outline": _points(outline), "u": unit(u), "v": unit(v)}
        self.solids.append(Plate(**place, ribs=lines, curl=curl, material=material, **look))

    def banner(
        self, at: Point, outline: Outline, material: Material = Material.ACCENT,
        *, ahead: float = 0.0, curl: float = 0.5, **look: Unpack[Look],
    ) -> None:  # fmt: skip
        """A flat shape that always faces the viewer, `ahead` units nearer than `at`."""
        place: dict[str, Any] = {"origin": vec(*at), "outline": _points(outline), "lead": ahead}
        self.solids.append(Plate(**place, curl=curl, material=material, **look))

    def crystal(
        self, at: Point, out: Point, length: float, radius: float, material: Material = Material.ACCENT
    ) -> None:
        """A six-sided crystal with a pointed end, growing `out` from `at`."""
        axes = frame(out)
        turn = self.chance.between(0, 1)
        angles = [(k + turn) * np.pi / 3 for k in range(6)]
        ring = np.array([axes[:, 0] * np.cos(a) + axes[:, 2] * np.sin(a) for a in angles])
        normals = np.concatenate((ring, [unit(r * 1.0 + axes[:, 1] * 0.62) for r in ring], -axes[:, 1:2].T))
        half = length / 2
        reach = np.array([radius] * 6 + [0.53 * half] * 6 + [half])
        centre, most = vec(*at) + axes[:, 1] * half * 0.8, half * 1.2 + radius
        self.solids.append(
            Crystal(centre=centre, normals=normals, reach=reach, radius=most, material=material)
        )

    def skirt(
        self, top: Point, hem: Point, waist: float, width: float, material: Material = Material.ACCENT
    ) -> None:
        """Cloth that widens from `top` down to `hem` and is flat below: a cone cut off at both ends."""
        start, end = vec(*top), vec(*hem)
        height, sides = float(start[1] - end[1]), 22
        slope = (width - waist) / height
        length = (1 + slope * slope) ** 0.5
        angles = [(k + 0.5) * 2 * np.pi / sides for k in range(sides)]
        around = [vec(float(np.cos(a)) / length, slope / length, float(np.sin(a)) / length) for a in angles]
        normals = np.array([*around, vec(0, 1, 0), vec(0, -1, 0)])
        reach = np.array([(waist + width) / 2 / length] * sides + [height / 2] * 2)
        place: dict[str, Any] = {"centre": (start + end) / 2, "radius": max(height / 2, width) * 1.25}
        self.solids.append(Crystal(**place, normals=normals, reach=reach, material=material, tag="suit"))

    def boulder(self, at: Point, radius: float, material: Material = Material.ACCENT) -> None:
        """A rough stone with flat faces."""
        rows, faces = [], 13
        for k in range(faces):
            y = 1 - 2 * (k + 0.5) / faces
            r = (1 - y * y) ** 0.5
            a = _GOLDEN_ANGLE * k + self.chance.between(-0.3, 0.3)
            rows.append(unit((r * np.cos(a), y, r * np.sin(a))))
        reach = np.array([radius * self.chance.between(0.82, 0.98) for _ in rows])
        place: dict[str, Any] = {"centre": vec(*at), "radius": radius * 1.5}
        self.solids.append(Crystal(**place, normals=np.array(rows), reach=reach, material=material))


def _points(outline: Outline) -> Doubles:
    return np.array([tuple(float(c) for c in p) for p in outline], np.float64)
