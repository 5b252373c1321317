"""What has to be trained for the paper's tables, each after its codec. Trains nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from spriteloom.reproduce.scales import Scale
from spriteloom.training.budget import Budget

Kind = Literal["codecs", "pictures", "priors"]
SIZES = {"lowres": "LowRes", "medres": "MedRes", "hires": "HiRes"}
PARTS = {
    "": "VQ-VAE",
    "adapter-": "Adapter VQ-VAE",
    "pixelsight-": "PixelSight VQ-VAE",
    "pixel-": "Pixel VQ-VAE",
}
WITHOUT_HIRES = ("", "adapter-")  # such a network would have no layer
OURS = "pixel-vqvae-medres"  # the codec whose codes our priors learn
LONGER = "prior-on-ours-longer"  # what a user would train, given more than a few minutes


@dataclass(frozen=True, kw_only=True)
class Job:
    """One model: `label` and `size` as in the paper's tables, `base` the job that it stands on."""

    name: str
    preset: str
    label: str
    size: str | None
    whose: Literal["paper", "ours"]
    kind: Kind
    base: str | None = None
    seed: int = 0
    patience: Literal["equal", "longer"] = "equal"

    def budget(self, scale: Scale) -> Budget:
        """The same for all of its kind, but for what is trained longer and says so."""
        if self.patience == "longer":
            return scale.longer
        return {"codecs": scale.codecs, "pictures": scale.pictures, "priors": scale.priors}[self.kind]


def jobs(scale: Scale) -> list[Job]:
    """All of them. Codecs of a size stand together: they share a census."""
    codecs = [job for size in SIZES for job in _codecs(size, scale.seeds)]
    return [*codecs, *_pictures(), *_priors()]


def _codecs(size: str, seeds: int) -> Iterator[Job]:
    """The paper's rows of Tables 2 and 3 at a size, and ours."""
    yield Job(
        name=f"pixel-vqvae-{size}",
        preset=f"pixel-vqvae-{size}",
        label="Pixel VQ-VAE, our training",
        size=SIZES[size],
        whose="ours",
        kind="codecs",
    )
    for part, label in PARTS.items():
        if size == "hires" and part in WITHOUT_HIRES:
            continue
        preset = f"{part}vqvae-{size}" + ("-paper" if part == "pixel-" else "")
        for seed in range(seeds):
            yield Job(
                name=paper_codec(preset, seed),
                preset=preset,
                label=label,
                size=SIZES[size],
                whose="paper",
                kind="codecs",
                seed=seed,
            )


def paper_codec(preset: str, seed: int = 0) -> str:
    """The name of a codec's job."""
    return f"{preset}-seed{seed}"


def _pictures() -> Iterator[Job]:
    for preset, label in (("vae", "VAE"), ("pixel-vae", "Pixel VAE"), ("dcgan", "GAN")):
        yield Job(name=preset, preset=preset, label=label, size=None, whose="paper", kind="pictures")


def _priors() -> Iterator[Job]:
    """Five PixelCNNs of Table 5, the one on pictures; ours on one codec, beside the paper's on the same."""
    for codec, label, size in (
        ("vqvae-lowres", "VQ-VAE", "LowRes"),
        ("pixel-vqvae-lowres-paper", "Pixel VQ-VAE", "LowRes"),
        ("vqvae-medres", "VQ-VAE", "MedRes"),
        ("pixel-vqvae-medres-paper", "Pixel VQ-VAE", "MedRes"),
        ("pixel-vqvae-hires-paper", "Pixel VQ-VAE", "HiRes"),
    ):
        yield Job(
            name=f"pixelcnn-paper-on-{codec}",
            preset="pixelcnn-paper",
            label=label,
            size=size,
            whose="paper",
            kind="priors",
            base=paper_codec(codec),
        )
    yield Job(
        name="pixelcnn-rgb-paper",
        preset="pixelcnn-rgb-paper",
        label="PixelCNN on RGB",
        size=None,
        whose="paper",
        kind="priors",
    )
    for preset, label in (
        ("counts", "Pixel VQ-VAE, our codec, count model"),
        ("pixelcnn-paper", "Pixel VQ-VAE, our codec, the paper's PixelCNN"),
        ("pixelcnn", "Pixel VQ-VAE, our codec, our PixelCNN"),
        ("masked", "Pixel VQ-VAE, our codec, our masked U-Net"),
    ):
        yield Job(
            name=f"{preset}-on-ours",
            preset=preset,
            label=label,
            size="MedRes",
            whose="ours",
            kind="priors",
            base=OURS,
        )
    yield Job(
        name=LONGER,
        preset="prior",
        label="Pixel VQ-VAE, our codec, our PixelCNN, trained longer",
        size="MedRes",
        whose="ours",
        kind="priors",
        base=OURS,
        patience="longer",
    )
