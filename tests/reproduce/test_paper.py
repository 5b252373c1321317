"""The paper's figures hold together with what its text says of them, and with the parameters we count."""

from __future__ import annotations

from spriteloom.models.registry import models
from spriteloom.reproduce import paper


def test_the_tables_have_the_papers_rows():
    assert [len(table) for table in (paper.TABLE2, paper.TABLE3, paper.TABLE5, paper.TABLE8)] == [6, 10, 7, 7]


def test_who_is_best_is_who_stands_in_bold():
    assert paper.best_there(paper.TABLE2, "mse") == "Pixel VQ-VAE HiRes"
    assert paper.best_there(paper.TABLE2, "ssim") == "Pixel VQ-VAE MedRes"
    assert paper.best_made(paper.TABLE5) == "Pixel VQ-VAE HiRes"
    low = {name: row for name, row in paper.TABLE3.items() if paper.size_of(name) == "LowRes"}
    assert paper.best_there(low, "ssim") == "PixelSight VQ-VAE LowRes"


def test_parameters_are_those_of_the_registry():
    recipes = {
        "VAE": "vae",
        "GAN": "dcgan",
        "VQ-VAE LowRes": "vqvae-lowres",
        "Pixel VQ-VAE LowRes": "pixel-vqvae-lowres",
        "VQ-VAE MedRes": "vqvae-medres",
        "Pixel VQ-VAE MedRes": "pixel-vqvae-medres",
        "Pixel VQ-VAE HiRes": "pixel-vqvae-hires",
    }
    counts = {info.name: info.paper_parameters for info in models()}
    for name, row in paper.TABLE5.items():
        assert row.parameters == counts[recipes[name]]
    assert counts["pixelcnn-paper"] == paper.PRIOR_PARAMETERS


def test_names_of_other_tables_and_rooms_are_the_same_row():
    assert paper.plain("Base VQ-VAE LowRes") == "VQ-VAE LowRes"
    assert paper.plain("DCGAN") == "GAN"
    assert paper.plain("Pixel VQ-VAE HiRes") == "Pixel VQ-VAE HiRes"
    assert [paper.size_of(name) for name in ("VAE", "VQ-VAE MedRes")] == [None, "MedRes"]
