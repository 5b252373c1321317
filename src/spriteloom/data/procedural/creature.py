"""A spec in, pictures out: builds the body, turns it to the viewer, shades it, tidies it, gives it a face."""

from __future__ import annotations

import math
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural.body import Body, Pose
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.cleanup import largest, tidy, without_lone_pixels
from spriteloom.data.procedural.colors import dominant_word
from spriteloom.data.procedural.extent import extent
from spriteloom.data.procedural.faces import Paper, draw_face
from spriteloom.data.procedural.ornaments import dress
from spriteloom.data.procedural.palettes import COLORED, LINES, colors
from spriteloom.data.procedural.plans import PLANS
from spriteloom.data.procedural.raster import Surface, rasterise
from spriteloom.data.procedural.shading import Indices, outlined, paint
from spriteloom.data.procedural.species import SIZES, CreatureSpec
from spriteloom.data.procedural.view import View
from spriteloom.data.procedural.words import describe
from spriteloom.pixels.palette import Palette
from spriteloom.pixels.sprite import Sprite

VIEWS = ("front", "back")
FRAMES = 6  # of the idle animation
_REST = Pose()
_FACED = ("body", "head", "snout", "collar")  # tags a face may be drawn on
_MARGIN = 1.5  # pixels kept free around the fill: the outline, and a breath


def draw(spec: CreatureSpec, *, view: str = "front", frame: int = 0, shiny: bool = False) -> Sprite:
    """One picture of a species: `spec.size` square, ≤ 16 colors, alpha 0 or 255, palette in role order.

    `view` is "front" or "back"; `frame` counts through the idle animation, 0 being at rest. A shiny one has
    the same palette indices and other colors. Labels: types, shape, color, view, form, text.
    Raises ValueError for an unknown view or frame.
    """
    drawn = indices(spec, view=view, frame=frame)
    table = colors(spec.shiny_scheme if shiny else spec.scheme)
    color = dominant_word(drawn, table, COLORED)
    labels: dict[str, str | tuple[str, ...]] = {
        "types": spec.types,
        "shape": spec.shape,
        "color": color,
        "view": view,
        "form": "shiny" if shiny else "",
        "text": describe(spec, _rest(spec)[0], color, view),
    }
    return Sprite(
        pixels=table[drawn],
        name=spec.name,
        species=spec.key,
        labels=MappingProxyType(labels),
        palette=Palette(table),
    )


def animation(spec: CreatureSpec, *, view: str = "front", shiny: bool = False) -> tuple[Sprite, ...]:
    """The idle animation, FRAMES sprites that loop: it breathes, sways, beats its wings and blinks once."""
    return tuple(draw(spec, view=view, frame=frame, shiny=shiny) for frame in range(FRAMES))


def indices(spec: CreatureSpec, *, view: str = "front", frame: int = 0) -> Indices:
    """The roles of palettes.py at each pixel, uint8 (size, size). Arguments as in `draw`."""
    if view not in VIEWS:
        raise ValueError(f"a view is one of {', '.join(VIEWS)}, not {view!r}")
    if not 0 <= frame < FRAMES:
        raise ValueError(f"frames run from 0 to {FRAMES - 1}, not {frame}")
    body, cameras = _rest(spec)
    pose = pose_at(frame)
    if frame:
        body = sculpt(spec, pose)
    looking = cameras[view]
    surface = rasterise(body.solids, looking, spec.size)
    figure = tidy(_framed(paint(surface, body.solids, _materials(body, surface, looking))))
    figure = np.where(largest(figure > 0), figure, 0).astype(np.uint8)
    canvas = without_lone_pixels(outlined(figure), LINES)
    if view == "front":
        faced = np.array([s.tag in _FACED for s in body.solids])
        seen = (figure > 0) & surface.filled & faced[surface.part]
        for head in body.heads:
            draw_face(Paper(canvas, seen, looking), head, spec.face, blink=pose.blink)
    return canvas


def _framed(canvas: Indices) -> Indices:
    """The outermost pixels left free, so that the outline can always close."""
    canvas[[0, -1], :] = 0
    canvas[:, [0, -1]] = 0
    return canvas


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
    points = view.unplace(np.stack((xs + 0.5, ys + 0.5, surface.depth[ys, xs]), axis=1))
    part, skin = surface.part[ys, xs], own[ys, xs]
    for mark in body.marks:
        may = np.array([s.tag in mark.tags for s in body.solids])[part] & (skin == mark.onto)
        skin[may] = np.where(mark.covers(points[may]), np.uint8(mark.into), skin[may])
    own[ys, xs] = skin
    return np.asarray(own)


def _turned(spec: CreatureSpec, view: str) -> NDArray[np.float64]:
    """Creature space to screen directions (3, 3), at scale one: y is flipped, as rows run down."""
    turn = -spec.turn if view == "front" else math.pi - spec.turn
    nod = PLANS[spec.shape].nod
    c, s, cn, sn = math.cos(turn), math.sin(turn), math.cos(nod), math.sin(nod)
    yaw = np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)))
    pitch = np.array(((1, 0, 0), (0, cn, -sn), (0, sn, cn)))
    flip = np.array(((1.0,), (-1.0,), (1.0,)))
    return np.asarray(flip * (pitch @ yaw))


@lru_cache(maxsize=4)
def _rest(spec: CreatureSpec) -> tuple[Body, dict[str, View]]:
    """The body at rest, and for each view the camera that fits it: one scale for all views and frames."""
    body = sculpt(spec)
    turns = {view: _turned(spec, view) for view in VIEWS}
    boxes = {view: extent(body.solids, turn) for view, turn in turns.items()}
    widest = max(max(right - left, bottom - top) for left, top, right, bottom in boxes.values())
    scale = round((spec.size * SIZES[spec.bulk] - 2 * _MARGIN) / widest * 2**20) / 2**20
    cameras = {view: _camera(spec, turns[view] * scale, boxes[view], scale) for view in VIEWS}
    return body, cameras


def _camera(
    spec: CreatureSpec, turn: NDArray[np.float64], box: tuple[float, float, float, float], scale: float
) -> View:
    """The view that centres a box sideways and has it stand or hover, as its plan says."""
    left, top, right, bottom = box
    even = abs(left + right) < 0.02 * (right - left)  # keeps a symmetrical creature symmetrical to the pixel
    x = spec.size / 2 - (0.0 if even else scale * (left + right) / 2)
    room = spec.size - 2 * _MARGIN - scale * (bottom - top)
    y = spec.size - _MARGIN - room * PLANS[spec.shape].hover - scale * bottom
    shift = np.round(np.array((x, y, 0.0)) * 1024) / 1024
    return View(np.round(turn * 2**20) / 2**20, shift, scale)
