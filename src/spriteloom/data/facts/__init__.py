"""A table that ships: types, body shape, colour, generation of every species. Knows nothing of pictures."""

from spriteloom.data.facts.table import COLOURS, SHAPES, TYPES, Species, species

__all__ = ["COLOURS", "SHAPES", "TYPES", "Species", "species"]
