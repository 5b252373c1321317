"""`Body`: the lump of clay that body plans and ornaments add to. Knows no type, no plan, no pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.marks import Mark
from spriteloom.data.procedural.solids import (
    Chain,
    Crystal,
    Ellipsoid,
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


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Where in its idle movement a creature is; each of the first three swings within -1..1."""

    breath: float = 0.0
    sway: float = 0.0
    flap: float = 0.0
    blink: bool = False


@dataclass(frozen=True)
class Spot:
    """A place on the body where something can grow: where, in which direction, how much room."""

    at: Vec
    out: Vec
    size: float


@dataclass(frozen=True, kw_only=True)
class Head:
    """An ellipsoid that can bear a face; angles in radians from straight ahead."""

    centre: Vec
    radii: Vec
    spread: float = 0.45  # of each eye, sideways
    lift: float = 0.1  # of the eyes, upwards
    mouth: Vec | None = None  # where a muzzle carries it; None: on the ellipsoid
    mouth_lift: float = -0.32
    beaked: bool = False
    turn: float = 0.0  # of the head on its neck, to the creature's left

    @property
    def ahead(self) -> Vec:
        """Where the face points."""
        return vec(float(np.sin(self.turn)), 0.0, float(np.cos(self.turn)))

    def surface(self, sideways: float, upwards: float) -> tuple[Vec, Vec]:
        """The point of the skin in that direction, and its outward normal."""
        cos_up = float(np.cos(upwards))
        around = sideways + self.turn
        d = vec(float(np.sin(around)) * cos_up, float(np.sin(upwards)), float(np.cos(around)) * cos_up)
        return self.centre + self.radii * d, unit(d / self.radii)


@dataclass
class Body:
    """Solids, markings and places, in the order they were added; `words` says what a viewer would name."""

    chance: Chance
    pose: Pose
    gaze: float = 0.0  # the turn of the front view, in radians: a head turned back by it looks at the viewer
    solids: list[Solid] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    spots: dict[str, list[Spot]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    noun: str = ""  # what to call it, where its shape's own word is too wide

    def spot(self, place: str, at: Point, out: Point, size: float) -> None:
        self.spots.setdefault(place, []).append(Spot(vec(*at), unit(out), size))

    def lump(
        self,
        at: Point,
        radii: float | Sequence[float],
        material: Material = Material.BODY,
        *,
        along: Point = (0, 1, 0),
        tag: str = "body",
        soft: float = 2.5,
        crisp: bool = False,
    ) -> Vec:
        """An ellipsoid; radii are (sideways, along, forwards), or one for a ball. Returns its centre."""
        r = np.array((radii,) * 3 if isinstance(radii, int | float) else tuple(radii), np.float64)
        centre = vec(*at)
        self.solids.append(
            Ellipsoid(
                centre=centre, axes=frame(along) * r, material=material, tag=tag, soft=soft, crisp=crisp
            )
        )
        return centre

    def limb(
        self,
        points: Sequence[Point],
        radii: Sequence[float],
        material: Material = Material.BODY,
        *,
        tag: str = "limb",
        soft: float = 2.0,
        crisp: bool = False,
    ) -> Vec:
        """A tapered limb through `points`, as thick as `radii` there. Returns its end."""
        knots = [(*(float(c) for c in p), float(r)) for p, r in zip(points, radii, strict=True)]
        steps = np.diff(np.array(knots)[:, :3], axis=0)
        length = float(np.sqrt((steps * steps).sum(axis=1)).sum())
        samples = min(max(round(length / (0.4 * (sum(radii) / len(radii) + 0.3))), 4), 26)
        beads = spline(knots, samples)
        self.solids.append(
            Chain(
                centres=beads[:, :3],
                radii=np.maximum(beads[:, 3], 0.35),
                material=material,
                tag=tag,
                soft=soft,
                crisp=crisp,
            )
        )
        return vec(*beads[-1, :3])

    def horn(
        self,
        at: Point,
        out: Point,
        length: float,
        radius: float,
        *,
        bend: Point = (0, 0, 0),
        material: Material = Material.BONE,
        tip: float = 0.4,
    ) -> Vec:
        """A cone from a little inside the skin; `bend` is added to its end. Returns the tip."""
        root, way = vec(*at), unit(out)
        end = root + way * length + vec(*bend)
        middle = root + way * length * 0.55 + vec(*bend) * 0.2
        points = (root - way * radius * 0.5, middle, end)
        return self.limb(points, (radius, radius * 0.72, tip), material, tag="ornament", soft=0.0, crisp=True)

    def plate(
        self,
        at: Point,
        u: Point,
        v: Point,
        outline: Sequence[Point] | NDArray[np.float64],
        material: Material = Material.ACCENT,
        *,
        ribs: Sequence[Sequence[float]] = (),
        curl: float = 0.6,
        tag: str = "ornament",
    ) -> None:
        """A flat thing in the plane of the unit vectors along `u` and `v`."""
        self.solids.append(
            Plate(
                origin=vec(*at),
                u=unit(u),
                v=unit(v),
                outline=_flat(outline),
                ribs=np.array(ribs, np.float64) if len(ribs) else None,
                curl=curl,
                material=material,
                tag=tag,
                soft=0.0,
                crisp=True,
            )
        )

    def banner(
        self,
        at: Point,
        outline: Sequence[Point] | NDArray[np.float64],
        material: Material = Material.ACCENT,
        *,
        ahead: float = 0.0,
        ribs: Sequence[Sequence[float]] = (),
        curl: float = 0.5,
        crisp: bool = True,
    ) -> None:
        """A flat thing that faces the viewer from wherever it is seen, `ahead` units nearer than `at`."""
        self.solids.append(
            Plate(
                origin=vec(*at),
                outline=_flat(outline),
                ribs=np.array(ribs, np.float64) if len(ribs) else None,
                curl=curl,
                lead=ahead,
                material=material,
                tag="ornament",
                soft=0.0,
                crisp=crisp,
            )
        )

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
        self.solids.append(
            Crystal(
                centre=vec(*at) + axes[:, 1] * half * 0.8,
                normals=normals,
                reach=reach,
                radius=half * 1.2 + radius,
                material=material,
                tag="ornament",
                soft=0.0,
                crisp=True,
            )
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
        self.solids.append(
            Crystal(
                centre=(start + end) / 2,
                normals=np.array([*around, vec(0, 1, 0), vec(0, -1, 0)]),
                reach=np.array([(waist + width) / 2 / length] * sides + [height / 2] * 2),
                radius=max(height / 2, width) * 1.25,
                material=material,
                tag="suit",
                soft=0.0,
                crisp=True,
            )
        )

    def boulder(
        self,
        at: Point,
        radius: float,
        material: Material = Material.ACCENT,
        *,
        tag: str = "ornament",
        faces: int = 13,
    ) -> None:
        """A rough stone with flat faces."""
        golden = 2.399963
        rows = []
        for k in range(faces):
            y = 1 - 2 * (k + 0.5) / faces
            r = (1 - y * y) ** 0.5
            a = golden * k + self.chance.between(-0.3, 0.3)
            rows.append(unit((r * np.cos(a), y, r * np.sin(a))))
        reach = np.array([radius * self.chance.between(0.82, 0.98) for _ in rows])
        self.solids.append(
            Crystal(
                centre=vec(*at),
                normals=np.array(rows),
                reach=reach,
                radius=radius * 1.5,
                material=material,
                tag=tag,
                soft=0.0,
                crisp=True,
            )
        )


def _flat(outline: Sequence[Point] | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([tuple(float(c) for c in p) for p in outline], np.float64)
