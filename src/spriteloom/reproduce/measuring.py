"""Measures the trained jobs of a reproduction: reconstructions, samples, bits, conditions. Trains none."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.data.conditions import condition_space, conditions_of
from spriteloom.data.store import SpriteSet
from spriteloom.evaluation.classifier import Classifier, ClassifierConfig, held_out, learn
from spriteloom.evaluation.conditioning import judge
from spriteloom.evaluation.evaluate import held_out_bits, nearest_of, score_with
from spriteloom.metrics.generation.features import Features
from spriteloom.metrics.generation.report import FEWEST, Reference, score_generation
from spriteloom.metrics.pixel_art.score import PixelArtMetric
from spriteloom.models.capabilities import HasCodec, Predicts, Reconstructs, Samples, need
from spriteloom.models.finishing import cut_out, reduce_colors
from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.exact import measure_of
from spriteloom.reproduce.jobs import Job
from spriteloom.reproduce.records import Records
from spriteloom.reproduce.scales import Scale
from spriteloom.reproduce.training import Workshop

BLANK = 16  # samples of the PixelCNN on pictures: enough to see what it does
SCORED = 250  # pictures of a row whose pixels are looked at one by one
COLORS = 16  # of a sprite that is finished


@dataclass(frozen=True, eq=False)
class Measures:
    """Each figure is found once and kept in `records`."""

    workshop: Workshop[Scale]
    records: Records
    features: Features
    exact: SpriteSet  # the same source, pixel for pixel

    def reconstruction(self, job: Job) -> dict[str, float]:
        """mse, ssim and, of a codec, kmeans_mse, on the test pictures."""
        return dict(self.records.kept(f"reconstruction-{job.name}", lambda: self._reconstruction(job)))

    def samples(self, job: Job) -> Bytes:
        """As many as the scale asks for, uint8 (n, h, w, 3), on the conditions of training pictures."""
        return self.records.kept_array(f"samples-{job.name}", lambda: self._drawn(job))

    def vectors(self, job: Job) -> NDArray[Any]:
        """The features of the samples."""
        return self.records.kept_array(f"vectors-{job.name}", lambda: self.features(self.samples(job)))

    def generation(self, job: Job) -> dict[str, Any]:
        """The figures of `score_generation`, and seconds_to_sample."""
        return dict(self.records.kept(f"generation-{job.name}", lambda: self._generation(job)))

    def floor(self) -> dict[str, Any]:
        """The same for training pictures."""
        return dict(self.records.kept("floor", lambda: self.reference.floor(self.count).to_json()))

    def bits(self, job: Job) -> dict[str, Any]:
        """bits_per_code on the test pictures, and its interval by bootstrap over species."""
        return dict(self.records.kept(f"bits-{job.name}", lambda: self._bits(job)))

    def conditioning(self, job: Job, guidance: float) -> dict[str, Any]:
        """Whether the samples show what was asked for."""
        name = f"conditioning-{job.name}-{guidance:g}"
        return dict(self.records.kept(name, lambda: self._conditioning(job, guidance)))

    def judge_accuracy(self) -> dict[str, Any]:
        """How often the judge of conditions is right on real sprites of the test species."""
        data = self.workshop.cache.data.without_noise()
        return dict(self.records.kept("judge", lambda: asdict(held_out(self.classifier, data))))

    def pixel_art(self, name: str, pictures: Callable[[], Bytes]) -> dict[str, Any]:
        """How far pictures uint8 (n, h, w, 3 or 4) are from pixel art, kept under a name."""

        def find() -> dict[str, float]:
            return self.pixel_metric.score(pictures()[:SCORED]).to_json()

        return dict(self.records.kept(f"pixel-art-{name}", find))

    def finished(self, job: Job) -> Bytes:
        """Some samples of a job as `generate --colors 16` writes them: uint8 (n, h, w, 4)."""
        some = [cut_out(picture, "") for picture in self.samples(job)[:SCORED]]
        return np.stack([reduce_colors(sprite, COLORS).pixels for sprite in some])

    def drawn_by_hand(self) -> Bytes:
        """Sprites of the test species as the artist drew them: uint8 (n, h, w, 4)."""
        return _from_all_over(np.stack([sprite.pixels for sprite in self.exact.sprites("test")]))

    def some_training(self) -> Bytes:
        """Training pictures: uint8 (n, h, w, 3)."""
        return _from_all_over(self.train)

    @property
    def count(self) -> int:
        """Samples of each row; no more than there are training pictures to compare with."""
        return min(self.workshop.scale.samples, len(self.train))

    @cached_property
    def train(self) -> Bytes:
        """The training pictures without those over noise."""
        some = self.workshop.cache.pictures("train", noise=False)
        return np.concatenate([pictures.rgb for pictures in some])

    @cached_property
    def reference(self) -> Reference:
        """Held-out pictures, and those that were learned."""
        data = self.workshop.cache.data.without_noise()
        test = self.workshop.cache.whole("test").rgb
        return Reference(
            test,
            _species(data, "test"),
            train=self.train,
            train_species=_species(data, "train"),
            features=self.features,
        )

    @cached_property
    def asked(self) -> NDArray[np.float32]:
        """A condition for each sample: those of training pictures drawn at random."""
        data = self.workshop.cache.data
        known = conditions_of(data, "train", condition_space(data), noise=False)
        return known[np.random.default_rng(0).choice(len(known), self.count)]

    @cached_property
    def pixel_metric(self) -> PixelArtMetric:
        """The measure of pixel art, learned of the training species."""
        self.workshop.say("learning what pixel art is")
        return measure_of(self.exact)

    @cached_property
    def classifier(self) -> Classifier:
        """A judge of types and shapes, trained on real training pictures."""
        config = ClassifierConfig(steps=self.workshop.scale.judge_steps)
        return learn(self.workshop.cache.data.without_noise(), config=config, device=self.workshop.device)

    def sampler(self, job: Job) -> Samples:
        return need(self.workshop.load(job), Samples)

    def _reconstruction(self, job: Job) -> dict[str, float]:
        cache, model = self.workshop.cache, self.workshop.load(job)
        self.workshop.say(f"measuring {job.name}")
        scores = score_with(need(model, Reconstructs).reconstruct, cache.pictures("test"))
        found = {"mse": scores.mse, "ssim": scores.ssim}
        if isinstance(model, HasCodec):
            codec, noise = model.codec, bool(model.config.hyperparameters["noise"])
            kmeans = nearest_of(Codec(m=codec.m, table=cache.table(codec.m, codec.k, noise=noise)))
            found["kmeans_mse"] = score_with(kmeans, cache.pictures("test")).mse
        return found

    def _drawn(self, job: Job) -> Bytes:
        n = min(self.count, BLANK) if job.preset == "pixelcnn-rgb-paper" else self.count
        self.workshop.say(f"drawing {n} samples of {job.name}")
        sampler = self.sampler(job)
        asked = self.asked[:n] if sampler.conditions.size else np.zeros((n, 0), np.float32)
        return sampler.sample_each(asked, range(len(asked)))

    def _generation(self, job: Job) -> dict[str, Any]:
        began = time.monotonic()
        samples = self.samples(job)
        seconds = time.monotonic() - began
        if len(samples) < FEWEST:
            return {"n": len(samples), "seconds_to_sample": seconds}
        self.workshop.say(f"scoring the samples of {job.name}")
        return {**score_generation(samples, self.reference).to_json(), "seconds_to_sample": seconds}

    def _bits(self, job: Job) -> dict[str, Any]:
        self.workshop.say(f"bits per code of {job.name}")
        cache = self.workshop.cache
        chosen, found = held_out_bits(
            need(self.workshop.load(job), Predicts), cache, "test", codes=self.workshop.scale.predicted
        )
        species = np.array(_species(cache.data.without_noise(), "test"))[chosen]
        low, high = np.quantile(_means_over_species(found, species), (0.025, 0.975))
        return {"bits_per_code": float(found.mean()), "interval": [float(low), float(high)]}

    def _conditioning(self, job: Job, guidance: float) -> dict[str, Any]:
        sampler = self.sampler(job)
        requests = [sampler.conditions.words(vector) for vector in self.asked]
        self.workshop.say(f"judging the samples of {job.name}, guidance {guidance:g}")
        samples = (
            self.samples(job)
            if guidance == 1
            else sampler.sample_each(self.asked, range(len(self.asked)), guidance_scale=guidance)
        )
        return {**judge(self.classifier, samples, requests).to_json(), "n": len(requests)}


def _from_all_over(pictures: Bytes) -> Bytes:
    """About as many of them as are scored, evenly spread."""
    return pictures[:: max(1, len(pictures) // SCORED)]


def _means_over_species(values: NDArray[np.float64], species: NDArray[np.str_]) -> NDArray[np.float64]:
    """The mean of all values, 2,000 times over, each time of as many species drawn with their pictures."""
    _, own = np.unique(species, return_inverse=True)
    sums, number = np.bincount(own, values), np.bincount(own)
    drawn = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    return np.asarray(sums[drawn].sum(1) / number[drawn].sum(1))


def _species(data: Any, split: str) -> Sequence[str]:
    """The species of each picture."""
    copies = len(data.preprocessing.variants(split))
    return [sprite.species for sprite in data.sprites(split) for _ in range(copies)]
