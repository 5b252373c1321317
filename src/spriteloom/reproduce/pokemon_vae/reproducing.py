"""`reproduce`: the second paper from sprites to page, model by model; what is done is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL, POKEMON_VAE, Preprocessing
from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError
from spriteloom.metrics.generation.features import EfficientNetLite0, Features
from spriteloom.models.diffusion.captions import PACKAGE
from spriteloom.nn.devices import AUTO, Device, find_device, precision_of
from spriteloom.pixels.disk import make_folder
from spriteloom.report import machine
from spriteloom.reproduce.pokemon_vae import page
from spriteloom.reproduce.pokemon_vae.jobs import jobs
from spriteloom.reproduce.pokemon_vae.measuring import Measures
from spriteloom.reproduce.pokemon_vae.scales import Scale
from spriteloom.reproduce.pokemon_vae.telling import report
from spriteloom.reproduce.records import Records
from spriteloom.reproduce.training import Workshop
from spriteloom.training.cache import DatasetCache

RECORDS = "records"
FRONTS = ("pokeapi", "tuxemon")  # sources of which the front views are taken

Say = Callable[[str], None]


def reproduce(
    scale: Scale,
    out: Path,
    *,
    source: str | None = None,
    features: Features | None = None,
    device: Device = AUTO,
    devices: int = 1,
    seed: int = 0,
    command: str = "",
    say: Say = lambda words: None,  # noqa: ARG005
) -> dict[str, Any]:
    """Train and measure everything, write index.html, results.json and results.md into `out`.

    `source` is another than the scale's: Tuxemon, a checkout of PokeAPI's sprites. A folder with the
    beginnings of such a reproduction is gone on with. Returns what results.json holds. Raises SpriteloomError
    for what a user can mend; what has been trained and found is kept.
    """
    make_folder(out, RunError)
    began = time.monotonic()
    opened = open_source(source or scale.source, seed=seed, n=None if source else scale.species)
    resized = _prepared(opened, out / "resized.parquet", POKEMON_VAE, seed)
    pixels = _prepared(opened, out / "pixels.parquet", PIXEL, seed, frames=scale.frames, size=64)

    def workshop(data: SpriteSet) -> Workshop[Scale]:
        return Workshop(
            out=out,
            scale=scale,
            cache=DatasetCache(data, seed=seed),
            device=device,
            devices=devices,
            say=say,
        )

    measures = Measures(
        workshop(resized),
        workshop(pixels),
        Records(out / RECORDS),
        features or EfficientNetLite0(device=device),
    )
    todo = jobs(words=find_spec(PACKAGE) is not None)
    for job in todo:
        measures.workshop(job).train(job)
    about = {
        "paper": "pokemon-vae",
        "scale": scale.name,
        "command": command,
        "machine": {
            "processor": machine.processor(),
            "cores": machine.cores(),
            "precision": precision_of(find_device(device)),
        },
        "data": {"source": opened.name, "licence": opened.licence, "species": resized.info["species"]}
        | {"resized": resized.info["sprites"], "pixels": pixels.info["sprites"]},
    }
    found = report(measures, todo, about, seconds=lambda: time.monotonic() - began)
    page.write(found, out)
    return dict(found.figures)


def _prepared(source: Source, path: Path, recipe: Preprocessing, seed: int, **options: Any) -> SpriteSet:
    if not path.exists():
        views = {"front"} if source.name in FRONTS else None
        prepare(source, recipe, out=path, seed=seed, views=views, **options)
    data = SpriteSet.open(path)
    if not data.count("test"):
        raise DataError(
            f"{source.name} has too few species to hold some out for a test: name a larger source"
        )
    return data
