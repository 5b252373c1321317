"""The demo: the three Pixel VQ-VAEs by our preset and by the paper's, trained, measured and shown in minutes.

    spriteloom demo --out demo

On 2 cores: about five minutes with the sprites of pokeapi.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from spriteloom.codecs.codec import Codec
from spriteloom.data.preprocessing import PIXEL_VQVAE
from spriteloom.evaluation.evaluate import evaluate_codec, mse_with, nearest_of
from spriteloom.evaluation.speed import time_codecs
from spriteloom.models.capabilities import HasCodec, need
from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.demo.parts import galleries, parts
from spriteloom.reproduce.engine import SetPlan, Specification
from spriteloom.reproduce.jobs import Job, Scale
from spriteloom.reproduce.measures import Measures, Row, recorded, spread
from spriteloom.reproduce.pictures import Gallery
from spriteloom.reproduce.pixel_vqvae.published import SIZES, TABLE2
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache

ORDER = ("hires", "medres", "lowres")
REFITS = (1, 2, 10)
TIMED = 64  # pictures that the speeds are measured on
CREATURES = 700  # species of the procedural source: about as many pictures as pokeapi has
_READING = "reading the pictures"


def demo_scale(budget: Budget, source: str = "pokeapi", species: int = CREATURES) -> Scale:
    """The scale of a demo: `budget` is of each of the six trainings."""
    return Scale(name="demo", source=source, species=species, budgets={"codecs": budget})


def jobs(scale: Scale) -> list[Job]:  # noqa: ARG001
    """Ours and the paper's of each size."""
    return [
        Job(
            name=f"pixel-vqvae-{size}{ending}",
            preset=f"pixel-vqvae-{size}{ending}",
            label=f"Pixel VQ-VAE, {whose}",
            size=size,
            whose="paper" if ending else "ours",
            kind="codecs",
            budget="codecs",
        )
        for size in ORDER
        for ending, whose in (("", "ours"), ("-paper", "the paper’s"))
    ]


class DemoMeasures(Measures):
    """Reconstruction beside k-means, refits of our tables, the speed of each path."""

    @property
    def cache(self) -> DatasetCache:
        return self.workshop.caches["set"]

    def prepare(self, job: Job) -> None:
        """Count patches and fit the k-means yardsticks; the training's time does not include it."""
        if job.whose == "paper":
            return
        cache, stage = self.cache, self.clock.time
        stage(_READING, self._hold)
        config: Any = self.workshop.config_of(job.preset)
        m, k, noise = config.network.m, config.network.codes, config.noise
        stage(f"k-means of {m}×{m} patches, all training pictures", lambda: cache.table(m, k, noise=True))
        stage(_counting(m), lambda: cache.census(m, noise=noise))
        stage(f"k-means of {m}×{m} patches", lambda: cache.table(m, k, noise=noise))

    def _hold(self) -> None:
        for split in ("train", "test"):
            self.cache.hold(split)

    def codec(self, job: Job) -> Codec:
        return need(self.workshop.load(job), HasCodec).codec

    def measure(self, job: Job) -> None:
        self.evaluation(job)
        if job.whose == "ours":
            self.refits(job)

    @recorded
    def evaluation(self, job: Job) -> Row:
        config: Any = self.workshop.config_of(job.preset)
        cache = self.cache
        return evaluate_codec(self.codec(job), cache.data, "test", noise=config.noise, cache=cache).to_json()

    @recorded
    def refits(self, job: Job) -> Row:
        """Nearest patches with the table refitted so many times: Lloyd's algorithm from what was learned."""
        codec, rounds_done, seconds, rows = self.codec(job), 0, 0.0, []
        census = self.cache.census(codec.m, noise=False)
        for rounds in REFITS:
            began = time.monotonic()
            codec, rounds_done = codec.refit(census, rounds - rounds_done), rounds
            seconds += time.monotonic() - began
            mse = mse_with(nearest_of(codec), self.cache.pictures("test"))
            rows.append({"size": job.size, "rounds": rounds, "mse": mse, "seconds": seconds})
        return {"rows": rows}

    def figures(self, about: Mapping[str, Any], jobs: Sequence[Job]) -> Row:
        ours, paper = ([job for job in jobs if job.whose == whose] for whose in ("ours", "paper"))
        rows = {model["job"]: model for model in about["models"]}
        timings = self.clock.time("timing the codecs", lambda: self._timings(ours))
        return {
            "setting": self._setting(about),
            "ours": [self._run(job, rows[job.name]) for job in ours],
            "paper": [self._run(job, rows[job.name]) for job in paper],
            "published": {size: TABLE2[f"Pixel VQ-VAE {SIZES[size]}"]._asdict() for size in ORDER},
            "refits": [row for job in ours for row in self.refits(job)["rows"]],
            "speed_pictures": len(self._timed),
            "speed": timings,
        }

    def _setting(self, about: Mapping[str, Any]) -> Row:
        data, prepared = about["data"], about["data"]["sets"]["set"]
        chosen = {key: data[key] for key in ("source", "licence", "instead_of", "views", "species")}
        chosen |= {key: prepared[key] for key in ("preprocessing", "sprites", "pictures")} | about["machine"]
        budget = next(
            f"{value:g} {unit}" for unit, value in vars(self.scale.budgets["codecs"]).items() if value
        )
        return {"command": about["command"], "seed": self.workshop.seed, "budget": budget, **chosen}

    def _run(self, job: Job, model: Mapping[str, Any]) -> Row:
        """A run and how good it is. Its seconds include reading and counting, as if it had been the only one."""
        test, stages, config = self.evaluation(job), self.clock.stages, self.workshop.config_of(job.preset)
        counting = stages[_counting(config.network.m)] if job.whose == "ours" else 0.0
        mse, kmeans = test["mse"], test["kmeans_mse"]
        return {
            **{key: model[key] for key in ("preset", "parameters", "steps", "epochs")},
            "size": job.size,
            "seconds": stages[_READING] + counting + model["seconds"],
            "test": test,
            "mse_over_kmeans": mse / kmeans if kmeans else (1.0 if not mse else math.inf),
        }

    @property
    def _timed(self) -> Bytes:
        """The pictures that speeds are measured on, from all over the test split."""
        rgb = self.cache.whole("test").rgb
        return rgb[spread(len(rgb), TIMED)]

    def _timings(self, ours: Sequence[Job]) -> list[dict[str, Any]]:
        networks = {job.name: self.codec(job).network for job in ours}
        known = {name: network for name, network in networks.items() if network}
        return [timing.to_json() for timing in time_codecs(known, self._timed)]

    def galleries(self, jobs: Sequence[Job]) -> dict[str, Gallery]:
        codecs = {str(job.size): self.codec(job) for job in jobs if job.whose == "ours"}
        return galleries(self.cache.data, self.cache.whole("test"), codecs)


def _counting(m: int) -> str:
    return f"counting {m}×{m} patches"


DEMO = Specification(
    name="demo",
    scales={},
    sets={"set": SetPlan(preprocessing=PIXEL_VQVAE)},
    jobs=jobs,
    measures=DemoMeasures,
    parts=parts,
    fronts=("pokeapi", "procedural", "tuxemon"),
    stand_in="procedural",
    resumes=False,
)


def specification(source: str) -> Specification:
    """The demo's, for a source: only the default one has a stand-in."""
    return DEMO if source == "pokeapi" else replace(DEMO, stand_in=None)
