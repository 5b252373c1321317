"""The second paper's reproduction by the command line: every model and figure, and nothing done twice."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spriteloom.data.store import SpriteSet
from spriteloom.errors import SourceError
from spriteloom.pixels import over
from spriteloom.pixels.alpha import WHITE
from spriteloom.reproduce import engine
from spriteloom.reproduce.pokemon_vae import POKEMON_VAE_PAPER
from spriteloom.reproduce.pokemon_vae.jobs import LONGER, ON_CELLS, SCALES, jobs, smoke
from spriteloom.reproduce.pokemon_vae.measures import STRENGTHS, few_of_each
from spriteloom.training.cache import DatasetCache

from .conftest import Reproduced, run
from .kit import Averages, Reader


def test_every_model_is_trained_and_measured(pokemon_paper: Reproduced):
    figures = pokemon_paper.figures
    everything = jobs(smoke())
    assert [model["job"] for model in figures["models"]] == [job.name for job in everything]
    assert set(figures["generation"]) == {job.name for job in everything if job.kind == "diffusions"}
    assert set(figures["reconstruction"]) == {job.name for job in everything if job.kind == "latents"}
    assert set(figures["guidance"]) == {ON_CELLS, LONGER}
    assert all(set(curve) == {f"{g:g}" for g in STRENGTHS} for curve in figures["guidance"].values())
    assert all(np.isfinite(row["fd"]) for row in figures["generation"].values())


def test_fid_compares_the_samples_of_each_diffusion_with_the_test_pictures(pokemon_paper: Reproduced):
    figures, data = pokemon_paper.figures, SpriteSet.open(pokemon_paper.out / "resized.parquet")
    chosen = few_of_each([sprite.species for sprite in data.sprites("test")])
    test = over(DatasetCache(data).rgba("test"), WHITE)[chosen]
    for name, row in figures["generation"].items():
        samples = np.load(pokemon_paper.out / "records" / f"samples-{name}.npy")
        assert row["fid"] == pytest.approx(abs(samples.mean() - test.mean()))
    assert figures["floor"]["fid"] >= 0
    page = (pokemon_paper.out / "index.html").read_text()
    assert '<th scope="col">FID</th>' in page


def test_fid_without_its_package_is_refused_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(SourceError, match=re.escape("pip install 'spriteloom[fid]'")):
        engine.reproduce(POKEMON_VAE_PAPER, smoke(), tmp_path / "out", fid=True)
    assert not (tmp_path / "out").exists()


def test_finished_samples_are_pixel_art(pokemon_paper: Reproduced):
    rows = {
        name: row for name, row in pokemon_paper.figures["pixel_art"].items() if name.endswith("finished")
    }
    assert len(rows) >= 4
    assert all(row["colors_at_most_16"] == row["hard_alpha"] == 1 for row in rows.values())


def test_json_page_and_text_are_written(pokemon_paper: Reproduced):
    assert json.loads((pokemon_paper.out / "results.json").read_text()) == pokemon_paper.figures
    assert "Figure 7 in numbers" in (pokemon_paper.out / "results.md").read_text()
    read = Reader((pokemon_paper.out / "index.html").read_text())
    assert read.open == [] and "Recognized, over chance" in read.words
    assert "Figure 1. Test pictures and their reconstructions" in read.words


def test_what_is_done_is_not_done_again(pokemon_paper: Reproduced):
    printed, said = run("reproduce", "pokemon-vae", "--scale", "smoke", "--out", pokemon_paper.out, "--json")
    again = ("training", "drawing 1", "judging")
    assert not [line for line in said.splitlines() if any(word in line for word in again)]
    rows = {name: dict(row) for name, row in pokemon_paper.figures["generation"].items()}
    assert all(row.pop("fid") is not None for row in rows.values())
    assert json.loads(printed)["generation"] == rows


def test_equal_budgets_for_models_of_a_kind():
    for make in SCALES.values():
        scale = make()
        assert {job.budget for job in jobs(scale) if job.kind == "latents"} == {"latents"}
        assert sorted(job.name for job in jobs(scale) if job.budget == "longer") == [
            LONGER,
            "mlp-on-vae-longer",
        ]
        assert set(scale.budgets) == {"latents", "diffusions", "longer"}


def test_no_species_outweighs_the_others():
    species = ["unown"] * 28 + ["abra", "kadabra", "abra"]
    assert few_of_each(species, 4) == [0, 7, 14, 21, 28, 29, 30]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_networks_of_the_paper_are_reproduced_at_the_smoke_scale(tmp_path):
    scale = replace(smoke(), species=24, samples=4, judged=2, pairs=1, timed=1)
    figures = engine.reproduce(POKEMON_VAE_PAPER, scale, tmp_path, features=Averages())
    parameters = {model["job"]: model["parameters"] for model in figures["models"]}
    assert parameters["pokemon-ae"] == 18_260_355 and parameters["pokemon-vae"] == 18_785_667
    assert all(np.isfinite(row["fd"]) for row in figures["generation"].values())
