"""How near generated pictures are to real ones, as sets. Features and figures; knows no model and no file.

features    pictures → vectors                      canonical   FID itself, where its weights can be had
frechet     the distance of Gaussians               kid         the distance of kernel means
manifold    precision, recall, density, coverage    memory      the nearest training sprite of each
resampling  how sure a figure is                    report      all of it, a row at a time
"""

from spriteloom.metrics.generation.canonical import CanonicalScores, canonical_scores
from spriteloom.metrics.generation.features import EfficientNetLite0, Features
from spriteloom.metrics.generation.frechet import Moments, frechet_distance, frechet_estimate
from spriteloom.metrics.generation.kid import kernel_distance, kernel_estimate
from spriteloom.metrics.generation.manifold import Manifold, compare_manifolds
from spriteloom.metrics.generation.memory import Memorised, Neighbours, TrainingPictures, memorised
from spriteloom.metrics.generation.report import GenerationScores, Reference, score_generation
from spriteloom.metrics.generation.resampling import Estimate, Interval

__all__ = [
    "CanonicalScores",
    "EfficientNetLite0",
    "Estimate",
    "Features",
    "GenerationScores",
    "Interval",
    "Manifold",
    "Memorised",
    "Moments",
    "Neighbours",
    "Reference",
    "TrainingPictures",
    "canonical_scores",
    "compare_manifolds",
    "frechet_distance",
    "frechet_estimate",
    "kernel_distance",
    "kernel_estimate",
    "memorised",
    "score_generation",
]
