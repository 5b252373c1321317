"""Steps a second of every family's own presets on a device, and whether each trains, loads and makes sprites there.

    python benchmarks/steps.py --device cuda --out results/gpu.json [--steps 40] [--seconds 300]

Trains each preset on made creatures, so nothing is needed but the program. A row is written as soon as it is
measured; the program stops by itself before `--seconds` are over, and what is in `--out` for the same device
is not measured again. `--compile` measures with torch.compile.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL, POKEMON_VAE
from spriteloom.data.procedural import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.errors import SpriteloomError
from spriteloom.models.capabilities import Reconstructs, Samples
from spriteloom.models.load import load
from spriteloom.models.train import train
from spriteloom.nn.devices import find_device, precision_of
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
SKIPPED = 5  # first steps, which are slower


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--n", type=int, default=200, help="creatures")
    parser.add_argument("--compile", action="store_true")
    given = parser.parse_args()
    end = time.monotonic() + given.seconds
    device = find_device(given.device)
    rows: list[dict[str, Any]] = json.loads(given.out.read_text()) if given.out.exists() else []
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    done = {row["preset"] for row in rows if row["card"] == card and row["compiled"] == given.compile}
    with tempfile.TemporaryDirectory() as folder:
        sets = made_sets(Path(folder), given.n)
        for preset, base in PRESETS.items():
            if time.monotonic() > end:
                print("out of time: the same command goes on", file=sys.stderr)
                break
            data = sets["resized" if preset.startswith("pokemon") else "pixels"]
            stands_on = Path(folder) / base if base else None
            if preset in done and preset not in PRESETS.values():
                continue
            row = {"preset": preset, "card": card, "compiled": given.compile, "torch": torch.__version__}
            row |= measured(
                preset, data, Path(folder) / preset, stands_on, device, given.steps, given.compile
            )
            if preset not in done:
                rows.append(row)
                given.out.parent.mkdir(parents=True, exist_ok=True)
                given.out.write_text(json.dumps(rows, indent=2) + "\n")
            print(json.dumps(row), flush=True)


def made_sets(folder: Path, n: int) -> dict[str, SpriteSet]:
    """Creatures of 64×64, and the same as the second paper prepares them."""
    source = ProceduralSource(n=n, seed=0)
    prepare(source, PIXEL, out=folder / "pixels.parquet", size=64)
    prepare(source, POKEMON_VAE, out=folder / "resized.parquet")
    return {name: SpriteSet.open(folder / f"{name}.parquet") for name in ("pixels", "resized")}


def measured(
    preset: str,
    data: SpriteSet,
    run: Path,
    base: Path | None,
    device: torch.device,
    steps: int,
    compiled: bool,
) -> dict[str, Any]:
    """Steps a second after the first few; then the run is loaded and asked for pictures."""
    ticks: list[float] = []
    began = time.monotonic()
    try:
        report = train(
            preset,
            data,
            run,
            base=base,
            budget=Budget(steps=steps),
            device=device,
            compiled=compiled or None,
            callback=lambda metrics: ticks.append(time.monotonic()),  # noqa: ARG005
        )
        gaps = [b - a for a, b in zip(ticks[SKIPPED:-1], ticks[SKIPPED + 1 :], strict=False)]
        model = load(run, device)
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
        "batch": json.loads((run / "config.json").read_text())["hyperparameters"].get("batch"),
        "train_seconds": round(report.seconds, 2),
        "use_seconds": round(time.monotonic() - began_using, 2),
        "seconds": round(time.monotonic() - began, 2),
    }


if __name__ == "__main__":
    main()
