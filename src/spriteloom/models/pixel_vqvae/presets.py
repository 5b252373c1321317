"""Presets of the Pixel VQ-VAE.

A plain name is ours, with the paper's network and number of parameters; "-paper" is the first paper's training,
and so are the ablations of its Table 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import FamilyConfig
from spriteloom.models.pixel_vqvae.network import PixelVQVAEConfig, hires, lowres, medres
from spriteloom.models.pixel_vqvae.starts import KMeansStart, NormalStart, PassThroughStart, Start
from spriteloom.nn.quantizer import DeadCodes
from spriteloom.training.optimizers import OptimizerConfig

SIZES = {"lowres": lowres, "medres": medres, "hires": hires}


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A Pixel VQ-VAE and its training.

    `batch` counts patches if the objective is on patches, else pictures. `polished` ends the training with exact
    statistics.
    """

    network: PixelVQVAEConfig
    start: Start
    objective: Literal["paper-on-images", "paper-on-patches", "aligned-on-patches"]
    batch: int
    optimizer: OptimizerConfig
    dead_codes: DeadCodes | None
    polished: bool

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ImpossibleModel(f"a batch of {self.batch} is empty: give 1 or more")

    @property
    def on_patches(self) -> bool:
        """Whether it is trained on a census of patches."""
        return self.objective != "paper-on-images"


def ours(size: str) -> Config:
    """The paper's network, initialized as the identity, with our loss and exact statistics at the end.

    spriteloom train pixel-vqvae-medres --data SET.parquet --out RUN --minutes 1

    On 2 cores, 0.3 minutes, sprites of pokeapi, held-out species: MSE 0.000176 / 0.00146 / 0.00434 and SSIM
    0.996 / 0.974 / 0.924 for HiRes / MedRes / LowRes, 0.97 / 1.00 / 1.00 times the error of k-means.

    The rate of HiRes is low because of rare codes: at ten times the rate embeddings move on before the moving average
    of a rare code follows, and on CC0 sprites the error rises to twice that of k-means in 4,000 steps (from 0.98 times;
    at this rate it falls to 0.94).

    Noise backgrounds are left out: they teach a network to ignore the background, but here they would only spend
    codes on noise, which held-out pictures do not have.
    """
    return Config(
        network=SIZES[size](),
        start=PassThroughStart(),
        objective="aligned-on-patches",
        batch=4096,
        optimizer=OptimizerConfig(learning_rate={"hires": 3e-7, "medres": 3e-5, "lowres": 3e-5}[size]),
        dead_codes=DeadCodes(),
        polished=True,
        noise=False,
        mixed_precision=size != "hires",  # bf16 cannot tell its near colors apart
    )


def warmed(size: str) -> Config:
    """Random weights, a short warm-up, a k-means codebook: a baseline for our initialization."""
    return replace(ours(size), start=KMeansStart(), optimizer=OptimizerConfig(learning_rate=1e-3))


def paper(size: str, *, pixel_sight: bool = True, adapter: bool = True) -> Config:
    """The first paper's training: convolutions over images, codes from N(0, 1), BatchNorm before the sigmoid.

    spriteloom train pixel-vqvae-medres-paper --data SET.parquet --out RUN --epochs 25

    Adam at 1e-4, 64 pictures a batch, 25 epochs. Without PixelSight or Adapter it is a row of Table 3.
    """
    plain = not (pixel_sight or adapter)
    changes = {"dim": 32} if plain else {}  # the paper's plain VQ-VAE has D = 32 at either size
    return Config(
        network=SIZES[size](pixel_sight=pixel_sight, adapter=adapter, end="batchnorm-sigmoid", **changes),
        start=NormalStart(),
        objective="paper-on-images",
        batch=64,
        optimizer=OptimizerConfig(learning_rate=1e-4, schedule="constant"),
        dead_codes=None,
        polished=False,
        noise=True,
    )


# HiRes without PixelSight would have no layer.
PRESETS: dict[str, Callable[[], Config]] = {
    **{f"pixel-vqvae-{size}": partial(ours, size) for size in SIZES},
    **{f"pixel-vqvae-{size}-warmed": partial(warmed, size) for size in SIZES},
    **{f"pixel-vqvae-{size}-paper": partial(paper, size) for size in SIZES},
    **{f"pixelsight-vqvae-{size}": partial(paper, size, adapter=False) for size in SIZES},
    **{f"adapter-vqvae-{size}": partial(paper, size, pixel_sight=False) for size in ("lowres", "medres")},
    **{
        f"vqvae-{size}": partial(paper, size, pixel_sight=False, adapter=False)
        for size in ("lowres", "medres")
    },
}

_PAPER = {"lowres": 1_413_065, "medres": 1_102_121, "hires": 54_313}  # Table 5, arXiv:2203.12130
PAPER_PARAMETERS = {
    **{f"pixel-vqvae-{size}{end}": n for size, n in _PAPER.items() for end in ("", "-warmed", "-paper")},
    "vqvae-lowres": 20_998,
    "vqvae-medres": 17_222,
}
