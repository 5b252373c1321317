"""Edits of sprites and of codes that keep every pixel in its place. Knows no codec: callers pass codes in."""

from spriteloom.editing.codes import rank_permutation, swap_codes
from spriteloom.editing.map_files import read_map
from spriteloom.editing.plans import plan_map, plan_palette, plan_ranked
from spriteloom.editing.recolor import recolor
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
    "rank_permutation",
    "read_map",
    "recolor",
    "swap_codes",
]
