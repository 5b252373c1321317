"""Labelled creatures drawn by code: types drive colours and ornaments, shapes drive bodies. Needs no network.

source.py     `creatures(n, seed)`, `ProceduralSource`: the way in
creature.py   `draw(spec, view, frame)`, `animation(spec)`: a species in, sprites out
species.py    `invent(generator)`: what decides how a creature looks
words.py · names.py · palettes.py · colours.py    what it is called, described and coloured
plans/        fourteen bodies, one a shape · ornaments/   what types grow on them · faces.py
body.py · solids.py · marks.py    the clay: solids and markings in the creature's own space
raster.py · shading.py · cleanup.py    clay to pixels: depth and light, ramps and lines, no crumbs
"""

from spriteloom.data.procedural.creature import animation, draw, indices
from spriteloom.data.procedural.source import ProceduralSource, creatures, species
from spriteloom.data.procedural.species import SHAPES, TYPES, CreatureSpec, invent

__all__ = [
    "SHAPES",
    "TYPES",
    "CreatureSpec",
    "ProceduralSource",
    "animation",
    "creatures",
    "draw",
    "indices",
    "invent",
    "species",
]
