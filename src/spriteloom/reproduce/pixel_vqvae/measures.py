"""Measures the jobs of the Pixel VQ-VAE paper and puts their results into the rows of its tables."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.editing.damages import pixel_art_metric, sample
from spriteloom.editing.shinies import (
    BACK,
    Pair,
    color_codec,
    creature_pairs,
    pairs_in,
    recolored,
    score_shinies,
)
from spriteloom.evaluation.evaluate import held_out_bits, nearest_of, score_with
from spriteloom.metrics.generation.interpolation import nearest_squares
from spriteloom.metrics.pixel_art.score import PixelArtMetric
from spriteloom.models.capabilities import HasCodec, Predicts, need
from spriteloom.models.finishing import cut_out, reduce_colors
from spriteloom.models.registry import family_of_preset
from spriteloom.pixels.arrays import Bytes, Doubles, Floats
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
from spriteloom.reproduce.pixel_vqvae.jobs import LONGER, OUR_PIXELCNN
from spriteloom.reproduce.pixel_vqvae.published import TABLE2, TABLE3, TABLE5, TABLE8, Reconstructed

RANDOM_SAMPLES = 24  # of each model that Figure 2 shows
CREATURES = 24  # procedural pairs of shinies, where the source is procedural
FEW_SAMPLES = 16  # of the PixelCNN on pictures: enough to see what it does
SCORED = 250  # pictures of a row that the measure of pixel art scores
WEIGHED = 200  # sprites on which the parts of that measure are weighed
COLORS = 16  # of a sprite that is finished
JUDGED = (OUR_PIXELCNN, LONGER)  # sampled with types and shapes as conditions
GUIDANCES = (1.0, 2.0, 3.0)
_DISTANCES = ("n", "fd", "fd_interval", "kid", "kid_interval", "precision", "recall", "fid")


class PixelVQVAEMeasures(PaperMeasures):
    """The sets are "set", as the paper prepares it, and "exact", the same sprites pixel for pixel."""

    def prepare(self, job: Job) -> None:
        for split in ("train", "test"):
            self.workshop.cache(job).hold(split)

    def measure(self, job: Job) -> None:
        if job.kind in ("codecs", "pictures"):
            self.reconstruction(job)
        if job.kind == "priors":
            self.bits(job)
        if job.kind != "codecs":
            self.generation(job)

    def figures(self, about: Mapping[str, Any], jobs: Sequence[Job]) -> Row:
        papers = [job for job in jobs if job.whose == "paper"]
        titles, time = {job.name: job.title for job in jobs}, self.clock.time
        return {
            **about,
            "table2": self.reconstructions(jobs, TABLE2),
            "table3": self.reconstructions(papers, TABLE3),
            "table5": [self.generation_row(job, about) for job in jobs if job.kind != "codecs"],
            "floor": _distances(self.floor()),
            "table6": time("palette swaps", lambda: self.records.value("swaps", self.swaps.rows)),
            "table8": self.reconstructions(jobs, TABLE8),
            "bits": [self.bits_row(job, titles) for job in jobs if job.kind == "priors"],
            "conditioning": time("conditions", lambda: list(self.conditioning_rows(jobs))),
            "pixel_art": time("pixel art", lambda: list(self.pixel_art_rows(jobs))),
        }

    def galleries(self, jobs: Sequence[Job]) -> dict[str, Gallery]:
        """Tables 1, 4, 6 and 7, Figure 2, and nearest neighbors."""
        firsts = [job for job in jobs if job.seed == 0]
        generators = [job for job in firsts if job.kind != "codecs"]
        best = next(job for job in generators if job.name == LONGER)
        shown = self.test.rgb[spread(len(self.test.rgb), SHOWN)]
        coded = [job for job in firsts if job.kind in ("codecs", "pictures") and job.preset != "pixel-vae"]
        vaes = [job for job in firsts if job.preset in ("vae", "pixel-vae")]
        title = "Table 1. Test pictures and their reconstructions"
        pictures = {
            "table1": gallery("compared", title, self.reconstructed(coded, shown)),
            "table4": gallery(
                "heaps",
                "Table 4. Chosen samples",
                {job.title: self._nearest(job) for job in generators},
                "Of each model the eight samples nearest to a held-out picture in EfficientNet-Lite0 features.",
            ),
            "table7": gallery(
                "compared", "Table 7. The VAE and the Pixel VAE", self.reconstructed(vaes, shown)
            ),
            "figure2": gallery(
                "heaps",
                "Figure 2. Random samples",
                {job.title: self.samples(job)[:RANDOM_SAMPLES] for job in generators},
            ),
            "neighbours": gallery(
                "pairs",
                "Nearest training pictures",
                {best.title: self._beside_nearest(best)},
                "Each sample, and the training picture nearest to it.",
            ),
        }
        if swaps := self.swaps.pictures():
            title = "Table 6. A sprite, its shiny form, and the result of each method"
            pictures["swaps"] = gallery("compared", title, swaps)
        return pictures

    def _nearest(self, job: Job) -> Bytes:
        """The samples nearest to the held-out pictures, by their features."""
        squares = nearest_squares(self.vectors(job), self.reference.vectors)
        return self.samples(job)[np.argsort(squares, kind="stable")[:SHOWN]]

    def _beside_nearest(self, job: Job) -> Bytes:
        """(n, 2, h, w, 3): samples and the training pictures nearest to them."""
        samples = self.samples(job)[:SHOWN]
        nearest = self.reference.training.neighbors(samples).nearest
        return np.stack([samples, self.train.rgb[nearest]], 1)

    @property
    def judge_data(self) -> SpriteSet:
        return self.workshop.caches["set"].data.without_noise()

    @property
    def exact(self) -> SpriteSet:
        return self.workshop.caches["exact"].data

    @cached_property
    def swaps(self) -> Swaps:
        return Swaps(self.exact, self.workshop.seed)

    def real(self, split: str) -> RealPictures:
        """The pictures without those over noise."""
        data = self.judge_data
        species = species_of(data, split, copies=len(data.preprocessing.variants(split)))
        return RealPictures(self.workshop.caches["set"].rgb(split, noise=False), species)

    def scores(self, job: Job) -> Row:
        """Of a codec also kmeans_mse: of as many patches of that size, fitted on the same pictures."""
        scores = super().scores(job)
        model, cache = self.workshop.load(job), self.workshop.cache(job)
        if isinstance(model, HasCodec):
            codec, noise = model.codec, bool(model.config.hyperparameters["noise"])
            kmeans = nearest_of(Codec(m=codec.m, table=cache.table(codec.m, codec.k, noise=noise)))
            scores["kmeans_mse"] = score_with(kmeans, cache.pictures("test")).mse
        return scores

    def sample(self, job: Job, most: int | None = None) -> Bytes:
        return super().sample(job, FEW_SAMPLES if job.preset == "pixelcnn-rgb-paper" else most)

    def vectors(self, job: Job) -> Floats:
        """The features of the samples."""
        return self.records.array(f"vectors-{job.name}", lambda: self.features(self.samples(job)))

    @recorded
    def bits(self, job: Job) -> Row:
        """bits_per_code on the test pictures, and its interval by bootstrap over species."""
        self.say(f"bits per code of {job.name}")
        model, cache = need(self.workshop.load(job), Predicts), self.workshop.cache(job)
        chosen, bits = held_out_bits(model, cache, "test", codes=self.scale.predicted)
        means = _means_over_species(bits, np.array(self.test.species)[chosen])
        low, high = np.quantile(means, (0.025, 0.975))
        return {"bits_per_code": float(bits.mean()), "interval": [float(low), float(high)]}

    def reconstructions(self, jobs: Sequence[Job], published: Mapping[str, Reconstructed]) -> list[Row]:
        """A row for each name: the mean over its seeds, beside the paper's."""
        by_title: dict[tuple[str, str], list[Job]] = defaultdict(list)
        for job in jobs:
            if job.kind in ("codecs", "pictures") and (job.title in published or job.whose == "ours"):
                by_title[job.title, job.whose].append(job)
        return [self._mean_row(same, published.get(title)) for (title, _), same in by_title.items()]

    def _mean_row(self, same: Sequence[Job], published: Reconstructed | None) -> Row:
        scores = [self.reconstruction(job) for job in same]
        row: Row = {"label": same[0].label, "size": same[0].size, "whose": same[0].whose}
        row |= {"jobs": [job.name for job in same], "seeds": len(same)}
        for measure in ("mse", "ssim"):
            values = np.array([score[measure] for score in scores])
            row[measure] = float(values.mean())
            row[f"{measure}_spread"] = float(values.std(ddof=1)) if len(same) > 1 else None
            row[f"paper_{measure}"] = getattr(published, measure, None)
        return row | {"kmeans_mse": scores[0].get("kmeans_mse")}

    def generation_row(self, job: Job, about: Mapping[str, Any]) -> Row:
        """A row of Table 5. The paper counts the parameters of the codec or of the generator."""
        scores, published = self.generation(job), TABLE5.get(job.title)
        parameters = {model["job"]: model["parameters"] for model in about["models"]}
        return {
            **_distances(scores),
            "label": job.label,
            "size": job.size,
            "job": job.name,
            "whose": job.whose,
            "parameters": parameters[job.base or job.name],
            "prior_parameters": parameters[job.name] if job.base else None,
            "paper_parameters": published.parameters if published else None,
            "paper_fid": published.fid if published else None,
            "seconds_to_sample": scores["seconds_to_sample"],
        }

    def bits_row(self, job: Job, titles: Mapping[str, str]) -> Row:
        return {
            "label": family_of_preset(job.preset).describe(job.preset).about,
            "codec": titles[job.base] if job.base else "bytes of a pixel's channels",
            **self.bits(job),
            "minutes": None if job.preset == "counts" else self.workshop.budget(job).minutes,
            "whose": job.whose,
            "note": "an upper bound, the mean over random orders" if job.preset == "masked" else "",
        }

    def conditioning_rows(self, jobs: Sequence[Job]) -> Iterator[Row]:
        """How well samples of two priors show what was requested, at three strengths of guidance."""
        accuracy = {
            f"{field} {key}": self.judge_accuracy()[field][key]
            for field in ("types", "shape")
            for key in ("top1", "top2", "chance", "majority")
        }
        for job, guidance in [(job, by) for job in jobs if job.name in JUDGED for by in GUIDANCES]:
            result = self.conditioning(job, guidance)
            label = f"{job.title}, guidance {guidance:g}"
            row: Row = {"job": job.name, "label": label, "n": result["n"], "accuracy": accuracy}
            for field, name in (("types", "type"), ("shape", "shape")):
                score = result[field] or {"names": [], "confusion": []}
                row |= {f"{name}_{key}": score.get(key, 0.0) for key in ("agreement", "chance", "ratio")}
                matrix = {"labels": score["names"], "counts": score["confusion"]}
                row[f"confusion_{name}s"] = matrix if guidance == 1 else None
            yield row

    def pixel_art_rows(self, jobs: Sequence[Job]) -> Iterator[Row]:
        """Real sprites, real pictures as they are prepared, every row of Table 5, our best one finished."""
        rows = [job for job in jobs if job.kind != "codecs"]
        ours = [job for job in rows if job.whose == "ours"]
        best = min(ours, key=lambda job: self.generation(job).get("fd", math.inf))
        yield self._pixel_art("real sprites, as drawn", "drawn", self._drawn_sprites)
        yield self._pixel_art("real pictures, as resampled", "resampled", lambda: self.train.rgb)
        for job in rows:
            yield self._pixel_art(job.title, job.name, lambda job=job: self.samples(job)[:SCORED])  # type: ignore[misc]
        label = f"{best.title}, cut out, {COLORS} colors"
        yield self._pixel_art(label, f"finished-{best.name}", lambda: self.finished(best))

    def _pixel_art(self, label: str, name: str, pictures: Callable[[], Bytes]) -> Row:
        """How far some of the pictures uint8 (n, h, w, 3 or 4) are from pixel art."""

        def compute() -> dict[str, float]:
            every = pictures()
            return self.pixel_metric.score(every[spread(len(every), SCORED)]).to_json()

        scores = self.records.value(f"pixel-art-{name}", compute)
        return {"label": label, "n": scores.pop("n"), "figures": scores}

    @cached_property
    def pixel_metric(self) -> PixelArtMetric:
        """The measure of pixel art, learned from the training species."""
        self.say("learning what pixel art is")
        return pixel_art_metric(sample("exact", self.exact, n=WEIGHED))

    def finished(self, job: Job) -> Bytes:
        """Some samples of a job as `generate --colors 16` writes them: uint8 (n, h, w, 4)."""
        sprites = [cut_out(picture, "") for picture in self.samples(job)[:SCORED]]
        return np.stack([reduce_colors(sprite, COLORS).pixels for sprite in sprites])

    def _drawn_sprites(self) -> Bytes:
        """Sprites of the test species as the artist drew them: uint8 (n, h, w, 4)."""
        return np.stack([sprite.pixels for sprite in self.exact.sprites("test")])


