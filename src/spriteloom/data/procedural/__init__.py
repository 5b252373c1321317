"""Labelled creatures drawn by code: types drive colors and ornaments, shapes drive bodies. Needs no network.

source.py       `creatures(n, seed)`, `ProceduralSource`: the way in
species.py      `invent(generator)`: all that decides how a creature looks, as values
creature.py     `draw(spec, view, frame)`, `animation(spec)`: a species in, sprites out
palettes.py · colors.py · names.py · words.py      what it is colored, called, described as
plans/          fourteen bodies, one a shape
ornaments/      what the types grow on them, and their markings
faces.py · stamps.py      where a face goes; eyes and mouths set by hand
body.py · solids.py · marks.py · chance.py      the clay: solids in the creature's own space
view.py · extent.py · patches.py · plates.py · raster.py      clay to depth and normals
shading.py · cleanup.py      depth and normals to palette indices, tidied
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
