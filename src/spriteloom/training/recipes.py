"""The recipes of codecs: what is trained, from which start, on which loss. One function each.

Names: a plain name is ours (same network, same number of parameters; see `ours`); "-paper" is the first
paper's own training; the ablations of its Table 3 are trained the paper's way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from spriteloom.codecs import objectives
from spriteloom.codecs.objectives import Step
from spriteloom.codecs.pixel_vqvae import PixelVQVAEConfig, hires, lowres, medres
from spriteloom.codecs.quantizer import Revival
from spriteloom.codecs.starts import KMeansStart, NormalStart, PassThroughStart, Start
from spriteloom.errors import ImpossibleModel
from spriteloom.training.budget import constant, cosine

Loss = Callable[..., Step]
Schedule = Callable[[int, int | None], float]
SIZES = {"lowres": lowres, "medres": medres, "hires": hires}


@dataclass(frozen=True, kw_only=True)
class CodecRecipe:
    """How a Pixel VQ-VAE is trained. `batch` counts patches where the loss is on patches, else pictures."""

    name: str
    model: PixelVQVAEConfig
    start: Start
    loss: Callable[..., Step]
    batch: int
    learning_rate: float
    schedule: Schedule
    revival: Revival | None
    on_patches: bool
    mixed: bool  # bf16 autocast where the processor is fast at it
    noise: bool  # whether the training pictures over noise backgrounds take part
    polished: bool


@dataclass(frozen=True, kw_only=True)
class KMeansRecipe:
    """The yardstick as a codec: weighted Lloyd on the census, nothing else."""

    name: str
    m: int
    k: int = 256
    noise: bool = True
    mixed: bool = False


def ours(size: str) -> CodecRecipe:
    """The paper's network begun as the identity, told what a code costs, finished by exact statistics.

    spriteloom train pixel-vqvae-medres --data SET.parquet --out RUN --minutes 1

    On 2 cores, 0.3 minutes, sprites of pokeapi, held-out species: MSE 0.000176 / 0.00146 / 0.00434 and SSIM
    0.996 / 0.974 / 0.924 for HiRes / MedRes / LowRes, 0.97 / 1.00 / 1.00 times the error of k-means.

    Noise backgrounds are left out: they exist to teach a network to ignore the background, and here they
    would only spend codes on noise, which no held-out picture has.
    """
    return CodecRecipe(
        name=f"pixel-vqvae-{size}",
        model=SIZES[size](),
        start=PassThroughStart(),
        loss=objectives.aligned_on_patches,
        batch=4096,
        learning_rate={"hires": 3e-6, "medres": 3e-5, "lowres": 3e-5}[size],
        schedule=cosine,
        mixed=size != "hires",  # whose colours are closer than bf16 can tell
        revival=Revival(),
        on_patches=True,
        noise=False,
        polished=True,
    )


def warmed(size: str) -> CodecRecipe:
    """Random weights, a short warm-up, a k-means codebook: what a start from the pixels is compared with."""
    name = f"pixel-vqvae-{size}-warmed"
    return replace(ours(size), name=name, start=KMeansStart(), learning_rate=1e-3)


def paper(size: str, *, pixel_sight: bool = True, adapter: bool = True) -> CodecRecipe:
    """The first paper's training: convolutions over images, codes from N(0, 1), BatchNorm before the sigmoid.

    spriteloom train pixel-vqvae-medres-paper --data SET.parquet --out RUN --epochs 25

    Adam at 1e-4, 64 pictures a batch, 25 epochs. Without one or both of its parts it is a row of Table 3.
    """
    parts = {(True, True): "pixel", (True, False): "pixelsight", (False, True): "adapter", (False, False): ""}
    kind = f"{parts[pixel_sight, adapter]}-vqvae".removeprefix("-")
    plain = not (pixel_sight or adapter)
    changes = {"dim": 32} if plain else {}  # the paper's plain VQ-VAE has D = 32 at either size
    return CodecRecipe(
        name=f"{kind}-{size}-paper" if kind == "pixel-vqvae" else f"{kind}-{size}",
        model=SIZES[size](pixel_sight=pixel_sight, adapter=adapter, end="batchnorm-sigmoid", **changes),
        start=NormalStart(),
        loss=objectives.paper_on_images,
        batch=64,
        learning_rate=1e-4,
        schedule=constant,
        mixed=True,
        revival=None,
        on_patches=False,
        noise=True,
        polished=False,
    )


def kmeans(size: str) -> KMeansRecipe:
    """spriteloom train kmeans-medres --data SET.parquet --out RUN; seconds."""
    return KMeansRecipe(name=f"kmeans-{size}", m=SIZES[size]().m)


CODECS: dict[str, Callable[[], CodecRecipe | KMeansRecipe]] = {
    **{f"pixel-vqvae-{size}": partial(ours, size) for size in SIZES},
    **{f"pixel-vqvae-{size}-warmed": partial(warmed, size) for size in SIZES},
    **{f"pixel-vqvae-{size}-paper": partial(paper, size) for size in SIZES},
    **{f"pixelsight-vqvae-{size}": partial(paper, size, adapter=False) for size in SIZES},
    **{f"adapter-vqvae-{size}": partial(paper, size, pixel_sight=False) for size in SIZES},
    **{f"vqvae-{size}": partial(paper, size, pixel_sight=False, adapter=False) for size in SIZES},
    **{f"kmeans-{size}": partial(kmeans, size) for size in SIZES},
}

PAPER_PARAMETERS = {  # Table 5, arXiv:2203.12130
    "pixel-vqvae-lowres": 1_413_065,
    "pixel-vqvae-medres": 1_102_121,
    "pixel-vqvae-hires": 54_313,
    "vqvae-lowres": 20_998,
    "vqvae-medres": 17_222,
}


def codec_names() -> list[str]:
    """Every codec's recipe that can exist: HiRes has no plain VQ-VAE."""
    return [name for name in CODECS if _exists(name)]


def _exists(name: str) -> bool:
    try:
        CODECS[name]()
    except ImpossibleModel:
        return False
    return True
