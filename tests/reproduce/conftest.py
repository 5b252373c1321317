"""Both papers and the demo, reproduced once by the command line with stand-ins for every network."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spriteloom.cli import main
from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.errors import SourceError
from spriteloom.evaluation import speed
from spriteloom.reproduce import demo, engine, measures, pixel_vqvae, pokemon_vae
from spriteloom.reproduce.demo import demo_scale
from spriteloom.reproduce.jobs import Scale
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache

from .kit import DEMO_TINY, HOSTILE, PIXEL_VQVAE_TINY, POKEMON_VAE_TINY, Averages, TorchFidelity, fewer


@dataclass(frozen=True)
class Reproduced:
    """A reproduction: its folder, its figures as printed, the words on stderr."""

    out: Path
    figures: dict[str, Any]
    words: list[str]


def run(*words: object) -> tuple[str, str]:
    """Stdout and stderr of the program, which has to end well."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "argv", ["spriteloom", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code, err.getvalue()
    return out.getvalue(), err.getvalue()


def reproduced(out: Path, *words: object) -> Reproduced:
    printed, said = run(*words, "--out", out, "--json")
    return Reproduced(out, json.loads(printed), said.splitlines())


@pytest.fixture(scope="session")
def small() -> Iterator[None]:
    """Specifications of tiny networks on few sprites."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixel_vqvae, "PIXEL_VQVAE_PAPER", fewer(PIXEL_VQVAE_TINY, species=9))
        patch.setattr(pokemon_vae, "POKEMON_VAE_PAPER", fewer(POKEMON_VAE_TINY, species=10))
        patch.setattr(measures, "EfficientNetLite0", lambda device: Averages())  # noqa: ARG005
        patch.setattr(pixel_vqvae.measures, "CREATURES", 4)
        patch.setattr(pixel_vqvae.measures, "WEIGHED", 8)
        patch.setattr(pixel_vqvae.measures, "SCORED", 2)
        yield


@pytest.fixture(scope="session")
def pixel_paper(small: None, tmp_path_factory: pytest.TempPathFactory) -> Reproduced:  # noqa: ARG001
    out = tmp_path_factory.mktemp("reproduction") / "pixel-vqvae"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "DatasetCache", partial(DatasetCache, rounds=2))
        return reproduced(out, "reproduce", "pixel-vqvae", "--scale", "smoke")


@pytest.fixture(scope="session")
def pokemon_paper(small: None, tmp_path_factory: pytest.TempPathFactory) -> Reproduced:  # noqa: ARG001
    out = tmp_path_factory.mktemp("reproduction") / "pokemon-vae"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torch_fidelity", TorchFidelity("torch_fidelity"))
        return reproduced(out, "reproduce", "pokemon-vae", "--scale", "smoke", "--fid")


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Reproduced:
    """A demo of two steps, where there is no network."""

    def without_network(spec: str, *, seed: int, n: int | None) -> Source:
        if spec == "pokeapi":
            raise SourceError(HOSTILE)
        return open_source(spec, seed=seed, n=n)

    def two_steps(budget: Budget, source: str) -> Scale:
        return replace(demo_scale(budget, source, species=12), budgets={"codecs": Budget(steps=2)})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "DEMO", DEMO_TINY)
        patch.setattr(demo, "demo_scale", two_steps)
        patch.setattr(engine, "open_source", without_network)
        patch.setattr(speed, "SLOW_ROUNDS", 1)
        patch.setattr(speed, "FAST_REPEATS", 1)
        return reproduced(tmp_path_factory.mktemp("demo") / "new" / "folder", "demo")
