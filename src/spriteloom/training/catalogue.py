"""What can be trained, with the number of parameters of each beside the paper's. Trains nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from spriteloom.codecs.pixel_vqvae import PixelVQVAE
from spriteloom.training.recipes import PAPER_PARAMETERS, KMeansRecipe, names, recipe


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`parameters` counts as the paper does: what is learned, the codebook and its accumulator."""

    name: str
    parameters: int
    paper_parameters: int | None
    about: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def catalogue() -> list[Entry]:
    """Every recipe, in the order of the paper's tables."""
    return [_entry(name) for name in names()]


def _entry(name: str) -> Entry:
    chosen = recipe(name)
    if isinstance(chosen, KMeansRecipe):
        size = 3 * chosen.m**2
        about = f"k-means of {chosen.m}×{chosen.m} patches, the yardstick"
        return Entry(name=name, parameters=chosen.k * size, paper_parameters=None, about=about)
    model = chosen.model
    start = type(chosen.start).__name__.removesuffix("Start")
    about = f"{model.m}×{model.m} pixels a code, start {start}, end {model.end}"
    paper = PAPER_PARAMETERS.get(name.removesuffix("-paper").removesuffix("-warmed"))
    return Entry(
        name=name, parameters=PixelVQVAE(model).count_parameters(), paper_parameters=paper, about=about
    )
