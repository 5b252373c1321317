"""The second paper's reproduction at its smallest: every model and figure, and nothing done twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spriteloom.errors import ImpossibleModel
from spriteloom.models.diffusion.presets import PRESETS
from spriteloom.reproduce.pokemon_vae.crossfade import crossfade
from spriteloom.reproduce.pokemon_vae.jobs import LONGER, ON_CELLS, jobs
from spriteloom.reproduce.pokemon_vae.measuring import few_of_each
from spriteloom.reproduce.pokemon_vae.reproducing import reproduce
from spriteloom.reproduce.pokemon_vae.scales import SCALES, scale, smoke
from spriteloom.reproduce.pokemon_vae.telling import STRENGTHS

from .kit import Averages, all_cores

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pokemon-vae")


@pytest.fixture(scope="module")
def short():
    """Diffusions of few steps: their paths are tested elsewhere."""

    def shorter(make):
        def made():
            chosen = make()
            return replace(chosen, sampler=replace(chosen.sampler, num_steps=2))

        return made

    patch = pytest.MonkeyPatch()
    for name, make in list(PRESETS.items()):
        patch.setitem(PRESETS, name, shorter(make))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def figures(out: Path, short):  # noqa: ARG001
    with all_cores():
        return reproduce(smoke(), out, features=Averages())


def test_every_model_is_trained_and_measured(figures):
    names = {job.name for job in jobs(words=False)}
    assert names <= {model["job"] for model in figures["models"]}
    assert {name for name in names if name in figures["generation"]} == {
        job.name for job in jobs(words=False) if job.kind == "diffusions"
    }
    assert set(figures["guidance"]) == {ON_CELLS, LONGER}
    assert all(set(curve) == {f"{g:g}" for g in STRENGTHS} for curve in figures["guidance"].values())
    assert figures["seconds"]["trained"] > 0
    assert figures["sentences"] and all(np.isfinite(one["fd"]) for one in figures["generation"].values())


def test_finished_samples_are_pixel_art(figures):
    for name, row in figures["pixel_art"].items():
        if name.endswith("finished"):
            assert row["colors_at_most_16"] == row["hard_alpha"] == 1


def test_there_is_a_page_a_text_and_json_without_pictures(figures, out: Path):
    assert "Figure 7" in (out / "results.md").read_text() and "<table" in (out / "index.html").read_text()
    assert json.loads((out / "results.json").read_text()) == json.loads(json.dumps(figures))
    assert "base64" not in (out / "results.json").read_text()


def test_what_is_done_is_not_done_again(figures, out: Path):
    said: list[str] = []
    again = reproduce(smoke(), out, features=Averages(), say=said.append)
    assert not [words for words in said if words.startswith(("training", "drawing", "judging"))]
    assert again["generation"] == figures["generation"]


def test_a_cross_fade_is_told_from_a_third_sprite():
    chance = np.random.default_rng(0)
    a, b, other = (chance.integers(0, 256, (4, 8, 8, 3), dtype=np.uint8) for _ in "abc")
    real = Averages()(np.concatenate([a, b]))
    fade = ((a.astype(int) + b) // 2).astype(np.uint8)
    overlaid = crossfade(a, b, fade, a, real, Averages())
    third = crossfade(a, b, other, a, real, Averages())
    assert overlaid["overlay"] < 0.05 < third["overlay"]
    assert third["to_ends"] > overlaid["to_ends"]


def test_scales_have_names():
    assert [scale(name).name for name in SCALES] == list(SCALES)
    with pytest.raises(ImpossibleModel, match="choose one of"):
        scale("huge")


def test_no_species_outweighs_the_others():
    species = ["unown"] * 28 + ["abra", "kadabra", "abra"]
    chosen = few_of_each(species, 4)
    assert chosen == [0, 7, 14, 21, 28, 29, 30]
