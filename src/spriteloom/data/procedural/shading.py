"""A surface becomes palette indices: light from the top left, lines where forms meet, then a clean-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spriteloom.data.procedural.projection import FAR
from spriteloom.data.procedural.raster import Surface
from spriteloom.data.procedural.solids import Material, Solid
from spriteloom.pixels.arrays import Bytes, Mask

T = TypeVar("T", bound=np.generic)
Indices = Bytes  # (size, size), palette roles

# material → (line, shade, tone, light, glint), the roles of palettes.py
RAMPS: dict[Material, tuple[int, int, int, int, int]] = {
    Material.BODY: (1, 2, 3, 4, 5),
    Material.DEEP: (1, 1, 2, 3, 3),
    Material.BELLY: (2, 6, 7, 8, 8),
    Material.ACCENT: (9, 10, 11, 12, 12),
    Material.BONE: (1, 6, 8, 14, 14),
    Material.GLOW: (9, 15, 15, 15, 14),
    Material.PALE: (9, 11, 12, 12, 14),
    Material.METAL: (1, 2, 4, 5, 14),
    Material.INK: (13, 13, 13, 1, 1),
}
LIGHT = (-0.5, -0.64, 0.583)  # towards the lamp, in screen space
_STEPS = (0.02, 0.60, 0.935)  # n·l where shade turns to tone, tone to light, light to glint
_STEPS_OF = {
    Material.METAL: (0.10, 0.45, 0.80),
    Material.GLOW: (-1.0, -1.0, 0.80),
    Material.BELLY: (-0.05, 0.62, 2.0),
    Material.DEEP: (0.1, 0.62, 2.0),
}
_RING = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
_CROSS = ((-1, 0), (0, -1), (0, 1), (1, 0))
_DROP = 2.2  # a step in depth, in pixels at size 64, that gets a line
_SHADOW = 3.5  # a step that throws a shadow


def tones(surface: Surface, materials: Bytes) -> NDArray[np.int8]:
    """Steps 1..4 of the ramp for each pixel, (size, size); any value in empty pixels."""
    nx, ny, nz = surface.normal
    lit = np.round((nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]) * 4096) / 4096
    steps = np.array([_STEPS_OF.get(m, _STEPS) for m in Material])[materials]  # (size, size, 3)
    level = 1 + (lit[..., None] > steps).sum(axis=2)
    dark = surface.ribs | _in_shadow(surface)
    return np.asarray(np.maximum(level - dark, 1), np.int8)


def _in_shadow(surface: Surface) -> Mask:
    """Pixels with something clearly in front of them, one to three pixels towards the lamp."""
    reach = max(round(surface.depth.shape[0] / 32), 1)
    drop = _SHADOW * surface.depth.shape[0] / 64
    shadow = np.zeros(surface.depth.shape, np.bool_)
    for step in range(1, reach + 1):
        towards = shifted(surface.depth, step, step if step % 2 == 0 else step - 1, FAR)
        shadow |= towards - surface.depth > drop
    return shadow & surface.filled


def shifted(field: NDArray[T], down: int, right: int, empty: float) -> NDArray[T]:
    """`field` (h, w) moved by whole pixels, with `empty` in the gap."""
    h, w = field.shape
    out = np.full_like(field, empty)
    out[max(down, 0) : h + min(down, 0), max(right, 0) : w + min(right, 0)] = field[
        max(-down, 0) : h + min(-down, 0), max(-right, 0) : w + min(-right, 0)
    ]
    return out


def paint(surface: Surface, solids: Sequence[Solid], materials: Bytes) -> Indices:
    """Palette indices (size, size): ramps by light, then lines inside the sprite, without the outline."""
    ramps = np.array([RAMPS[m] for m in Material], np.uint8)
    indices = ramps[materials, tones(surface, materials)]
    line = _inner_lines(surface, solids)
    lined = line >= 0
    drawn_by = np.array([s.material for s in solids], np.uint8)[np.maximum(line, 0)]
    indices = np.where(lined, ramps[drawn_by, 0], indices)
    return np.where(surface.filled, indices, 0).astype(np.uint8)


def _inner_lines(surface: Surface, solids: Sequence[Solid]) -> NDArray[np.int16]:
    """For each pixel just behind an edge, the solid that has the edge; -1 elsewhere."""
    crisp = np.array([s.crisp for s in solids])
    drop = _DROP * surface.depth.shape[0] / 64
    best = np.full(surface.part.shape, FAR)
    owner = np.full(surface.part.shape, -1, np.int16)
    for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        part = shifted(surface.part, down, right, -1)
        depth = shifted(surface.depth, down, right, FAR)
        ahead = depth - surface.depth
        edge = (part >= 0) & (part != surface.part) & surface.filled & (ahead > best)
        edge &= (ahead > drop) | (crisp[part] & (ahead > 0))
        np.copyto(best, ahead, where=edge)
        np.copyto(owner, part, where=edge)
    return owner


def outlined(indices: Indices) -> Indices:
    """The sprite with an outline of one pixel, in the dark shade of the color beside it."""
    line_of = np.arange(16, dtype=np.uint8)
    for ramp in (RAMPS[Material.BODY], RAMPS[Material.ACCENT]):
        line_of[list(ramp)] = ramp[0]
    line_of[[6, 7, 8, 13, 14]] = 1
    line_of[15] = 9
    empty = indices == 0
    out = indices.copy()
    for down, right in ((-1, 0), (0, -1), (0, 1), (1, 0)):  # the lit side is drawn last: its hue wins
        neighbour = shifted(indices, down, right, 0)
        np.copyto(out, line_of[neighbour], where=empty & (neighbour > 0))
    return out


def _neighbours(indices: Indices, steps: tuple[tuple[int, int], ...]) -> Bytes:
    return np.stack([shifted(indices, down, right, 0) for down, right in steps])


def tidy(indices: Indices) -> Indices:
    """Indices (h, w) without spurs and pits, so that the outline is smooth."""
    for _ in range(2):
        around = _neighbours(indices, _CROSS)
        indices = np.where((around > 0).sum(axis=0) < 2, 0, indices).astype(np.uint8)
        around = _neighbours(indices, _CROSS)
        pit = (indices == 0) & ((around > 0).sum(axis=0) >= 3)
        indices = np.where(pit, around.max(axis=0), indices).astype(np.uint8)
    return indices


def without_lone_pixels(indices: Indices, lines: tuple[int, ...]) -> Indices:
    """Indices (h, w) in which lone pixels take the commonest index around them; on the rim only one of `lines`."""
    for _ in range(2):
        around = _neighbours(indices, _RING)
        lone = (indices > 0) & (around != indices).all(axis=0)
        if not lone.any():
            break
        indices = indices.copy()
        for y, x in np.argwhere(lone).tolist():
            counts = np.bincount(around[:, y, x], minlength=16)
            at_rim, counts[0] = bool(counts[0]), 0
            if at_rim:
                counts[[k for k in range(len(counts)) if k not in lines]] = 0
            if counts.any():
                indices[y, x] = counts.argmax()
    return indices


def largest(foreground: Mask) -> Mask:
    """The largest 8-connected part of a mask (h, w)."""
    parts, _ = ndimage.label(foreground, np.ones((3, 3)))
    sizes = np.bincount(parts[foreground])
    return np.asarray(foreground & (parts == sizes.argmax())) if len(sizes) else foreground
