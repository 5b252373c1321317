"""Pure measures: errors of pictures, use of codes, numbers of colors."""

from spriteloom.metrics.codes import bits_per_code, bits_per_pixel, codes_used, perplexity, usage
from spriteloom.metrics.pictures import Batch, PictureScores, Scores, colors_per_sprite, score, similarity_map

__all__ = [
    "Batch",
    "PictureScores",
    "Scores",
    "bits_per_code",
    "bits_per_pixel",
    "codes_used",
    "colors_per_sprite",
    "perplexity",
    "score",
    "similarity_map",
    "usage",
]
