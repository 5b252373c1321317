"""What is trained for the tables of the Pixel VQ-VAE paper, each after its codec, and at which scales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from spriteloom.reproduce.jobs import Job, Scale, budgets_of
from spriteloom.reproduce.pixel_vqvae.published import SIZES

PARTS = {
    "": "VQ-VAE",
    "adapter-": "Adapter VQ-VAE",
    "pixelsight-": "PixelSight VQ-VAE",
    "pixel-": "Pixel VQ-VAE",
}
WITHOUT_HIRES = ("", "adapter-")  # such a network would have no layer
OUR_CODEC = "pixel-vqvae-medres"  # whose codes our priors learn
OUR_PIXELCNN = "pixelcnn-on-ours"
LONGER = "prior-on-ours-longer"  # what a user would train, given more than a few minutes


def smoke() -> Scale:
    """Every path once, on procedural sprites, in under three minutes; its figures mean nothing."""
    budgets = budgets_of("steps", codecs=2, pictures=2, priors=1, longer=2)
    scale = Scale(name="smoke", source="procedural", species=24, budgets=budgets, batch=2)
    return replace(scale, samples=8, judged=8, judge_steps=4, predicted=4_096)


def cpu() -> Scale:
    """On two cores without a GPU, real sprites, in at most two and a half hours."""
    budgets = budgets_of("minutes", codecs=0.35, pictures=2.5, priors=2.5, longer=10)
    scale = Scale(name="cpu", budgets=budgets, seeds=3)
    return replace(scale, samples=500, judged=500, judge_steps=800, predicted=200_000)


def full() -> Scale:
    """The paper's protocol: 25 epochs of everything, 10,000 samples. For one GPU or several."""
    budgets = budgets_of("epochs", codecs=25, pictures=25, priors=25, longer=100)
    scale = Scale(name="full", budgets=budgets)
    return replace(scale, samples=10_000, judged=10_000, judge_steps=3000, predicted=10_000_000)


SCALES = {"smoke": smoke, "cpu": cpu, "full": full}


def jobs(scale: Scale) -> list[Job]:
    """All of them. Codecs of a size stand together: they share a census."""
    codecs = [job for size in SIZES for job in _codecs(size, scale.seeds)]
    pictures = [
        _job("vae", "vae", "VAE", "pictures"),
        _job("pixel-vae", "pixel-vae", "Pixel VAE", "pictures"),
        _job("dcgan", "dcgan", "GAN", "generators", budget="pictures"),
    ]
    return [*codecs, *pictures, *_priors()]


def _codecs(size: str, seeds: int) -> Iterator[Job]:
    """The paper's rows of Tables 2 and 3 at a size, and ours."""
    name = f"pixel-vqvae-{size}"
    yield _job(name, name, "Pixel VQ-VAE, our training", "codecs", size=SIZES[size], whose="ours")
    for part, label in PARTS.items():
        if size == "hires" and part in WITHOUT_HIRES:
            continue
        preset = f"{part}vqvae-{size}" + ("-paper" if part == "pixel-" else "")
        for seed in range(seeds):
            yield _job(f"{preset}-seed{seed}", preset, label, "codecs", size=SIZES[size], seed=seed)


def _priors() -> Iterator[Job]:
    """Five PixelCNNs of Table 5, the one on pictures; ours on one codec, beside the paper's on the same."""
    for size, preset, label in (
        ("lowres", "vqvae-lowres", "VQ-VAE"),
        ("lowres", "pixel-vqvae-lowres-paper", "Pixel VQ-VAE"),
        ("medres", "vqvae-medres", "VQ-VAE"),
        ("medres", "pixel-vqvae-medres-paper", "Pixel VQ-VAE"),
        ("hires", "pixel-vqvae-hires-paper", "Pixel VQ-VAE"),
    ):
        name = f"pixelcnn-paper-on-{preset}"
        yield _job(name, "pixelcnn-paper", label, "priors", size=SIZES[size], base=f"{preset}-seed0")
    yield _job("pixelcnn-rgb-paper", "pixelcnn-rgb-paper", "PixelCNN on RGB", "priors")
    for name, preset, label, budget in (
        ("counts-on-ours", "counts", "count model", "priors"),
        ("pixelcnn-paper-on-ours", "pixelcnn-paper", "the paper's PixelCNN", "priors"),
        (OUR_PIXELCNN, "pixelcnn", "our PixelCNN", "priors"),
        ("masked-on-ours", "masked", "our masked U-Net", "priors"),
        (LONGER, "prior", "our PixelCNN, trained longer", "longer"),
    ):
        label = f"Pixel VQ-VAE, our codec, {label}"
        yield _job(name, preset, label, "priors", budget=budget, size="MedRes", base=OUR_CODEC, whose="ours")


def _job(name: str, preset: str, label: str, kind: str, **more: Any) -> Job:
    """A job, of the paper's protocol and with the budget of its kind where nothing else is said."""
    return Job(name=name, preset=preset, label=label, kind=kind, **{"whose": "paper", "budget": kind, **more})
