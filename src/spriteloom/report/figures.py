"""What the demo measured, as values. Knows neither how it was measured nor how it is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from spriteloom.evaluation.evaluate import Evaluation
from spriteloom.evaluation.speed import Timing

SIZES = {"hires": "HiRes", "medres": "MedRes", "lowres": "LowRes"}


@dataclass(frozen=True, kw_only=True)
class Published:
    """Figures as the paper prints them, on its own data."""

    mse: float
    ssim: float


PUBLISHED = {  # Table 2, arXiv:2203.12130
    "hires": Published(mse=0.00070, ssim=0.830),
    "medres": Published(mse=0.00421, ssim=0.912),
    "lowres": Published(mse=0.01040, ssim=0.787),
}
PAPER_EPOCHS = 25


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One run and how good it is on held-out species. `epochs` are passes over what it learned from."""

    recipe: str
    size: str
    parameters: int
    steps: int
    epochs: float
    seconds: float  # reading and counting the pictures included, as if it had been the only one
    evaluation: Evaluation

    @property
    def over_kmeans(self) -> float:
        """Its MSE over that of k-means; 1 where both are exact."""
        mse, kmeans = self.evaluation.scores.mse, self.evaluation.kmeans.mse
        return mse / kmeans if kmeans else (1.0 if not mse else math.inf)

    def to_json(self) -> dict[str, Any]:
        own = {key: value for key, value in vars(self).items() if key != "evaluation"}
        return own | {"test": self.evaluation.to_json(), "mse_over_kmeans": self.over_kmeans}


@dataclass(frozen=True, kw_only=True)
class Refit:
    """Nearest patches with the table refitted so many times: Lloyd's algorithm from what was learned."""

    size: str
    rounds: int
    mse: float
    seconds: float  # from the learned table


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something the demo did, and how long it took."""

    words: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What was run, on what, where."""

    command: str
    seed: int
    budget: str  # "0.4 minutes"
    source: str
    licence: str
    instead_of: str  # why another source than the one asked for is shown; "" where it is that one
    recipe: str
    views: tuple[str, ...]  # of the source that were kept; () for all
    species: Mapping[str, int]  # of each split
    sprites: Mapping[str, int]
    pictures: Mapping[str, int]
    versions: Mapping[str, str]
    cores: int
    processor: str
    precision: str
    finished: str  # date and time, UTC


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All of it."""

    setting: Setting
    ours: tuple[Trained, ...]
    paper: tuple[Trained, ...]
    refits: tuple[Refit, ...]
    timings: tuple[Timing, ...]
    timed: int  # pictures that the timings are of
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """As results.json has it: every number finite, what is not is null."""
        whole = {
            "setting": asdict(self.setting),
            "ours": [run.to_json() for run in self.ours],
            "paper_recipe": [run.to_json() for run in self.paper],
            "published": {size: asdict(published) for size, published in PUBLISHED.items()},
            "refits": [asdict(refit) for refit in self.refits],
            "speed_pictures": self.timed,
            "speed": [timing.to_json() for timing in self.timings],
            "steps": [asdict(step) for step in self.steps],
            "seconds": self.seconds,
        }
        return {key: _finite(value) for key, value in whole.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
