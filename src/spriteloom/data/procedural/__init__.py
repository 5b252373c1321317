"""Creatures drawn by code, with labels: types decide colors and ornaments, shapes decide bodies.

creature.py     `creatures(n, seed)`, `ProceduralSource`; `draw(spec, view, frame)`, `animation(spec)`
species.py      `invent(generator)`: a name and all choices about the look of a creature, as values
palettes.py     the colors of each type
plans/          fourteen bodies, one for each shape
ornaments/      what each type adds to a body, and markings
faces.py        eyes and mouths as small pictures, and where they go
body.py · solids.py · chance.py      solids and markings in the creature's space; random choices
projection.py · raster.py · shading.py      from solids to depths and normals, then to palette indices
"""
