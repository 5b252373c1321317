"""The whole street in one run: fetch, prepare, train, measure, recolor, show.

    spriteloom demo --out demo

The paper's three Pixel VQ-VAEs by our recipe and by the paper's own, for the same time on the same pictures.
On 2 cores: about five minutes with the sprites of pokeapi.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from spriteloom.codecs.codec import Codec
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL_VQVAE
from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError, SourceError
from spriteloom.evaluation.evaluate import evaluate_codec, mse_with, nearest_of
from spriteloom.evaluation.speed import Timing, time_codecs
from spriteloom.models.capabilities import HasCodec, need
from spriteloom.models.load import load
from spriteloom.models.pixel_vqvae.presets import Config, ours, paper
from spriteloom.models.registry import family_of_preset
from spriteloom.models.train import train
from spriteloom.nn.devices import find_device, precision_of
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.report import machine
from spriteloom.report.figures import SIZES, Figures, Refit, Setting, Step, Trained
from spriteloom.report.gallery import gather
from spriteloom.report.page import page
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.runs import CONFIG

PAGE, RESULTS, SET, RUNS = "index.html", "results.json", "set.parquet", "runs"
SOURCE, WITHOUT_NETWORK = "pokeapi", "procedural"
FRONTS = {"pokeapi", "procedural", "tuxemon"}  # sources that have other views beside the front
CREATURES = 700  # species of the procedural source: about as many pictures as pokeapi has
REFITS = (1, 2, 10)
TIMED = 64  # pictures that the speeds are measured on


Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to show and how long to train: `budget` is of each of the six trainings."""

    out: Path
    budget: Budget
    source: str = SOURCE
    species: int = CREATURES  # of a source that is made
    size: int | None = None  # side of the pictures; the recipe's own by default
    seed: int = 0
    command: str = "spriteloom demo"


@dataclass
class _Clock:
    """Says what is begun and keeps how long it took."""

    say: Say
    began: float = field(default_factory=time.monotonic)
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        start = time.monotonic()
        self.say(f"{start - self.began:4.0f} s  {words}")
        yield
        self.steps.append(Step(words=words, seconds=time.monotonic() - start))

    def of(self, words: str) -> float:
        """Seconds that the step of that name took."""
        return sum(step.seconds for step in self.steps if step.words == words)


