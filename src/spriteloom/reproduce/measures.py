"""What every reproduction measures of trained jobs: reconstruction, samples, conditions. Each is computed once."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from spriteloom.data.conditions import conditions_of
from spriteloom.data.store import SpriteSet
from spriteloom.evaluation.classifier import Classifier, ClassifierConfig, held_out, learn
from spriteloom.evaluation.conditioning import judge
from spriteloom.evaluation.evaluate import score_with
from spriteloom.metrics.generation.canonical import canonical_scores
from spriteloom.metrics.generation.features import EfficientNetLite0, Features
from spriteloom.metrics.generation.report import FEWEST, Reference, score_generation
from spriteloom.models.capabilities import Reconstructs, Samples, need
from spriteloom.nn.devices import find_device
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.reproduce.jobs import Job, Workshop
from spriteloom.reproduce.pictures import Gallery
from spriteloom.reproduce.records import Clock

SHOWN = 8  # pictures in a row of a gallery

Row = dict[str, Any]
M = TypeVar("M", bound="Measures")
P = ParamSpec("P")


def recorded(compute: Callable[Concatenate[M, P], Row]) -> Callable[Concatenate[M, P], Row]:
    """A method whose result is kept in the records under its name, those of its jobs, and its numbers."""

    def load_or_compute(self: M, /, *args: P.args, **options: P.kwargs) -> Row:
        names = (f"{arg:g}" if isinstance(arg, float) else getattr(arg, "name", str(arg)) for arg in args)
        name = "-".join([compute.__name__.replace("_", "-"), *names])
        return dict(self.records.value(name, lambda: compute(self, *args, **options)))

    return load_or_compute


class Measures(ABC):
    """Computes the figures and pictures of a reproduction from its trained jobs."""

    def __init__(self, workshop: Workshop, clock: Clock) -> None:
        self.workshop, self.clock = workshop, clock
        self.scale, self.records, self.say = workshop.scale, workshop.records, workshop.say

    def prepare(self, job: Job) -> None:  # noqa: B027
        """Compute what a job needs before its training, so that the training's time does not include it."""

    @abstractmethod
    def measure(self, job: Job) -> None:
        """Compute all that the tables show of a job."""

    @abstractmethod
    def figures(self, about: Mapping[str, Any], jobs: Sequence[Job]) -> Row:
        """What results.json holds. `about` is what was run, on which data and machine."""

    @abstractmethod
    def galleries(self, jobs: Sequence[Job]) -> Mapping[str, Gallery]:
        """The pictures of the page by name."""


@dataclass(frozen=True, eq=False)
class RealPictures:
    """Pictures (n, h, w, 3) of a split with the species of each."""

    rgb: Bytes
    species: Sequence[str]


