"""A table that ships: types, body shape, color, generation of every species. Knows nothing of pictures."""

from spriteloom.data.facts.table import COLORS, SHAPES, TYPES, Species, species

__all__ = ["COLORS", "SHAPES", "TYPES", "Species", "species"]
