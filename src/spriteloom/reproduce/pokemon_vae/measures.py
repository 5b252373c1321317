"""Measures the jobs of the Pokémon VAE paper.

Samples of every job are judged in one frame, the paper's own: over white, cropped to a square, 128×128.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch

from spriteloom.data.store import SpriteSet
from spriteloom.metrics.generation.interpolation import crossfade
from spriteloom.metrics.pixel_art.parts import summary
from spriteloom.models.capabilities import Edits, HasLatents, LatentSpace, Samples, need
from spriteloom.models.finishing import cut_out
from spriteloom.nn.sampling import noise_of, slerp
from spriteloom.pixels import over
from spriteloom.pixels.alpha import WHITE, harden
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.pixels.oklab import colors_of
from spriteloom.priors.draw import Draw
from spriteloom.reproduce.jobs import Job
from spriteloom.reproduce.measures import (
    SHOWN,
    PaperMeasures,
    RealPictures,
    Row,
    recorded,
    species_of,
    spread,
)
from spriteloom.reproduce.pictures import Gallery, gallery
from spriteloom.reproduce.pokemon_vae.jobs import (
    AE,
    LONGER,
    ON_CELLS,
    PIXELS,
    PIXELS_SET,
    RESIZED,
    VAE,
    WORDS,
)

MOST_FORMS = 4  # held-out pictures of a species: one of 28 forms would be a third of them all
STRENGTHS = (1.0, 2.0, 3.0, 4.0, 6.0)  # of guidance
HEAP, REAL = 64, 250  # samples that are shown; real sprites that are measured

_PROMPTS = (  # with a color each; none is a caption of the training set word for word
    "small blue fish with horns;a red dragon;green leafy creature;yellow mouse;purple ghost;pink round monster;"
    "brown bear;gray stone golem;orange fox on four legs;blue bird with wings;green snake;red insect with wings;"
    "large yellow bird;purple poison blob;brown four-legged animal;blue water creature with tentacles;"
    "green plant monster;pink fairy;orange fire lizard;small gray mouse"
)
PROMPTS = tuple(_PROMPTS.split(";"))
COLORS = ("blue", "red", "green", "yellow", "purple", "pink", "brown", "gray", "orange")
ALSO = {"blue": ("teal",), "green": ("teal",)}  # what counts too: people's words for hues overlap


class PokemonVAEMeasures(PaperMeasures):
    """The sets are "resized", 128×128 as the paper prepares sprites, and "pixels", the same pixel for pixel."""

    def measure(self, job: Job) -> None:
        if job.kind == "latents":
            self.reconstruction(job)
            return
        self.generation(job)
        if job.data == PIXELS_SET:
            self.speed(job)

    def figures(self, about: Mapping[str, Any], jobs: Sequence[Job]) -> Row:
        time_of = self.clock.time
        diffusions = [job for job in jobs if job.kind == "diffusions"]
        pixels = [job for job in diffusions if job.data == PIXELS_SET]
        between = [job for job in jobs if job.name in (AE, VAE, ON_CELLS, PIXELS)]
        guided = [job for job in jobs if job.name in (ON_CELLS, LONGER)]
        figures = {
            **about,
            "reconstruction": {job.name: self.reconstruction(job) for job in jobs if job.kind == "latents"},
            "generation": {job.name: self.generation(job) for job in diffusions},
            "floor": self.floor(),
            "crossfade": time_of("interpolation", lambda: {job.name: self.crossfade(job) for job in between}),
            "pixel_art": time_of("pixel art", lambda: self._pixel_art_rows(pixels)),
            "guidance": time_of(
                "conditions",
                lambda: {
                    job.name: {f"{g:g}": self.conditioning(job, g) for g in STRENGTHS} for job in guided
                },
            ),
            "judge": self.judge_accuracy(),
            "speed": {job.name: self.speed(job) for job in pixels},
        }
        if words := [job for job in jobs if job.name == WORDS]:
            figures["prompts"] = time_of("prompts", lambda: self.prompts(words[0]))
        return figures

    def galleries(self, jobs: Sequence[Job]) -> dict[str, Gallery]:
        resized = [job for job in jobs if job.kind == "latents" and job.data == RESIZED]
        samples = {
            job.title: (self.sprites(job) if job.data == PIXELS_SET else self.samples(job))[:HEAP]
            for job in jobs
            if job.kind == "diffusions"
        }
        between = {
            job.title: self.between(job)[2][:SHOWN] for job in jobs if job.name in (VAE, ON_CELLS, PIXELS)
        }
        held_out = self._pictures("test")
        shown = self.reconstructed(resized, held_out[spread(len(held_out), SHOWN)])
        return {
            "figure1": gallery("compared", "Figure 1. Test pictures and their reconstructions", shown),
            "samples": gallery("heaps", "Figures 5 and 6. Samples, not chosen", samples),
            "between": gallery("heaps", "Figure 7. Mid-points, not chosen", between),
        }

    @property
    def judge_data(self) -> SpriteSet:
        return self.workshop.caches[PIXELS_SET].data

    def real(self, split: str) -> RealPictures:
        """Pictures over white; of the held-out ones a few of each species."""
        rgb, species = self._pictures(split), species_of(self.workshop.caches[RESIZED].data, split)
        if split == "train":
            return RealPictures(rgb, species)
        chosen = few_of_each(species)
        return RealPictures(rgb[chosen], [species[i] for i in chosen])

    def _pictures(self, split: str) -> Bytes:
        return np.asarray(over(self.workshop.caches[RESIZED].rgba(split), WHITE))

    def sprites(self, job: Job) -> Bytes:
        """Samples as they are painted and finished: uint8 (n, s, s, 4), on conditions of training sprites."""

        def draw() -> Bytes:
            self.say(f"drawing {self.count} samples of {job.name}")
            return _finished(self.sampler(job), self.paint(job, self.count))

        return self.records.array(f"sprites-{job.name}", draw)

    def paint(self, job: Job, n: int) -> Bytes:
        """The first n samples of a job before they are finished: uint8 (n, s, s, 4)."""
        sampler = self.sampler(job)
        draw = Draw(seeds=tuple(range(n)), guidance=sampler.guidance_scale)
        return sampler.paint(self.conditions(job)[:n], draw)

    def sample(self, job: Job, most: int | None = None) -> Bytes:
        """Samples in the paper's frame: uint8 (n, 128, 128, 3)."""
        return self._frames(self.sprites(job)) if job.data == PIXELS_SET else super().sample(job, most)

    def _frames(self, pictures: Bytes) -> Bytes:
        """Pictures of any kind as the paper prepares them: uint8 (n, 128, 128, 3)."""
        frame = self.workshop.caches[RESIZED].data.preprocessing
        if pictures.shape[1] == frame.size:
            return pictures if pictures.shape[3] == 3 else np.asarray(over(pictures, WHITE))
        rgba = pictures
        if pictures.shape[3] == 3:
            rgba = np.stack([cut_out(picture, "").pixels for picture in pictures])
        return np.concatenate([frame.expand(each, split="test", seed=0, row=0).rgb for each in rgba])

    def painted(self, job: Job) -> Bytes:
        """Some samples of one of ours before they are finished, alpha cut: uint8 (n, s, s, 4)."""
        name = f"painted-{job.name}"
        return self.records.array(name, lambda: harden(self.paint(job, self.scale.judged)))

    def _pixel_art_rows(self, pixels: Sequence[Job]) -> Row:
        """As painted and as finished; and real ones."""
        real = np.stack([sprite.pixels for sprite in self.judge_data.sprites("test", limit=REAL)])
        rows = {"test sprites": self.pixel_art("real", real)}
        for job in pixels:
            rows[f"{job.name}, painted"] = self.pixel_art(f"painted-{job.name}", self.painted(job))
            rows[f"{job.name}, finished"] = self.pixel_art(f"finished-{job.name}", self.sprites(job))
        return rows

    def pixel_art(self, name: str, sprites: Bytes) -> dict[str, float]:
        """Colors, alpha, parts and drift of sprites (n, s, s, 4), kept under a name."""
        return dict(self.records.value(f"pixel-art-{name}", lambda: summary(sprites)))

    @recorded
    def crossfade(self, job: Job) -> Row:
        """How far what lies between two sprites is from both, from their overlay and from real ones."""
        self.say(f"interpolating with {job.name}")
        a, b, middle, samples = map(self._frames, self.between(job))
        return dict(crossfade(a, b, middle, samples, self._real, self.features))

    @cached_property
    def _real(self) -> Floats:
        """Features of all real pictures, learned and held out."""
        return np.concatenate([self.features(self.train.rgb), self.reference.vectors])

    def between(self, job: Job) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Pairs of pictures, what lies between each two, and as many samples. Each (n, s, s, 3 or 4)."""
        n = self.scale.pairs
        if job.kind == "latents":
            rgba = self.workshop.caches[RESIZED].rgba("test")
            chosen = np.random.default_rng(0).choice(len(rgba), (2, n))
            latents = need(self.workshop.load(job), HasLatents).latents
            a, b, middle = decode_between(latents, rgba[chosen[0]], rgba[chosen[1]])
            return a, b, middle, np.concatenate([a, b])
        return self._between_noises(need(self.workshop.load(job), Edits), self.conditions(job))

    def _between_noises(self, editor: Edits, conditions: Floats) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Samples of pairs of seeds, and of the noise and the conditions half-way between each two."""
        n = self.scale.pairs
        first, second = conditions[:n], conditions[n : 2 * n]
        a, b = (noise_of(range(start, start + n), editor.noise_shape) for start in (10_000, 20_000))
        middle = torch.stack([slerp(x, y, 0.5) for x, y in zip(a, b, strict=True)])
        both = ((first + second) / 2).astype(np.float32)
        draw = Draw(seeds=tuple(range(n)), guidance=editor.guidance_scale)
        left, right, between = (
            _finished(editor, editor.from_noise(noise, vectors, draw))
            for noise, vectors in ((a, first), (b, second), (middle, both))
        )
        return left, right, between, np.concatenate([left, right])

    @recorded
    def prompts(self, job: Job) -> Row:
        """Of prompts with a color, in how many the sprite's commonest hue is that color."""
        sampler, rows = self.sampler(job), []
        for i, prompt in enumerate(PROMPTS):
            color = next(word for word in prompt.split() if word in COLORS)
            seen = colors_of(sampler.generate(1, prompt=prompt, seed=i)[0].pixels)
            rows.append({"prompt": prompt, "color": color, "seen": seen[0][0] if seen else ""})
        hits = sum(row["seen"] in (row["color"], *ALSO.get(row["color"], ())) for row in rows)
        return {"hits": hits, "n": len(rows), "prompts": rows}

    @recorded
    def speed(self, job: Job) -> Row:
        """Seconds for so many sprites as the preset samples them."""
        sampler, config = self.sampler(job), self.workshop.load(job).config
        sampler.generate(1)
        began = time.monotonic()
        sampler.generate(self.scale.timed)
        seconds = time.monotonic() - began
        steps, size = config.hyperparameters["sampler"]["num_steps"], config.shape["size"]
        return {"sprites": self.scale.timed, "seconds": seconds, "steps": steps, "size": size}


def _finished(sampler: Samples, pictures: Bytes) -> Bytes:
    return np.stack([sampler.finish(picture).pixels for picture in pictures])


def few_of_each(species: Sequence[str], most: int = MOST_FORMS) -> list[int]:
    """Places of at most so many pictures of each species, spread over its own."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(species):
        places.setdefault(name, []).append(i)
    return sorted(i for own in places.values() for i in own[:: math.ceil(len(own) / most)])


def decode_between(latents: LatentSpace, a: Bytes, b: Bytes) -> tuple[Bytes, Bytes, Bytes]:
    """Of pictures uint8 (n, s, s, 4): the reconstructions of both, and what the mean of their latents decodes to."""
    first, second = latents.encode(a), latents.encode(b)
    return latents.decode(first), latents.decode(second), latents.decode((first + second) / 2)
