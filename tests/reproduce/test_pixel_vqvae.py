"""The first paper's reproduction by the command line: every model and table, and nothing done twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from spriteloom.errors import ImpossibleModel
from spriteloom.models.registry import models
from spriteloom.reproduce import engine
from spriteloom.reproduce.jobs import Job, scale_of
from spriteloom.reproduce.pixel_vqvae import PIXEL_VQVAE_PAPER, sentences
from spriteloom.reproduce.pixel_vqvae.jobs import SCALES, jobs, smoke
from spriteloom.reproduce.pixel_vqvae.measures import GUIDANCES, JUDGED, PixelVQVAEMeasures
from spriteloom.reproduce.pixel_vqvae.published import TABLE2, TABLE3, TABLE5, TABLE8
from spriteloom.reproduce.pixel_vqvae.tables import title_of

from .conftest import Reproduced, run
from .kit import PIXEL_VQVAE_TINY, Averages, Reader, fewer

PRIOR_PARAMETERS = 13_444_864  # of the PixelCNN over the codes of every VQ-VAE (Table 5)


def test_every_row_of_the_paper_is_there_with_its_figure(pixel_paper: Reproduced):
    for key, published in (("table2", TABLE2), ("table3", TABLE3), ("table8", TABLE8)):
        rows = {title_of(row): row for row in pixel_paper.figures[key]}
        assert all(rows[name].get("paper_mse") == row.mse for name, row in published.items())
    rows = {title_of(row): row for row in pixel_paper.figures["table5"]}
    assert all(rows[name]["paper_fid"] == row.fid for name, row in TABLE5.items())


def test_json_page_and_text_are_written(pixel_paper: Reproduced):
    assert json.loads((pixel_paper.out / "results.json").read_text()) == pixel_paper.figures
    assert "base64" not in (pixel_paper.out / "results.json").read_text()
    assert "Table 5" in (pixel_paper.out / "results.md").read_text()
    read = Reader((pixel_paper.out / "index.html").read_text())
    words = " ".join(read.words)
    assert read.open == []
    assert all(f"Table {n}." in words for n in range(1, 9)) and "Figure 2." in words
    assert "spriteloom reproduce pixel-vqvae --scale smoke" in words


def test_every_model_says_what_it_took(pixel_paper: Reproduced):
    rows = pixel_paper.figures["models"]
    assert [row["job"] for row in rows] == [job.name for job in jobs(smoke())]
    assert all(row["seconds"] > 0 for row in rows)


def test_conditions_bits_swaps_and_pixel_art_are_measured(pixel_paper: Reproduced):
    figures = pixel_paper.figures
    assert len(figures["conditioning"]) == len(JUDGED) * len(GUIDANCES)
    assert all(row["n"] == smoke().judged for row in figures["conditioning"])
    assert sum(row["confusion_types"] is not None for row in figures["conditioning"]) == len(JUDGED)
    assert len(figures["bits"]) == sum(job.kind == "priors" for job in jobs(smoke()))
    assert {row["method"] for row in figures["table6"]} >= {"rank-codes", "rank"}
    assert len(figures["pixel_art"]) == len(figures["table5"]) + 3


def test_what_is_done_is_not_done_again(pixel_paper: Reproduced):
    weights = {path: path.stat().st_mtime_ns for path in (pixel_paper.out / "runs").rglob("*.safetensors")}
    printed, said = run("reproduce", "pixel-vqvae", "--scale", "smoke", "--out", pixel_paper.out, "--json")
    assert not [line for line in said.splitlines() if "training" in line or "measuring" in line]
    assert {path: path.stat().st_mtime_ns for path in weights} == weights
    assert json.loads(printed)["table5"] == pixel_paper.figures["table5"]


class Stop(PixelVQVAEMeasures):
    """Is stopped at the first picture model."""

    def measure(self, job: Job) -> None:
        if job.kind == "pictures":
            raise KeyboardInterrupt
        super().measure(job)


def test_a_reproduction_that_was_stopped_continues_where_it_was(tmp_path: Path):
    some = [job for job in jobs(smoke()) if job.name in ("pixel-vqvae-lowres", "vae")]
    short = fewer(replace(PIXEL_VQVAE_TINY, jobs=lambda scale: some, measures=Stop), species=4)  # noqa: ARG005
    said: list[str] = []
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            engine.reproduce(short, short.scales["smoke"](), tmp_path, features=Averages(), say=said.append)
    stages = [line.partition("s  ")[2] for line in said if line.partition(" s  ")[0].strip().isdigit()]
    assert stages.count("training pixel-vqvae-lowres") == stages.count("training vae") == 1
    assert stages.count("measuring vae") == 2 and stages.count("preparing set.parquet") == 1


def test_the_parameters_are_the_papers():
    presets = {
        "VAE": "vae",
        "GAN": "dcgan",
        **{f"VQ-VAE {size}": f"vqvae-{size.lower()}" for size in ("LowRes", "MedRes")},
        **{f"Pixel VQ-VAE {size}": f"pixel-vqvae-{size.lower()}" for size in ("LowRes", "MedRes", "HiRes")},
    }
    counts = {info.name: (info.parameters, info.paper_parameters) for info in models()}
    for name, row in TABLE5.items():
        assert set(counts[presets[name]]) == {row.parameters}
    assert counts["pixelcnn-paper"][0] == PRIOR_PARAMETERS


def test_the_tables_have_the_papers_rows():
    assert [len(table) for table in (TABLE2, TABLE3, TABLE5, TABLE8)] == [6, 10, 7, 7]


def test_equal_budgets_for_models_of_a_kind():
    for name in SCALES:
        scale = scale_of(SCALES, name)
        assert {job.budget for job in jobs(scale)} == {"codecs", "pictures", "priors", "longer"}
        assert sum(job.budget == "longer" for job in jobs(scale)) == 1
        assert scale.budgets["pictures"] == scale.budgets["priors"] or name == "smoke"


def test_an_unknown_scale_is_refused():
    with pytest.raises(ImpossibleModel, match="choose one of smoke, cpu, full"):
        scale_of(SCALES, "huge")


def test_a_few_sentences_compare_with_the_paper(pixel_paper: Reproduced):
    figures = json.loads(json.dumps(pixel_paper.figures))
    for row in figures["table2"]:  # as if we had the paper's own figures
        row |= {"mse": row["paper_mse"] or 1.0, "ssim": row["paper_ssim"] or 0.0}
    told = list(sentences(figures))
    assert 3 <= len(told) <= 6
    assert "at 3 of 3 sizes in MSE and at 3 of 3 sizes in SSIM by its protocol" in told[0]
    assert "at 0 of 3 sizes in MSE" in told[0].partition("protocol")[2]
    assert "Table 2, MSE: 15 of 15; Table 2, SSIM: 15 of 15" in told[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_networks_of_the_paper_are_reproduced_at_the_smoke_scale(tmp_path):
    scale = replace(smoke(), samples=4, judged=4, predicted=1_024)
    figures = engine.reproduce(PIXEL_VQVAE_PAPER, scale, tmp_path, features=Averages())
    rows = {title_of(row): row for row in figures["table5"]}
    assert all(rows[name]["parameters"] == row.parameters for name, row in TABLE5.items())
    assert {row["prior_parameters"] for row in rows.values() if row["whose"] == "paper"} == {
        None,
        PRIOR_PARAMETERS,
    }
