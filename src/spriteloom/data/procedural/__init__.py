"""Creatures drawn by code, with labels: types decide colors and ornaments, shapes decide bodies.

source.py       `creatures(n, seed)`, `ProceduralSource`
species.py      `invent(generator)`: a name and all choices about the look of a creature, as values
creature.py     `draw(spec, view, frame)`, `animation(spec)`: from a species to sprites
palettes.py · colors.py      the colors of each type
plans/          fourteen bodies, one for each shape
ornaments/      what each type adds to a body, and markings
faces.py · stamps.py      where a face goes; eyes and mouths as small pictures
body.py · solids.py · chance.py      solids and markings in the creature's space; random choices
projection.py · raster.py · shading.py      from solids to depths and normals, then to palette indices
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