def _distances(scores: Mapping[str, Any]) -> Row:
    known = {name: scores[name] for name in _DISTANCES if name in scores}
    return known | {"memorisation": scores.get("memorisation") or {}}


def _means_over_species(values: Doubles, species: Any) -> Doubles:
    """The mean of all values, 2,000 times over, each time of as many species drawn with their pictures."""
    _, places = np.unique(species, return_inverse=True)
    sums, number = np.bincount(places, values), np.bincount(places)
    drawn = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    return np.asarray(sums[drawn].sum(1) / number[drawn].sum(1))


@dataclass(frozen=True, eq=False)
class Swaps:
    """The test species of a set of exact sprites, each beside its shiny form."""

    exact: SpriteSet
    seed: int

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Drawn anew where the source is procedural: its sets keep no shiny forms."""
        is_procedural = self.exact.info["source"]["name"] == "procedural"
        return (creature_pairs(CREATURES, seed=self.seed) if is_procedural else pairs_in(self.exact)).pairs

    @cached_property
    def codec(self) -> Codec:
        """The codec of the paper's own method."""
        return color_codec((pictures.rgb for pictures in self.exact.pictures("train")), seed=self.seed)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each method and setting."""
        return [score.to_json() for score in score_shinies(self.pairs, self.codec, seed=self.seed)]

    def pictures(self) -> dict[str, Bytes]:
        """Sprite, shiny form, and what each method makes of the one that has seen the other from behind."""
        from_behind = [pair for pair in self.pairs if BACK in pair.references]
        shown = from_behind[spread(len(from_behind), SHOWN)]
        if not shown:
            return {}
        rows = {
            "sprite": [pair.ordinary.pixels for pair in shown],
            "shiny": [pair.shiny.pixels for pair in shown],
            "shiny from behind": [pair.references[BACK].pixels for pair in shown],
            **recolored(shown, self.codec, BACK),
        }
        return {label: np.stack(pictures) for label, pictures in rows.items() if label != "none"}
