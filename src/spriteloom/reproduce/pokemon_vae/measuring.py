"""Measures the trained jobs of the second paper's reproduction. Trains none.

Samples of every job are judged in one frame, the paper's own: over white, cropped to a square, 128×128.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.data.conditions import conditions_of
from spriteloom.data.preprocessing import POKEMON_VAE
from spriteloom.data.store import SpriteSet
from spriteloom.evaluation.classifier import Classifier, ClassifierConfig, held_out, learn
from spriteloom.evaluation.conditioning import judge
from spriteloom.evaluation.evaluate import score_with
from spriteloom.metrics.generation.features import Features
from spriteloom.metrics.generation.report import Reference, score_generation
from spriteloom.metrics.pictures import colors_per_sprite
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.metrics.pixel_art.parts import drift, loose_parts
from spriteloom.models.base import Model
from spriteloom.models.capabilities import Edits, HasLatents, Reconstructs, Samples, need
from spriteloom.models.finishing import cut_out
from spriteloom.nn.sampling import noise_of, slerp
from spriteloom.pixels import harden, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.oklab import colors_of
from spriteloom.priors.draw import Draw
from spriteloom.reproduce.pokemon_vae import prompts
from spriteloom.reproduce.pokemon_vae.crossfade import crossfade, vectors_between
from spriteloom.reproduce.pokemon_vae.jobs import Job
from spriteloom.reproduce.pokemon_vae.scales import Scale
from spriteloom.reproduce.records import Records
from spriteloom.reproduce.training import Workshop

FORMS = 4  # held-out pictures of a species, at most: one of 28 forms would be a third of them all
WHOLE = 0.9  # share of a figure that its largest part must hold to be one figure


@dataclass(frozen=True, eq=False)
class Measures:
    """Each figure is found once and kept in `records`."""

    resized: Workshop[Scale]
    pixels: Workshop[Scale]
    records: Records
    features: Features

    @property
    def scale(self) -> Scale:
        return self.resized.scale

    def workshop(self, job: Job) -> Workshop[Scale]:
        return self.resized if job.sprites == "resized" else self.pixels

    def model(self, job: Job) -> Model:
        return self.workshop(job).load(job)

    def sampler(self, job: Job) -> Samples:
        return need(self.model(job), Samples)

    def reconstruction(self, job: Job) -> dict[str, Any]:
        """mse, ssim and exact_pixels on the test pictures, as they were prepared for the job."""

        def find() -> dict[str, Any]:
            again = need(self.model(job), Reconstructs)
            return score_with(again.reconstruct, self.workshop(job).cache.pictures("test")).to_json()

        return dict(self.records.kept(f"reconstruction-{job.name}", find))

    def sprites(self, job: Job) -> Bytes:
        """Samples as they are painted and finished: uint8 (n, s, s, 4), on conditions of training sprites."""
        return self.records.kept_array(f"sprites-{job.name}", lambda: self._sprites(job))

    def samples(self, job: Job) -> Bytes:
        """The same in the paper's frame: uint8 (n, 128, 128, 3)."""
        return self.records.kept_array(f"samples-{job.name}", lambda: self._samples(job))

    def generation(self, job: Job) -> dict[str, Any]:
        """The figures of `score_generation`, and seconds_to_sample."""

        def find() -> dict[str, Any]:
            began = time.monotonic()
            samples = self.samples(job)
            seconds = time.monotonic() - began
            self._say(f"scoring the samples of {job.name}")
            return {**score_generation(samples, self.reference).to_json(), "seconds_to_sample": seconds}

        return dict(self.records.kept(f"generation-{job.name}", find))

    def floor(self) -> dict[str, Any]:
        """The same for training pictures."""
        return dict(self.records.kept("floor", lambda: self.reference.floor(self.count).to_json()))

    def pixel_art(self, name: str, sprites: Bytes) -> dict[str, float]:
        """Colors, alpha, parts and drift of sprites (n, s, s, 4), kept under a name."""

        def find() -> dict[str, float]:
            found = foreground_of(sprites)
            loose = loose_parts(found)
            alpha = sprites[..., 3]
            return {
                "colors_at_most_16": float((colors_per_sprite(sprites) <= 16).mean()),
                "hard_alpha": float(((alpha == 0) | (alpha == 255)).all((1, 2)).mean()),
                "one_figure": float((1 - loose >= WHOLE).mean()),
                "loose": float(loose.mean()),
                "drift": float(drift(found).mean()),
            }

        return dict(self.records.kept(f"pixel-art-{name}", find))

    def painted(self, job: Job) -> Bytes:
        """Some samples of one of ours before they are finished, alpha cut: uint8 (n, s, s, 4)."""

        def find() -> Bytes:
            sampler, n = self.sampler(job), self.scale.judged
            draw = Draw(seeds=tuple(range(n)), guidance=sampler.guidance_scale)
            return harden(sampler.paint(self._asked(job)[:n], draw))

        return self.records.kept_array(f"painted-{job.name}", find)

    def guidance(self, job: Job, strength: float) -> dict[str, Any]:
        """Whether samples show the types and shapes that were asked for, at this guidance."""

        def find() -> dict[str, Any]:
            sampler = self.sampler(job)
            conditions = self._asked(job)[: self.scale.judged]
            requests = [sampler.conditions.words(vector) for vector in conditions]
            self._say(f"judging {job.name}, guidance {strength:g}")
            rgb = sampler.sample_each(conditions, range(len(conditions)), guidance_scale=strength)
            return {**judge(self.classifier, rgb, requests).to_json(), "n": len(requests)}

        return dict(self.records.kept(f"guidance-{job.name}-{strength:g}", find))

    def judge_accuracy(self) -> dict[str, Any]:
        """How often the judge is right on real sprites of the test species."""
        data = self.pixels.cache.data
        return dict(self.records.kept("judge", lambda: asdict(held_out(self.classifier, data))))

    def crossfade(self, job: Job) -> dict[str, Any]:
        """How far what lies between two sprites is from both, from their overlay and from real ones."""

        def find() -> dict[str, Any]:
            self._say(f"interpolating with {job.name}")
            a, b, middle, samples = map(self._frames, self.between(job))
            return crossfade(a, b, middle, samples, self._real, self.features)

        return dict(self.records.kept(f"crossfade-{job.name}", find))

    def between(self, job: Job) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Pairs of pictures, what lies between each two, and as many samples. Each (n, s, s, 3 or 4)."""
        n = self.scale.pairs
        if job.kind == "latents":
            rgba = self.resized.cache.rgba("test")
            chosen = np.random.default_rng(0).choice(len(rgba), (2, n))
            latents = need(self.model(job), HasLatents).latents
            ends, middle = vectors_between(latents, rgba[chosen[0]], rgba[chosen[1]])
            return *ends, middle, np.concatenate(ends)
        return self._between_noises(need(self.model(job), Edits), self._asked(job))

    def prompts(self, job: Job) -> dict[str, Any]:
        """Of prompts with a color, in how many the sprite's commonest hue is that color."""

        def find() -> dict[str, Any]:
            sampler = self.sampler(job)
            rows = []
            for i, (prompt, color) in enumerate(prompts.PROMPTS):
                sprite = sampler.generate(1, prompt=prompt, seed=i)[0]
                seen = colors_of(sprite.pixels)
                rows.append({"prompt": prompt, "color": color, "seen": seen[0][0] if seen else ""})
            hits = sum(row["seen"] in prompts.MEANT[row["color"]] for row in rows)
            return {"hits": hits, "n": len(rows), "prompts": rows}

        return dict(self.records.kept(f"prompts-{job.name}", find))

    def speed(self, job: Job) -> dict[str, Any]:
        """Seconds for so many sprites by the recipe's own path."""

        def find() -> dict[str, Any]:
            sampler = self.sampler(job)
            sampler.generate(1)
            began = time.monotonic()
            sampler.generate(self.scale.timed)
            return {
                "sprites": self.scale.timed,
                "seconds": time.monotonic() - began,
                "steps": self.model(job).config.hyperparameters["sampler"]["num_steps"],
                "size": self.model(job).config.shape["size"],
            }

        return dict(self.records.kept(f"speed-{job.name}", find))

    @property
    def count(self) -> int:
        """Samples of each row; no more than there are training pictures to compare with."""
        return min(self.scale.samples, len(self.train))

    @cached_property
    def train(self) -> Bytes:
        """Training pictures as they are, over white."""
        return np.asarray(over(self.resized.cache.rgba("train"), WHITE))

    @cached_property
    def test(self) -> Bytes:
        """Held-out pictures, over white."""
        return np.asarray(over(self.resized.cache.rgba("test"), WHITE))

    @cached_property
    def reference(self) -> Reference:
        """Held-out pictures, a few of each species, and those that were learned."""
        data = self.resized.cache.data
        species = _species(data, "test")
        chosen = few_of_each(species)
        return Reference(
            self.test[chosen],
            [species[i] for i in chosen],
            train=self.train,
            train_species=_species(data, "train"),
            features=self.features,
        )

    @cached_property
    def classifier(self) -> Classifier:
        """A judge of types and shapes, trained on real training sprites."""
        self._say("training the judge")
        return learn(
            self.pixels.cache.data,
            config=ClassifierConfig(steps=self.scale.judge_steps),
            device=self.pixels.device,
        )

    @cached_property
    def _real(self) -> NDArray[np.float32]:
        """Features of all real pictures, learned and held out."""
        return np.concatenate([self.features(self.train), self.reference.vectors])

    def _asked(self, job: Job) -> NDArray[np.float32]:
        """A condition for each sample: those of training sprites drawn at random."""
        data, space = self.workshop(job).cache.data, self.sampler(job).conditions
        known = conditions_of(data, "train", space, noise=False)
        return known[np.random.default_rng(0).choice(len(known), max(self.count, 2 * self.scale.pairs))]

    def _between_noises(self, editor: Edits, asked: NDArray[np.float32]) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Samples of pairs of seeds, and what the noise between each two becomes, asked for half of both."""
        n = self.scale.pairs
        first, second = asked[:n], asked[n : 2 * n]
        a, b = (noise_of(range(start, start + n), editor.noise_shape) for start in (10_000, 20_000))
        middle = torch.stack([slerp(x, y, 0.5) for x, y in zip(a, b, strict=True)])
        both = ((first + second) / 2).astype(np.float32)
        draw = Draw(seeds=tuple(range(n)), guidance=editor.guidance_scale)
        made = [
            np.stack([editor.finish(one).pixels for one in editor.from_noise(noise, conditions, draw)])
            for noise, conditions in ((a, first), (b, second), (middle, both))
        ]
        return made[0], made[1], made[2], np.concatenate(made[:2])

    def _sprites(self, job: Job) -> Bytes:
        self._say(f"drawing {self.count} samples of {job.name}")
        sampler = self.sampler(job)
        draw = Draw(seeds=tuple(range(self.count)), guidance=sampler.guidance_scale)
        painted = sampler.paint(self._asked(job)[: self.count], draw)
        return np.stack([sampler.finish(one).pixels for one in painted])

    def _samples(self, job: Job) -> Bytes:
        if job.sprites == "pixels":
            return self._frames(self.sprites(job))
        self._say(f"drawing {self.count} samples of {job.name}")
        return self.sampler(job).sample_each(self._asked(job)[: self.count], range(self.count))

    def _frames(self, pictures: Bytes) -> Bytes:
        """Pictures of any kind in the paper's frame: uint8 (n, 128, 128, 3)."""
        if pictures.shape[1] == POKEMON_VAE.size:
            return pictures if pictures.shape[3] == 3 else np.asarray(over(pictures, WHITE))
        rgba = pictures if pictures.shape[3] == 4 else np.stack([cut_out(one, "").pixels for one in pictures])
        return np.concatenate([POKEMON_VAE.expand(one, split="test", seed=0, row=0).rgb for one in rgba])

    def _say(self, words: str) -> None:
        self.resized.say(words)


def few_of_each(species: Sequence[str], most: int = FORMS) -> list[int]:
    """Places of at most so many pictures of each species, evenly over its own."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(species):
        places.setdefault(name, []).append(i)
    return sorted(i for own in places.values() for i in own[:: math.ceil(len(own) / most)])


def _species(data: SpriteSet, split: str) -> list[str]:
    return [sprite.species for sprite in data.sprites(split)]