class PaperMeasures(Measures):
    """What both papers measure: reconstruction, samples against held-out pictures, conditions."""

    @property
    @abstractmethod
    def judge_data(self) -> SpriteSet:
        """The set of real sprites that the judge of conditions learns from."""

    @abstractmethod
    def real(self, split: str) -> RealPictures:
        """Training pictures, or the held-out ones that samples are compared with."""

    @cached_property
    def train(self) -> RealPictures:
        return self.real("train")

    @cached_property
    def test(self) -> RealPictures:
        return self.real("test")

    @cached_property
    def reference(self) -> Reference:
        """Held-out pictures, and those that were learned."""
        test, train = self.test, self.train
        return Reference(
            test.rgb, test.species, train=train.rgb, train_species=train.species, features=self.features
        )

    @cached_property
    def features(self) -> Features:
        """The network whose features distances are of."""
        return self.workshop.features or EfficientNetLite0(device=self.workshop.device)

    @property
    def count(self) -> int:
        """Samples of each row; no more than there are training pictures to compare with."""
        return min(self.scale.samples, len(self.train.rgb))

    def sampler(self, job: Job) -> Samples:
        return need(self.workshop.load(job), Samples)

    @recorded
    def reconstruction(self, job: Job) -> Row:
        """mse, ssim and exact_pixels on the test pictures, as they were prepared for the job."""
        return self.scores(job)

    def scores(self, job: Job) -> Row:
        model = need(self.workshop.load(job), Reconstructs)
        return score_with(model.reconstruct, self.workshop.cache(job).pictures("test")).to_json()

    def reconstructed(self, jobs: Sequence[Job], pictures: Bytes) -> dict[str, Bytes]:
        """Pictures (n, h, w, 3) and their reconstructions by each job, by label."""
        models = {job.title: need(self.workshop.load(job), Reconstructs) for job in jobs}
        return {"original": pictures} | {
            label: model.reconstruct(pictures) for label, model in models.items()
        }

    def samples(self, job: Job) -> Bytes:
        """As many samples as the scale asks for, uint8 (n, h, w, 3)."""
        return self.records.array(f"samples-{job.name}", lambda: self.sample(job))

    def sample(self, job: Job, most: int | None = None) -> Bytes:
        """New samples of a job, uint8 (n, h, w, 3), on the conditions of training pictures."""
        n = self.count if most is None else min(self.count, most)
        self.say(f"drawing {n} samples of {job.name}")
        return self.sampler(job).sample_each(self.conditions(job)[:n], range(n))

    def generation(self, job: Job) -> Row:
        """The figures of `score_generation`, seconds_to_sample, and fid with `--fid`."""
        scores = self.distances(job)
        return scores | (
            self.fid(job.name, self.samples(job)) if self.workshop.fid and "fd" in scores else {}
        )

    @recorded
    def distances(self, job: Job) -> Row:
        began = time.monotonic()
        samples = self.samples(job)
        seconds = time.monotonic() - began
        if len(samples) < FEWEST:
            return {"n": len(samples), "seconds_to_sample": seconds}
        self.say(f"scoring the samples of {job.name}")
        return {**score_generation(samples, self.reference).to_json(), "seconds_to_sample": seconds}

    def floor(self) -> Row:
        """What training pictures would score."""
        chosen = np.random.default_rng(0).choice(len(self.train.rgb), self.count, replace=False)
        scores = self.floor_distances()
        return scores | (self.fid("floor", self.train.rgb[np.sort(chosen)]) if self.workshop.fid else {})

    @recorded
    def floor_distances(self) -> Row:
        return self.reference.floor(self.count).to_json()

    def fid(self, name: str, pictures: Bytes) -> Row:
        """FID of pictures (n, h, w, 3), kept under a name."""
        device = str(find_device(self.workshop.device))
        scores = self.records.value(
            f"fid-{name}", lambda: canonical_scores(pictures, self.test.rgb, device=device).to_json()
        )
        return {"fid": scores["fid"]}

    @recorded
    def conditioning(self, job: Job, guidance: float) -> Row:
        """Whether samples at this guidance show the types and shapes that were requested."""
        sampler = self.sampler(job)
        conditions = self.conditions(job)[: self.scale.judged]
        requests = [sampler.conditions.words(vector) for vector in conditions]
        self.say(f"judging samples of {job.name}, guidance {guidance:g}")
        if guidance == sampler.guidance_scale and len(conditions) == self.count:
            rgb = self.samples(job)
        else:
            rgb = sampler.sample_each(conditions, range(len(conditions)), guidance_scale=guidance)
        return {**judge(self.classifier, rgb, requests).to_json(), "n": len(requests)}

    def conditions(self, job: Job) -> Floats:
        """A condition for each sample: those of training pictures drawn at random."""
        space = self.sampler(job).conditions
        known = conditions_of(self.workshop.cache(job).data, "train", space, noise=False)
        return known[np.random.default_rng(0).choice(len(known), max(self.count, 2 * self.scale.pairs))]

    @recorded
    def judge_accuracy(self) -> Row:
        """How often the judge of conditions is right on real sprites of the test species."""
        return asdict(held_out(self.classifier, self.judge_data))

    @cached_property
    def classifier(self) -> Classifier:
        """A judge of types and shapes, trained on real training sprites."""
        self.say("training the judge")
        config = ClassifierConfig(steps=self.scale.judge_steps)
        return learn(self.judge_data, config=config, device=self.workshop.device)


def species_of(data: SpriteSet, split: str, *, copies: int = 1) -> list[str]:
    """The species of each sprite, so many times."""
    return [sprite.species for sprite in data.sprites(split) for _ in range(copies)]


def spread(count: int, most: int) -> slice:
    """At most so many places of `count`, evenly spread."""
    step = max(1, count // most)
    return slice(0, step * most, step)
