"""Edit sprites: recolor, swap palettes by codes, clean, and edit with a model."""

from spriteloom.editing.map_files import read_map
from spriteloom.editing.plans import plan_map, plan_palette, plan_ranked, recolor
from spriteloom.editing.recoloring import RGB, Recoloring
from spriteloom.editing.transfer import plan_like, plan_onto

__all__ = [
    "RGB",
    "Recoloring",
    "plan_like",
    "plan_map",
    "plan_onto",
    "plan_palette",
    "plan_ranked",
    "read_map",
    "recolor",
]
