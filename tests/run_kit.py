"""Small prepared sets, narrow configs and runs of them, for the tests of training and of what trained."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file

from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import preprocessing_named
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.models.kmeans.family import Config as KMeansConfig
from spriteloom.models.pixel_vqvae.presets import Config, ours, paper
from spriteloom.models.pixel_vqvae.starts import KMeansStart, PassThroughStart
from spriteloom.models.train import train
from spriteloom.training.budget import Budget
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig

torch.set_num_threads(1)  # these nets are so small that two threads only wait for each other
_SHELF = TemporaryDirectory(prefix="run-kit-")
SIZE = 32


@cache
def small_set(preprocessing: str = "pixel", *, n: int = 24, seed: int = 0) -> SpriteSet:
    """A set of n procedural creatures, 32×32; made once."""
    out = Path(_SHELF.name) / f"{preprocessing}-{n}-{seed}.parquet"
    source = ProceduralSource(n=n, seed=seed, size=SIZE)
    prepare(source, preprocessing_named(preprocessing), out=out, size=SIZE, seed=seed, workers=1)
    return SpriteSet.open(out)


def narrow(size: str = "medres", **changes: Any) -> Config:
    """Our preset, on a network that a test has time for."""
    base = ours(size)
    small: dict[str, Any] = {
        "network": replace(base.network, width=48, codes=32),
        "start": PassThroughStart(sample=2000, rounds=3),
        "batch": 96,
        "polished": False,
    }
    return replace(base, **(small | changes))


def warmed(warm_up: int = 4) -> Config:
    """Random weights and a codebook that settles after some steps."""
    start = KMeansStart(warm_up=warm_up, sample=2000, rounds=3)
    return narrow("medres", start=start, optimizer=OptimizerConfig(learning_rate=1e-3))


def narrow_paper(size: str = "medres") -> Config:
    """The paper's preset, on pictures."""
    base = paper(size)
    return replace(base, network=replace(base.network, width=16, dim=8, codes=32), batch=8)


def narrow_kmeans(m: int = 2) -> KMeansConfig:
    return KMeansConfig(m=m, k=32)


def trained(run: Path, config: Any, steps: int = 12, **changes: Any) -> Path:
    """A run of so many steps on the small set, of a config or of a preset."""
    options: dict[str, Any] = {"budget": Budget(steps=steps), "seed": 3, "device": "cpu"} | changes
    train(config, options.pop("data", None) or small_set(), run, **options)
    return run


def run_config(**changes: Any) -> RunConfig:
    """The config of a run, for a model that a test makes by hand."""
    known: dict[str, Any] = {
        "family": "toy",
        "preset": "toy",
        "hyperparameters": {"noise": False},
        "shape": {},
        "data": {"preprocessing": {"name": "pixel", "size": SIZE}, "source": "", "seed": 0, "pictures": 1},
        "conditions": {},
        "base": None,
        "seed": 0,
        "precision": "32-true",
        "budget": {"steps": 1, "epochs": None, "minutes": None},
    }
    return RunConfig(**(known | changes))


def weights(run: Path) -> dict[str, np.ndarray]:
    return load_file(run / "model.safetensors")


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    """Bit for bit."""
    return a.keys() == b.keys() and all(a[name].tobytes() == b[name].tobytes() for name in a)


def stops_at(step: int, number: int = signal.SIGTERM) -> Callable[[dict[str, Any]], None]:
    """A watcher that asks this very process to stop, as a user would, when a step is done."""

    def watch(figures: dict[str, Any]) -> None:
        if figures["step"] == step:
            os.kill(os.getpid(), number)

    return watch
