"""`reproduce`: the Pixel VQ-VAE paper from sprites to page, model by model; what is done is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL_VQVAE
from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError
from spriteloom.metrics.generation.features import EfficientNetLite0, Features
from spriteloom.nn.devices import AUTO, Device, find_device, precision_of
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.report import machine
from spriteloom.reproduce import gathering, page, paper
from spriteloom.reproduce.exact import exact_sprites
from spriteloom.reproduce.in_words import markdown
from spriteloom.reproduce.jobs import LONGER, Job, jobs
from spriteloom.reproduce.measuring import Measures
from spriteloom.reproduce.orders import sentences
from spriteloom.reproduce.plating import plates
from spriteloom.reproduce.records import Records
from spriteloom.reproduce.results import Data, Machine, Plates, Results
from spriteloom.reproduce.scales import Scale
from spriteloom.reproduce.swapping import Swaps, swap
from spriteloom.reproduce.training import Workshop
from spriteloom.training.cache import DatasetCache

SET, RECORDS, WORDS = "set.parquet", "records", "results.md"
JUDGED = ("pixelcnn-on-ours", LONGER)  # whose samples are asked for by type and shape
GUIDANCES = (1.0, 2.0, 3.0)
FRONTS = ("pokeapi",)  # sources of which the front views are taken, as the paper does

Say = Callable[[str], None]
T = TypeVar("T")


def reproduce(
    scale: Scale,
    out: Path,
    *,
    features: Features | None = None,
    device: Device = AUTO,
    devices: int = 1,
    seed: int = 0,
    command: str = "",
    say: Say = lambda words: None,  # noqa: ARG005
) -> Results:
    """Train and measure everything, and write index.html, results.json and results.md into `out`.

    A folder with the beginnings of such a reproduction is gone on with. Raises SpriteloomError for what a
    user can mend; what has been trained and found is kept.
    """
    make_folder(out, RunError)
    features = features or EfficientNetLite0(device=device)
    source = open_source(scale.source, seed=seed, n=scale.species)
    records = Records(out / RECORDS)
    clock = _Clock(records, say)
    data = _prepared(source, out, seed)
    exact = exact_sprites(source, out, seed=seed)
    cache = DatasetCache(data, seed=seed)
    cache.hold("train")
    cache.hold("test")
    workshop = Workshop(out=out, scale=scale, cache=cache, device=device, devices=devices, say=say)
    measures = Measures(workshop, records, features, exact)
    swaps = Swaps(exact, seed)
    todo = jobs(scale)
    papers = [job for job in todo if job.whose == "paper"]
    for job in todo:
        clock.time(f"training {job.name}", lambda job=job: workshop.train(job))  # type: ignore[misc]
        clock.time(f"measuring {job.name}", lambda job=job: _measure(measures, job))  # type: ignore[misc]
    rows = clock.time("palette swaps", lambda: records.kept("swaps", swaps.rows))
    judged = [(job, guidance) for job in todo if job.name in JUDGED for guidance in GUIDANCES]
    asked = clock.time(
        "conditions", lambda: tuple(gathering.conditioning(measures, job, by) for job, by in judged)
    )
    found = Results(
        scale=scale.name,
        command=command,
        machine=_machine(device),
        data=_data(source, data),
        seconds=sum(clock.stages.values()),
        stages=clock.stages,
        models=tuple(workshop.model(job) for job in todo),
        table2=tuple(gathering.reconstructions(measures, todo, paper.TABLE2)),
        table3=tuple(gathering.reconstructions(measures, papers, paper.TABLE3)),
        table5=tuple(gathering.generations(measures, todo)),
        floor=gathering.floor(measures),
        pixel_art=clock.time("pixel art", lambda: tuple(gathering.pixel_art(measures, todo))),
        table6=tuple(swap(row) for row in rows),
        table8=tuple(gathering.reconstructions(measures, todo, paper.TABLE8)),
        bits=tuple(gathering.bits(measures, todo)),
        conditioning=asked,
    )
    shown = replace(plates(measures, todo), table6=swaps.plates())
    return _written(found, shown, out)


class _Clock:
    """How long each stage took, over all sessions: a stage that was done before keeps its time."""

    def __init__(self, records: Records, say: Say) -> None:
        self._records, self._say = records, say
        self.stages: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], T]) -> T:
        began = time.monotonic()
        result = work()
        took = time.monotonic() - began
        name = "seconds-" + stage.replace(" ", "-")
        self.stages[stage] = float(self._records.kept(name, lambda: took))
        return result


def _measure(measures: Measures, job: Job) -> None:
    """All that the tables want of a job, kept in the records."""
    if job.kind != "priors" and job.preset != "dcgan":
        measures.reconstruction(job)
    if job.kind == "priors":
        measures.bits(job)
    if job.kind != "codecs":
        measures.generation(job)


def _written(found: Results, shown: Plates, out: Path) -> Results:
    found = replace(found, sentences=tuple(sentences(found)))
    page.write(found, shown, out)
    write_bytes(out / WORDS, markdown(found).encode(), RunError)
    return found


def _prepared(source: Source, out: Path, seed: int) -> SpriteSet:
    path = out / SET
    if not path.exists():
        views = {"front"} if source.name in FRONTS else None
        prepare(source, PIXEL_VQVAE, out=path, seed=seed, views=views)
    data = SpriteSet.open(path)
    if not data.count("test"):
        raise DataError(
            f"{source.name} has too few species to hold some out for a test: name a larger source"
        )
    return data


def _machine(device: Device) -> Machine:
    return Machine(
        processor=machine.processor(),
        cores=machine.cores(),
        precision=precision_of(find_device(device)),
        versions=machine.versions(),
        finished=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
    )


def _data(source: Source, data: SpriteSet) -> Data:
    return Data(
        source=source.name,
        licence=source.licence,
        recipe=data.preprocessing.name,
        size=data.preprocessing.size,
        views=("front",) if source.name in FRONTS else (),
        species=data.info["species"],
        sprites=data.info["sprites"],
        pictures=data.info["pictures"],
    )
