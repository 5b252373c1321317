"""A spec in, pictures out: builds the body, turns it to the viewer, shades it, tidies it, gives it a face."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.body import Body, Pose
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.cleanup import largest, tidy
from spriteloom.data.procedural.faces import draw_face
from spriteloom.data.procedural.ornaments import dress
from spriteloom.data.procedural.plans import PLANS
from spriteloom.data.procedural.raster import Surface, View, rasterise
from spriteloom.data.procedural.shading import Indices, outlined, paint
from spriteloom.data.procedural.solids import Chain, Crystal, Ellipsoid, Plate, Solid
from spriteloom.data.procedural.species import SIZES, CreatureSpec

VIEWS = ("front", "back")
FRAMES = 6  # of the idle animation
_REST = Pose()
_FACED = ("body", "head", "snout", "shell", "collar")  # tags a face may be drawn on
_MARGIN = 1.5  # pixels kept free around the fill: the outline, and a breath


def indices(spec: CreatureSpec, *, view: str = "front", frame: int = 0) -> Indices:
    """Palette roles (size, size) of one view ("front" or "back") and one frame of the idle animation (0 is at rest)."""
    if view not in VIEWS:
        raise ValueError(f"a view is one of {', '.join(VIEWS)}, not {view!r}")
    pose = pose_at(frame)
    body = sculpt(spec, pose)
    looking = _camera(spec, view)
    surface = rasterise(body.solids, looking, spec.size)
    canvas = tidy(paint(surface, body.solids, _materials(body, surface, looking)))
    canvas = np.where(largest(canvas > 0), canvas, 0).astype(np.uint8)
    if view == "front":
        faced = np.array([s.tag in _FACED for s in body.solids])
        seen = (canvas > 0) & surface.filled & faced[surface.part]
        for head in body.heads:
            draw_face(canvas, head, spec.face, looking, seen, blink=pose.blink)
    return outlined(canvas)


def pose_at(frame: int) -> Pose:
    """The pose of a frame, 0 ≤ frame < FRAMES; frame 0 is at rest."""
    if frame == 0:
        return _REST
    phase = 2 * math.pi * frame / FRAMES
    return Pose(breath=math.sin(phase), sway=math.sin(phase), flap=math.sin(phase), blink=frame == FRAMES - 2)


def sculpt(spec: CreatureSpec, pose: Pose = _REST) -> Body:
    """The body of a species in a pose: the same choices every time, so that only the pose differs."""
    body = Body(Chance.of(spec.form), pose, gaze=spec.turn)
    PLANS[spec.shape].build(body)
    dress(body, spec.types)
    return body


def _materials(body: Body, surface: Surface, view: View) -> NDArray[np.uint8]:
    """What each pixel is made of, (size, size), after the markings."""
    own = np.array([s.material for s in body.solids], np.uint8)[surface.part]
    ys, xs = np.nonzero(surface.filled)
    points = _unplace(view, np.stack((xs + 0.5, ys + 0.5, surface.depth[ys, xs]), axis=1))
    part, skin = surface.part[ys, xs], own[ys, xs]
    for mark in body.marks:
        may = np.array([s.tag in mark.tags for s in body.solids])[part] & (skin == mark.onto)
        skin[may] = np.where(mark.covers(points[may]), np.uint8(mark.into), skin[may])
    own[ys, xs] = skin
    return np.asarray(own)


def _unplace(view: View, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Screen points (n, 3) back into the creature's space, rounded; the view's matrix is a scaled rotation."""
    away = pixels - view.shift
    m = view.matrix / (view.scale * view.scale)
    out = np.stack([away[:, 0] * m[0, i] + away[:, 1] * m[1, i] + away[:, 2] * m[2, i] for i in range(3)], axis=1)
    return np.asarray(np.round(out * 1024) / 1024)


def _turned(spec: CreatureSpec, view: str) -> NDArray[np.float64]:
    """Creature space to screen directions (3, 3), at scale one: y is flipped, as rows run down."""
    turn = -spec.turn if view == "front" else math.pi - spec.turn
    nod = PLANS[spec.shape].nod
    c, s, cn, sn = math.cos(turn), math.sin(turn), math.cos(nod), math.sin(nod)
    yaw = np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)))
    pitch = np.array(((1, 0, 0), (0, cn, -sn), (0, sn, cn)))
    return np.array(((1.0,), (-1.0,), (1.0,))) * (pitch @ yaw)


@lru_cache(maxsize=8)
def _camera(spec: CreatureSpec, view: str) -> View:
    """The view that fits the creature at rest on its canvas: one scale for front and back, feet near the lower edge."""
    solids = sculpt(spec).solids
    boxes = {v: _extent(solids, _turned(spec, v)) for v in VIEWS}
    free = spec.size * SIZES[spec.bulk] - 2 * _MARGIN
    widest = max(max(right - left, bottom - top) for left, top, right, bottom in boxes.values())
    scale = free / widest
    left, top, right, bottom = boxes[view]
    x = spec.size / 2 - scale * (left + right) / 2
    room = spec.size - 2 * _MARGIN - scale * (bottom - top)
    y = spec.size - _MARGIN - room * PLANS[spec.shape].hover - scale * bottom
    if abs(left + right) < 0.02 * (right - left):
        x = spec.size / 2
    shift = np.round(np.array((x, y, 0.0)) * 1024) / 1024
    return View(np.round(_turned(spec, view) * scale * 2**20) / 2**20, shift, scale)


def _extent(solids: list[Solid], turn: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of solids on the screen, at scale one."""
    lows, highs = [], []
    for solid in solids:
        low, high = _bounds(solid, turn)
        lows.append(low)
        highs.append(high)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _bounds(solid: Solid, turn: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    match solid:
        case Ellipsoid():
            centre, axes = turn @ solid.centre, turn @ solid.axes
            half = np.sqrt((axes * axes).sum(axis=1))
            return (centre - half)[:2], (centre + half)[:2]
        case Chain():
            at = (solid.centres @ turn.T)[:, :2]
            return (at - solid.radii[:, None]).min(axis=0), (at + solid.radii[:, None]).max(axis=0)
        case Crystal():
            at = (turn @ solid.centre)[:2]
            return at - solid.radius * 0.8, at + solid.radius * 0.8
        case Plate():
            u = np.array((1.0, 0, 0)) if solid.u is None else turn @ solid.u
            v = np.array((0, -1.0, 0)) if solid.v is None else turn @ solid.v
            at = (turn @ solid.origin + solid.outline[:, :1] * u + solid.outline[:, 1:] * v)[:, :2]
            return at.min(axis=0), at.max(axis=0)
    raise AssertionError(f"no bounds of {type(solid).__name__}")
