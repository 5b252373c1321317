"""Pure measures: how near pictures are, how codes are used, how many colors. Numpy; knows no model."""

from spriteloom.metrics.codes import bits_per_code, bits_per_pixel, codes_used, perplexity, usage
from spriteloom.metrics.colors import colors_per_sprite
from spriteloom.metrics.pictures import Batch, PictureScores, Scores, score
from spriteloom.metrics.ssim import similarity_map

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