def demo(plan: Plan, say: Say = lambda words: None) -> Figures:  # noqa: ARG005
    """Run it all and write `index.html`, `results.json`, the set and the runs into `plan.out`.

    Runs of an earlier demo there are replaced. Without a network the default source gives way to the
    procedural one, and the page says so. Raises SpriteloomError for what a user can mend.
    """
    clock = _Clock(say)
    with clock.step(f"opening {plan.source}"):
        make_folder(plan.out, RunError)
        source, instead_of = _open(plan, say)
    with clock.step("preparing the set"):
        data = _prepare(plan, source)
    cache = DatasetCache(data, seed=plan.seed)
    with clock.step(_READING):
        cache.hold("train")
        cache.hold("test")
    bench = _Bench(plan, cache, clock)
    for size in SIZES:
        bench.train_and_measure(size)
    with clock.step("timing the codecs"):
        timings = bench.timings()
    with clock.step("drawing the page"):
        gallery = gather(data, cache.whole("test"), bench.codecs)
    figures = Figures(
        setting=_setting(plan, source, instead_of, data),
        ours=tuple(bench.ours),
        paper=tuple(bench.paper),
        refits=tuple(bench.refits),
        timings=tuple(timings),
        timed=len(bench.timed),
        steps=tuple(clock.steps),
    )
    results = json.dumps(figures.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(plan.out / RESULTS, results.encode(), RunError)
    write_bytes(plan.out / PAGE, page(figures, gallery).encode(), RunError)
    return figures


_READING = "reading the pictures"


class _Bench:
    """The three sizes, one after another; what is found gathers here."""

    def __init__(self, plan: Plan, cache: DatasetCache, clock: _Clock) -> None:
        self._plan, self._material, self._clock = plan, cache, clock
        self.ours: list[Trained] = []
        self.paper: list[Trained] = []
        self.refits: list[Refit] = []
        self.codecs: dict[str, Codec] = {}

    def train_and_measure(self, size: str) -> None:
        clock, cache = self._clock, self._material
        chosen, theirs = ours(size), paper(size)
        m, k = chosen.network.m, chosen.network.codes
        with clock.step(f"k-means of {m}×{m} patches, all training pictures"):
            cache.table(m, k, noise=True)
        counting = f"counting {m}×{m} patches"
        with clock.step(counting):
            cache.census(m, noise=chosen.noise)
        with clock.step(f"k-means of {m}×{m} patches"):
            cache.table(m, k, noise=chosen.noise)
        codec = self._train(
            f"pixel-vqvae-{size}", chosen, size, self.ours, clock.of(_READING) + clock.of(counting)
        )
        self.codecs[size] = codec
        with clock.step(f"refitting pixel-vqvae-{size}"):
            self.refits += self._refit(codec, size)
        self._train(f"pixel-vqvae-{size}-paper", theirs, size, self.paper, clock.of(_READING))

    def timings(self) -> list[Timing]:
        networks = {f"pixel-vqvae-{size}": codec.network for size, codec in self.codecs.items()}
        return time_codecs({name: network for name, network in networks.items() if network}, self.timed)

    @property
    def timed(self) -> Bytes:
        """The pictures that speeds are measured on, from all over the test split."""
        rgb = self._material.whole("test").rgb
        return rgb[:: max(1, len(rgb) // TIMED)][:TIMED]

    def _train(self, preset: str, config: Config, size: str, into: list[Trained], beforehand: float) -> Codec:
        plan, cache = self._plan, self._material
        run = plan.out / RUNS / preset
        with self._clock.step(f"training {preset} for {_words(plan.budget)}"):
            _clear(run)
            report = train(
                config, cache.data, run, name=preset, budget=plan.budget, seed=plan.seed, cache=cache
            )
        codec = need(load(run), HasCodec).codec
        with self._clock.step(f"measuring {preset}"):
            found = evaluate_codec(codec, cache.data, "test", noise=config.noise, cache=cache)
        into.append(
            Trained(
                recipe=preset,
                size=size,
                parameters=family_of_preset(preset).parameters(config),
                steps=report.steps,
                epochs=report.epochs,
                seconds=beforehand + report.seconds,
                evaluation=found,
            )
        )
        return codec

    def _refit(self, codec: Codec, size: str) -> Iterator[Refit]:
        census, seconds, done = self._material.census(codec.m, noise=False), 0.0, 0
        for rounds in REFITS:
            began = time.monotonic()
            codec, done = codec.refit(census, rounds - done), rounds
            seconds += time.monotonic() - began
            mse = mse_with(nearest_of(codec), self._material.pictures("test"))
            yield Refit(size=size, rounds=rounds, mse=mse, seconds=seconds)


def _open(plan: Plan, say: Say) -> tuple[Source, str]:
    """The source, and why it is not the one asked for. Only the default one can be stood in for."""
    try:
        return open_source(plan.source, seed=plan.seed, n=plan.species), ""
    except SourceError as fault:
        if plan.source != SOURCE:
            raise
        say(f"{fault}; showing procedural creatures instead")
        return open_source(WITHOUT_NETWORK, seed=plan.seed, n=plan.species), str(fault)


def _prepare(plan: Plan, source: Source) -> SpriteSet:
    """Always anew: it takes seconds, and the same arguments give the same bytes."""
    path = plan.out / SET
    prepare(source, PIXEL_VQVAE, out=path, size=plan.size, seed=plan.seed, views=set(_views(source)) or None)
    data = SpriteSet.open(path)
    if not data.count("test"):
        raise DataError(
            f"{source.name} has too few species to hold some out for a test: name a larger source"
        )
    return data


def _views(source: Source) -> tuple[str, ...]:
    return ("front",) if source.name in FRONTS else ()


def _clear(run: Path) -> None:
    """Remove a run of an earlier demo; what is no run stays, and training says that it is in the way."""
    if (run / CONFIG).exists():
        shutil.rmtree(run)


def _words(budget: Budget) -> str:
    value, unit = next((v, unit) for unit, v in vars(budget).items() if v is not None)
    return f"{value:g} {unit}"


def _setting(plan: Plan, source: Source, instead_of: str, data: SpriteSet) -> Setting:
    return Setting(
        command=plan.command,
        seed=plan.seed,
        budget=_words(plan.budget),
        source=source.name,
        licence=source.licence,
        instead_of=instead_of,
        recipe=data.preprocessing.name,
        views=_views(source),
        species=data.info["species"],
        sprites=data.info["sprites"],
        pictures=data.info["pictures"],
        versions=machine.versions(),
        cores=machine.cores(),
        processor=machine.processor(),
        precision=precision_of(find_device()),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
    )
