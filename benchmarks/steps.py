"""Measure steps a second of every family's own presets on a device, and test that each loads and samples there.

    python benchmarks/steps.py --device cuda --out results/gpu.json [--presets P…] [--no-compile] [--json]

Trains each preset on procedural creatures. A row is written as soon as it is measured. The script starts no new preset
after `--seconds`; the same command goes on with the presets that `--out` does not hold for the same device.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from common import options, positive, run, show
from spriteloom.cli.printing import say
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL, POKEMON_VAE
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError, SpriteloomError
from spriteloom.models.capabilities import Reconstructs, Samples
from spriteloom.models.load import load
from spriteloom.models.train import train
from spriteloom.nn.devices import find_device, precision_of
from spriteloom.pixels.disk import write_bytes
from spriteloom.training.budget import Budget

PRESETS = {  # preset → its base model
    "pixel-vqvae-medres": None,
    "pixel-vqvae-hires": None,
    "pixel-vqvae-lowres": None,
    "pixel-vqvae-medres-paper": None,
    "tokenizer-lowres": None,
    "vae": None,
    "dcgan": None,
    "pixelcnn": "pixel-vqvae-medres",
    "pixelcnn-paper": "pixel-vqvae-medres",
    "masked": "pixel-vqvae-medres",
    "latent": None,
    "latent-diffusion": "latent",
    "diffusion": None,
    "pokemon-ae": None,
    "pokemon-vae": None,
    "pokemon-mlp": "pokemon-vae",
}
SKIPPED = 5  # first steps, which are slower and do not count


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps (default auto)")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write, or to go on with")
    parser.add_argument("--steps", type=positive, default=40, help="steps of each preset (default 40)")
    parser.add_argument("--seconds", type=float, default=300.0, help="time after which to stop (default 300)")
    parser.add_argument("--n", type=positive, default=64, help="number of creatures (default 64)")
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=list(PRESETS), help="default: all")
    parser.add_argument(
        "--compile", action=argparse.BooleanOptionalAction, help="use torch.compile (default: where it pays)"
    )
    given = parser.parse_args(words)
    rows: list[dict[str, Any]] = json.loads(given.out.read_text()) if given.out.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        measure_all(rows, Path(folder), given)
    show("Steps a second", rows, as_json=given.json)


def measure_all(rows: list[dict[str, Any]], folder: Path, given: argparse.Namespace) -> None:
    """Add a row for each preset that has none, and write the rows after each."""
    end = time.monotonic() + given.seconds
    device = find_device(given.device)
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    setting = {"card": card, "compiled": given.compile}
    done = {row["preset"] for row in rows if setting.items() <= row.items()}
    sets = made_sets(folder, given.n)
    wanted = [preset for preset in given.presets if preset not in done]
    needed = {*wanted, *(PRESETS[preset] for preset in wanted)}
    for preset, base in PRESETS.items():
        if preset not in needed:
            continue
        if time.monotonic() > end:
            say("out of time: the same command goes on")
            break
        data = sets["resized" if preset.startswith("pokemon") else "pixels"]
        row = {"preset": preset, **setting, "torch": torch.__version__}
        row |= measure(
            preset, data, folder / preset, folder / base if base else None, device, given.steps, given.compile
        )
        say(json.dumps(row))
        if preset in wanted:
            rows.append(row)
            write_bytes(given.out, (json.dumps(rows, indent=2) + "\n").encode(), RunError)


def made_sets(folder: Path, n: int) -> dict[str, SpriteSet]:
    """Creatures by the preprocessings `pixel`, 64×64, and `pokemon-vae`."""
    source, few = ProceduralSource(n=n, seed=0), ProceduralSource(n=max(16, n // 8), seed=0)  # 16: all splits
    prepare(source, PIXEL, out=folder / "pixels.parquet", size=64, workers=1)
    prepare(few, POKEMON_VAE, out=folder / "resized.parquet", workers=1)
    return {name: SpriteSet.open(folder / f"{name}.parquet") for name in ("pixels", "resized")}


def measure(
    preset: str,
    data: SpriteSet,
    folder: Path,
    base: Path | None,
    device: torch.device,
    steps: int,
    compiled: bool | None,
) -> dict[str, Any]:
    """Train, count the steps a second after the first few, load the run and sample or reconstruct."""
    ticks: list[float] = []
    began = time.monotonic()
    try:
        report = train(
            preset,
            data,
            folder,
            base=base,
            budget=Budget(steps=steps),
            device=device,
            compiled=compiled,
            callback=lambda metrics: ticks.append(time.monotonic()),  # noqa: ARG005
        )
        gaps = [b - a for a, b in zip(ticks[SKIPPED:-1], ticks[SKIPPED + 1 :], strict=False)]
        model = load(folder, device)
        began_using = time.monotonic()
        if isinstance(model, Samples):
            quick = "pixelcnn" not in preset
            model.sample_each(np.tile(model.condition(), (8 if quick else 1, 1)), range(8 if quick else 1))
        elif isinstance(model, Reconstructs):
            model.reconstruct(data.all_pictures("test").rgb[:32])
    except SpriteloomError as fault:
        return {"error": str(fault)}
    return {
        "precision": precision_of(device),
        "steps_per_s": round(1 / statistics.median(gaps), 3),
        "batch": json.loads((folder / "config.json").read_text())["hyperparameters"].get("batch"),
        "train_seconds": round(report.seconds, 2),
        "use_seconds": round(time.monotonic() - began_using, 2),
        "seconds": round(time.monotonic() - began, 2),
    }


if __name__ == "__main__":
    run(main)
