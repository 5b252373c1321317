"""The engine of every reproduction: sprites → jobs → records → figures → page.

A `Specification` says what to train at which scale, what to measure, and which tables, charts and pictures
the page shows.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from spriteloom.data.pool import available_cores
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import Preprocessing
from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError, SourceError
from spriteloom.metrics.generation.canonical import load_torch_fidelity
from spriteloom.metrics.generation.features import Features
from spriteloom.models.registry import preset_config
from spriteloom.models.train import no_logger
from spriteloom.nn.devices import AUTO, Device, find_device, precision_of
from spriteloom.pixels.disk import make_folder
from spriteloom.reproduce.jobs import Job, Scale, Workshop
from spriteloom.reproduce.measures import Measures
from spriteloom.reproduce.page import Figures, Page, Part, to_json, write
from spriteloom.reproduce.pictures import Gallery
from spriteloom.reproduce.records import Clock, Records, Say
from spriteloom.training.cache import DatasetCache

RECORDS = "records"
_CPUINFO = Path("/proc/cpuinfo")
_PROGRAMS = ("spriteloom", "torch", "numpy", "numba", "pyarrow", "pillow")


@dataclass(frozen=True, kw_only=True)
class SetPlan:
    """How a set is prepared of the source's sprites: options of `prepare` beside the scale's frames and views."""

    preprocessing: Preprocessing
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Specification:
    """One reproduction. `parts` are the tables and charts of its page, `sentences` compare the results.

    `fronts` are the sources of which only the front views are used. `stand_in` replaces the scale's source where
    that cannot be opened. `config_of` gives the config of a preset. Where `resumes` is false, every call begins anew.
    """

    name: str
    scales: Mapping[str, Callable[[], Scale]]
    sets: Mapping[str, SetPlan]  # by the name of the Parquet file
    jobs: Callable[[Scale], list[Job]]
    measures: type[Measures]
    parts: Callable[[Figures], Mapping[str, Part]]
    sentences: Callable[[Figures], Iterable[str]] = lambda _: ()
    fronts: Sequence[str]
    stand_in: str | None = None
    resumes: bool = True
    config_of: Callable[[str], Any] = preset_config

    def page(self, figures: Figures, galleries: Mapping[str, Gallery]) -> Page:
        """The page of figures as results.json has them. Pictures may be missing."""
        return Page(
            name=self.name,
            figures=figures,
            setting=figures.get("setting") or {**figures, **figures["data"], **figures["machine"]},
            parts={**self.parts(figures), **galleries},
            sentences=list(self.sentences(figures)),
        )

    def open(self, scale: Scale, source: str | None, seed: int, say: Say) -> tuple[Source, str]:
        """The source, and why it is not the scale's. One that a user names has no stand-in."""
        try:
            return open_source(source or scale.source, seed=seed, n=None if source else scale.species), ""
        except SourceError as fault:
            if source or self.stand_in is None:
                raise
            say(f"{fault}; using the source {self.stand_in} instead")
            return open_source(self.stand_in, seed=seed, n=scale.species), str(fault)

    def views(self, source: Source) -> set[str] | None:
        """The views of the source to use; None for all."""
        return {"front"} if source.name in self.fronts else None

    def prepare(self, name: str, scale: Scale, source: Source, out: Path, seed: int) -> SpriteSet:
        """The prepared set of this name, anew where the reproduction does not resume."""
        path, plan = out / f"{name}.parquet", self.sets[name]
        if not path.exists() or not self.resumes:
            options = {"views": self.views(source), "frames": scale.frames, **plan.options}
            prepare(source, plan.preprocessing, out=path, seed=seed, **options)
        data = SpriteSet.open(path)
        if not data.count("test"):
            raise DataError(
                f"{source.name} has too few species to hold some out for a test: name a larger source"
            )
        return data


def reproduce(
    specification: Specification,
    scale: Scale,
    out: Path,
    *,
    source: str | None = None,
    features: Features | None = None,
    fid: bool = False,
    device: Device = AUTO,
    devices: int = 1,
    seed: int = 0,
    command: str = "",
    say: Say = no_logger,
) -> dict[str, Any]:
    """Train and measure everything, and write index.html, results.json and results.md into `out`.

    `source` is another than the scale's. `fid` adds FID on the Inception features of torch-fidelity. A folder
    with the beginnings of the same reproduction is continued. Returns what results.json holds. Raises
    SpriteloomError for what a user can mend; what has been trained and measured is kept.
    """
    if fid:
        load_torch_fidelity()
    make_folder(out, RunError)
    records = Records(out / RECORDS if specification.resumes else None)
    clock = Clock(records, say)
    opened, instead_of = clock.time(
        f"opening {source or scale.source}", lambda: specification.open(scale, source, seed, say)
    )
    caches = {}
    for name in specification.sets:
        prepare_set = partial(specification.prepare, name, scale, opened, out, seed)
        caches[name] = DatasetCache(clock.time(f"preparing {name}.parquet", prepare_set), seed=seed)
    workshop = Workshop(
        out=out,
        scale=scale,
        caches=caches,
        config_of=specification.config_of,
        records=records,
        say=say,
        features=features,
        fid=fid,
        device=device,
        devices=devices,
        seed=seed,
    )
    measures = specification.measures(workshop, clock)
    jobs = specification.jobs(scale)
    for job in jobs:
        if not specification.resumes:
            workshop.remove(job)
        measures.prepare(job)
        clock.time(f"training {job.name}", partial(workshop.train, job))
        clock.time(f"measuring {job.name}", partial(measures.measure, job))
    about = {
        "paper": specification.name,
        "scale": scale.name,
        "command": command,
        "machine": machine(device),
        "data": _describe(opened, instead_of, specification.views(opened), caches),
        "models": [workshop.describe(job) for job in jobs],
    }
    figures = measures.figures(about, jobs)
    galleries = clock.time("drawing the page", lambda: measures.galleries(jobs))
    whole = figures | {"stages": clock.stages, "seconds": sum(clock.stages.values())}
    figures = dict(to_json(whole))
    write(specification.page(figures, galleries), out)
    return figures


def machine(device: Device) -> dict[str, Any]:
    """What the figures depend on: processor, cores, precision, versions; never a name of machine or user."""
    return {
        "processor": _processor(),
        "cores": available_cores(),
        "precision": precision_of(find_device(device)),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _PROGRAMS},
        "finished": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
    }


def _processor() -> str:
    """The processor's name for itself, or its architecture."""
    try:
        lines = _CPUINFO.read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.machine()


def _describe(
    source: Source, instead_of: str, views: set[str] | None, caches: Mapping[str, DatasetCache]
) -> dict[str, Any]:
    sets = {name: cache.data for name, cache in caches.items()}
    return {
        "source": source.name,
        "licence": source.licence,
        "instead_of": instead_of,
        "views": sorted(views or ()),
        "species": next(iter(sets.values())).info["species"],
        "sets": {
            name: {
                "preprocessing": data.preprocessing.name,
                "size": data.preprocessing.size,
                "sprites": data.info["sprites"],
                "pictures": data.info["pictures"],
            }
            for name, data in sets.items()
        },
    }
