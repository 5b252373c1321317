"""One small demo for the whole room: procedural creatures, a few steps, as where there is no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.errors import SourceError
from spriteloom.evaluation import speed as timing
from spriteloom.models.pixel_vqvae import presets
from spriteloom.models.pixel_vqvae.starts import PassThroughStart
from spriteloom.report import demo as room
from spriteloom.report.figures import Figures
from spriteloom.report.gallery import Gallery
from spriteloom.report.page import page
from spriteloom.training.budget import Budget

from .kit import HOSTILE, Made


def slight(make: Callable[[str], presets.Config]) -> Callable[[str], presets.Config]:
    """Presets with a narrow network and a hasty start: what they measure is not the point."""

    def made(size: str) -> presets.Config:
        chosen = make(size)
        hasty = PassThroughStart(sample=2_000, rounds=2)
        start = hasty if chosen.start.kind == "pass-through" else chosen.start
        return replace(chosen, network=replace(chosen.network, width=64), start=start, polished=False)

    return made


def without_network(spec: str, *, seed: int, n: int) -> Source:
    if spec == room.SOURCE:
        raise SourceError(HOSTILE)
    return open_source(spec, seed=seed, n=n)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("demo") / "new" / "folder"
    said: list[str] = []
    galleries: list[Gallery] = []

    def watched(figures: Figures, gallery: Gallery) -> str:
        galleries.append(gallery)
        return page(figures, gallery)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "open_source", without_network)
        patch.setattr(room, "page", watched)
        patch.setattr(room, "ours", slight(presets.ours))
        patch.setattr(room, "paper", slight(presets.paper))
        patch.setattr(timing, "SLOW_ROUNDS", 1)
        patch.setattr(timing, "FAST_REPEATS", 1)
        plan = room.Plan(
            out=out, budget=Budget(steps=2), species=20, size=32, command="spriteloom demo --out <here>"
        )
        figures = room.demo(plan, said.append)
    return Made(out, figures, galleries[0], said)
