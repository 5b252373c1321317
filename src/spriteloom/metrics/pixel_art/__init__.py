"""How far pictures are from pixel art: palette, outlines, structure, one figure of all. Knows no model."""

from spriteloom.metrics.pixel_art.score import PixelArtMetric, PixelArtScores

__all__ = ["PixelArtMetric", "PixelArtScores"]
