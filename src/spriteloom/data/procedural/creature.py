"""Draws species as sprites, and the source `procedural`: creatures from a seed, without other people's art."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from spriteloom.data.procedural import shading
from spriteloom.data.procedural.body import Body, Pose
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.faces import Canvas, draw_face
from spriteloom.data.procedural.ornaments import dress
from spriteloom.data.procedural.palettes import COLORED, LINES, colors, dominant_word
from spriteloom.data.procedural.plans import PLANS
from spriteloom.data.procedural.projection import View
from spriteloom.data.procedural.raster import Surface, extent, rasterise
from spriteloom.data.procedural.shading import Indices, paint
from spriteloom.data.procedural.species import SIZES, CreatureSpec, invent
from spriteloom.data.source import Item
from spriteloom.pixels.arrays import Bytes, Doubles
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.palette import Palette
from spriteloom.pixels.sprite import Sprite

VIEWS = ("front", "back")
FRAMES = 6  # of the idle animation
_PICTURES = (("front", False), ("back", False), ("front", True), ("back", True))  # (view, shiny) of a species
_REST = Pose()
_FACE_TAGS = ("body", "head", "snout", "collar")  # where a face can be drawn
_MARGIN = 1.5  # pixels around the fill: the outline, and room to breathe


def draw(spec: CreatureSpec, *, view: str = "front", frame: int = 0, shiny: bool = False) -> Sprite:
    """One picture of a species: `spec.size` square, ≤ 16 colors, alpha 0 or 255, palette in role order.

    `view` is "front" or "back"; `frame` is one of the idle animation, 0 at rest. A shiny sprite has the same
    palette indices and other colors. Labels: types, shape, color, view, form, text.
    Raises ValueError for an unknown view or frame.
    """
    roles = indices(spec, view=view, frame=frame)
    table = colors(spec.shiny_scheme if shiny else spec.scheme)
    color = dominant_word(roles, table, COLORED)
    labels: dict[str, str | tuple[str, ...]] = {"types": spec.types, "shape": spec.shape, "color": color}
    labels |= {"view": view, "form": "shiny" if shiny else ""}
    labels["text"] = _description(spec, _at_rest(spec)[0], color, view)
    frozen, palette = MappingProxyType(labels), Palette(table)
    return Sprite(pixels=table[roles], name=spec.name, species=spec.key, labels=frozen, palette=palette)


def animation(spec: CreatureSpec, *, view: str = "front", shiny: bool = False) -> tuple[Sprite, ...]:
    """The idle animation, FRAMES sprites that loop: breathing, swaying, flapping and one blink."""
    return tuple(draw(spec, view=view, frame=frame, shiny=shiny) for frame in range(FRAMES))


def indices(spec: CreatureSpec, *, view: str = "front", frame: int = 0) -> Indices:
    """The roles of palettes.py at each pixel, uint8 (size, size). Arguments as in `draw`."""
    if view not in VIEWS:
        raise ValueError(f"a view is one of {', '.join(VIEWS)}, not {view!r}")
    if not 0 <= frame < FRAMES:
        raise ValueError(f"frames run from 0 to {FRAMES - 1}, not {frame}")
    body, cameras = _at_rest(spec)
    if frame:
        swing = math.sin(2 * math.pi * frame / FRAMES)
        body = _build(spec, Pose(breath=swing, sway=swing, flap=swing, blink=frame == FRAMES - 2))
    camera = cameras[view]
    surface = rasterise(body.solids, camera, spec.size)
    fill = paint(surface, body.solids, _materials(body, surface, camera))
    fill[[0, -1], :] = fill[:, [0, -1]] = 0  # room for the outline
    fill = shading.tidy(fill)
    fill = np.where(shading.largest(fill > 0), fill, 0).astype(np.uint8)
    roles = shading.without_lone_pixels(shading.outlined(fill), LINES)
    if view == "front":
        can_bear_face = np.array([s.tag in _FACE_TAGS for s in body.solids])
        canvas = Canvas(roles, (fill > 0) & surface.filled & can_bear_face[surface.part], camera)
        for head in body.heads:
            draw_face(canvas, head, spec.face, blink=body.pose.blink)
    return roles


def _build(spec: CreatureSpec, pose: Pose = _REST) -> Body:
    """The body of a species in a pose; all random choices are the same for every pose."""
    body = Body(Chance.of(spec.form), pose, gaze=spec.turn)
    PLANS[spec.shape].build(body)
    dress(body, spec.types)
    return body


def _materials(body: Body, surface: Surface, view: View) -> Bytes:
    """The material of each pixel (size, size), with markings."""
    materials = np.array([s.material for s in body.solids], np.uint8)[surface.part]
    ys, xs = np.nonzero(surface.filled)
    points = view.unplace(np.stack((xs + 0.5, ys + 0.5, surface.depth[ys, xs]), axis=1))
    part, skin = surface.part[ys, xs], materials[ys, xs]
    for mark in body.marks:
        can_change = np.array([s.tag in mark.tags for s in body.solids])[part] & (skin == mark.onto)
        skin[can_change] = np.where(mark.covers(points[can_change]), np.uint8(mark.into), skin[can_change])
    materials[ys, xs] = skin
    return np.asarray(materials)


def _rotation(spec: CreatureSpec, view: str) -> Doubles:
    """Creature space to screen directions (3, 3), at scale 1; y is flipped, because rows run down."""
    turn = -spec.turn if view == "front" else math.pi - spec.turn
    nod = PLANS[spec.shape].nod
    c, s, cn, sn = math.cos(turn), math.sin(turn), math.cos(nod), math.sin(nod)
    yaw = np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)))
    pitch = np.array(((1, 0, 0), (0, cn, -sn), (0, sn, cn)))
    flip = np.array(((1.0,), (-1.0,), (1.0,)))
    return np.asarray(flip * (pitch @ yaw))


@lru_cache(maxsize=4)
def _at_rest(spec: CreatureSpec) -> tuple[Body, dict[str, View]]:
    """The body at rest, and the camera of each view; all views and frames have one scale."""
    body = _build(spec)
    turns = {view: _rotation(spec, view) for view in VIEWS}
    boxes = {view: extent(body.solids, turn) for view, turn in turns.items()}
    widest = max(max(right - left, bottom - top) for left, top, right, bottom in boxes.values())
    scale = round((spec.size * SIZES[spec.bulk] - 2 * _MARGIN) / widest * 2**20) / 2**20
    cameras = {view: _camera(spec, turns[view] * scale, boxes[view], scale) for view in VIEWS}
    return body, cameras


def _camera(spec: CreatureSpec, turn: Doubles, box: tuple[float, float, float, float], scale: float) -> View:
    """The view that centres a box sideways and lets it stand or hover, as its plan says."""
    left, top, right, bottom = box
    even = abs(left + right) < 0.02 * (right - left)  # symmetrical creatures stay symmetrical
    x = spec.size / 2 - (0.0 if even else scale * (left + right) / 2)
    room = spec.size - 2 * _MARGIN - scale * (bottom - top)
    y = spec.size - _MARGIN - room * PLANS[spec.shape].hover - scale * bottom
    shift = np.round(np.array((x, y, 0.0)) * 1024) / 1024
    return View(np.round(turn * 2**20) / 2**20, shift, scale)


def _description(spec: CreatureSpec, body: Body, color: str, view: str) -> str:
    """Such as "a small blue fish with horns and stripes"; a back view ends in ", from behind"."""
    adjectives = [] if spec.bulk == "medium" else [spec.bulk]
    features = list(dict.fromkeys(body.words))
    if spec.face.eyes == "cyclops" and view == "front":
        features.insert(0, "one eye")
    phrase = " ".join(["a", *adjectives, color, body.noun or PLANS[spec.shape].noun])
    if features:
        phrase += " with " + " and ".join(
            [", ".join(features[:-1]), features[-1]] if features[1:] else features
        )
    return phrase + (", from behind" if view == "back" else "")


def species(n: int, *, seed: int, size: int = 64) -> Iterator[CreatureSpec]:
    """`n` species; number i depends only on `seed` (≥ 0), i and `size`."""
    for i in range(n):
        yield invent(Chance.stream(seed, i), key=f"procedural-{seed}-{i:05d}", size=size)


def creatures(n: int, *, seed: int, size: int = 64) -> Iterator[Sprite]:
    """The front views of `n` species: (size, size) sprites of at most 16 colors, with labels; see `draw`."""
    for spec in species(n, seed=seed, size=size):
        yield draw(spec)


@dataclass(frozen=True)
class ProceduralSource:
    """`n` species as indexed PNG files: front, back, shiny front and shiny back of each, 4 · n items.

    `size` is 32..96 pixels. The same arguments give the same pictures on every machine.
    """

    n: int = 512
    seed: int = 0
    size: int = 64

    name: ClassVar[str] = "procedural"
    licence: ClassVar[str] = "drawn by spriteloom's own generator; CC0, do what you like with them"

    def __len__(self) -> int:
        return self.n * len(_PICTURES)

    def items(self) -> Iterator[Item]:
        for spec in species(self.n, seed=self.seed, size=self.size):
            for view, shiny in _PICTURES:
                sprite = draw(spec, view=view, shiny=shiny)
                yield Item(
                    path=f"{'shiny/' if shiny else ''}{view}/{spec.key}.png",
                    data=encode_png(sprite.pixels, sprite.palette),
                    species=spec.key,
                    types=spec.types,
                    shape=spec.shape,
                    color=str(sprite.labels["color"]),
                    view=view,
                    shiny=shiny,
                    text=str(sprite.labels["text"]),
                )
