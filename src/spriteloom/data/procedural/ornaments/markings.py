"""Markings of each type: spots, stripes, masks, caps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from spriteloom.data.procedural.body import Body, Head
from spriteloom.data.procedural.solids import Bands, Chain, Ellipsoid, Material, Patches, Vec, unit, vec

_SKIN = ("body", "head", "tail", "limb", "ear", "hand")


def _trunk(b: Body) -> list[tuple[Vec, Vec]]:
    """Centres and half-extents of the body's larger solids."""
    lumps = [
        (s.centre, np.sqrt((s.axes * s.axes).sum(axis=1)))
        for s in b.solids
        if isinstance(s, Ellipsoid) and s.material is Material.BODY and s.tag in ("body", "head", "shell")
    ]
    lumps += [
        (s.centres[len(s.centres) // 2], np.full(3, s.radii.mean()))
        for s in b.solids
        if isinstance(s, Chain) and s.material is Material.BODY and s.tag in ("body", "tail")
    ]
    return [(c, r) for c, r in lumps if float(r.max()) > 4]


def _spots(into: Material, n: int, size: tuple[float, float]) -> Callable[[Body], None]:
    def add(b: Body) -> None:
        centres, radii = [], []
        trunk = _trunk(b)
        for _ in range(n):
            centre, extent = b.chance.pick(trunk)
            way = unit((b.chance.between(0.25, 1), b.chance.between(-0.3, 1), b.chance.between(-1, 0.65)))
            r = b.chance.between(*size)
            for side in (-1, 1):
                centres.append(centre + extent * way * vec(side, 1, 1))
                radii.append((r, r, r))
        b.marks.append(Patches(into=into, tags=_SKIN, centres=np.array(centres), radii=np.array(radii)))

    return add


def _stripes(into: Material, period: float, duty: float, zig: float) -> Callable[[Body], None]:
    def add(b: Body) -> None:
        trunk = _trunk(b)
        low = np.min([c - r for c, r in trunk], axis=0)
        high = np.max([c + r for c, r in trunk], axis=0)
        long = float(high[2] - low[2]) > 1.35 * float(high[0] - low[0])
        axis = vec(0, 0, 1) if long else unit((0, 0.9, 0.45))
        side, edge = (vec(0, 0.8, -0.6), 0.5) if long else (unit((0, 0.25, -1)), -0.6)
        across, apart = vec(0, 1, 0) if long else vec(1, 0, 0), period * b.chance.between(0.9, 1.2)
        place: dict[str, Any] = {
            "origin": (low + high) / 2,
            "axis": axis,
            "across": across,
            "side": side,
            "edge": edge,
        }
        b.marks.append(Bands(into=into, tags=_SKIN, **place, period=apart, duty=duty, zig=zig))

    return add


def _on_heads(into: Material, at: Callable[[Head], Vec], radii: Vec) -> Callable[[Body], None]:
    """An ellipsoid on each head; `at` and `radii` are in units of the head's radii."""

    def add(b: Body) -> None:
        for head in b.heads:
            centre, size = head.centre + head.radii * at(head), head.radii * radii
            b.marks.append(Patches(into=into, tags=("body", "head"), centres=centre[None], radii=size[None]))

    return add


def _mask(into: Material) -> Callable[[Body], None]:
    return _on_heads(into, lambda head: vec(0, head.lift + 0.05, 0.75), vec(1.02, 0.3, 0.6))


def _cap(into: Material) -> Callable[[Body], None]:
    return _on_heads(into, lambda _: vec(0, 1.05, -0.35), vec(0.95, 0.62, 1.05))


_SPOTS = ("spots", _spots(Material.ACCENT, 6, (1.7, 3.0)))
_FRECKLES = ("dark spots", _spots(Material.DEEP, 8, (1.5, 2.6)))
_PALE_SPOTS = ("pale spots", _spots(Material.BELLY, 6, (1.6, 2.8)))
_STRIPES = ("stripes", _stripes(Material.ACCENT, 6.0, 0.36, 0.0))
_DARK_STRIPES = ("dark stripes", _stripes(Material.DEEP, 5.5, 0.4, 0.0))
_ZIGZAG = ("zigzag stripes", _stripes(Material.ACCENT, 7.0, 0.34, 0.9))
_RINGS = ("rings", _stripes(Material.PALE, 7.5, 0.3, 0.0))
_MASK = ("a mask", _mask(Material.DEEP))
_BRIGHT_MASK = ("a bright mask", _mask(Material.ACCENT))
_CAP = ("a cap", _cap(Material.ACCENT))
_DARK_CAP = ("a dark cap", _cap(Material.DEEP))

Marking = tuple[str, Callable[[Body], None]]
MARKINGS: dict[str, tuple[Marking, ...]] = {
    "normal": (_FRECKLES, _DARK_CAP, _DARK_STRIPES, _MASK),
    "fire": (_STRIPES, _CAP, _SPOTS),
    "water": (_PALE_SPOTS, _SPOTS, _DARK_STRIPES),
    "grass": (_FRECKLES, _DARK_STRIPES, _CAP),
    "electric": (_ZIGZAG, _ZIGZAG, _STRIPES),
    "ice": (_PALE_SPOTS, _DARK_CAP),
    "fighting": (_BRIGHT_MASK, _STRIPES),
    "poison": (_SPOTS, _SPOTS, _STRIPES),
    "ground": (_DARK_STRIPES, _FRECKLES, _MASK),
    "flying": (_CAP, _DARK_CAP, _MASK),
    "psychic": (_CAP, _PALE_SPOTS),
    "bug": (_STRIPES, _SPOTS, _STRIPES),
    "rock": (_FRECKLES, _DARK_CAP),
    "ghost": (_MASK, _DARK_STRIPES, _PALE_SPOTS),
    "dragon": (_DARK_STRIPES, _ZIGZAG, _STRIPES),
    "dark": (_RINGS, _BRIGHT_MASK, _STRIPES),
    "steel": (_DARK_CAP, _STRIPES),
    "fairy": (_PALE_SPOTS, _SPOTS, _CAP),
}
