"""Made-up results of a whole run and of one that has hardly begun; an HTML reader that insists on balance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import numpy as np
import torch

from spriteloom.pixels.arrays import Bytes
from spriteloom.report.machine import cores
from spriteloom.report.markup import VOID
from spriteloom.reproduce import paper
from spriteloom.reproduce.results import (
    OURS,
    Bits,
    Conditioning,
    Confusion,
    Data,
    Floor,
    Generation,
    Machine,
    Model,
    PixelArt,
    Plates,
    Reconstruction,
    Results,
    Swap,
)

HOSTILE = '"><script>alert(1)</script>&amp;|`*'

_TYPES = ("fire", "water", "ghost")


def results(
    *,
    mse: dict[str, float] | None = None,
    ssim: dict[str, float] | None = None,
    fd: dict[str, float] | None = None,
) -> Results:
    """A whole run that agrees with the paper, but for the rows whose figures are given."""
    given, fd = (mse or {}, ssim or {}), fd or {}
    spread = {"mse_spread": 0.0001, "ssim_spread": 0.002, "seeds": 3}
    floor = Floor(n=1000, fd=12.5, fd_interval=(11.0, 14.0), kid=0.0021, precision=0.61, recall=0.58)
    return Results(
        scale="cpu",
        command="spriteloom reproduce pixel-vqvae --scale cpu --out <here>",
        machine=Machine(processor="Some CPU", cores=2, precision="bf16-mixed", versions={"python": "3.11"}),
        data=Data(
            source="pokeapi",
            licence="© The Pokémon Company",
            recipe="pixel-vqvae",
            size=64,
            views=("front",),
            species={"train": 578, "test": 52},
            pictures={"train": 35808, "test": 2472},
        ),
        seconds=8123.4,
        stages={"preparing": 31.0, "training": 7000.0},
        models=tuple(model(name) for name in ("VAE", "VQ-VAE LowRes", "Pixel VQ-VAE HiRes")),
        table2=(
            *(there(name, row, given, **spread) for name, row in paper.TABLE2.items()),
            Reconstruction(
                label="Pixel VQ-VAE, our training",
                size="MedRes",
                mse=0.00146,
                ssim=0.974,
                kmeans_mse=0.00147,
                whose=OURS,
            ),
        ),
        table3=tuple(there(name, row, given, **spread) for name, row in paper.TABLE3.items()),
        table5=(
            *(made(name, row, fd) for name, row in paper.TABLE5.items()),
            Generation(
                label="our masked U-Net on our MedRes codes",
                job="prior-on-ours",
                parameters=1_102_121,
                prior_parameters=19_915_616,
                n=1000,
                fd=41.0,
                fd_interval=(38.5, 43.25),
                kid=0.0123,
                whose=OURS,
                memorisation={"nearest_median": 0.21},
            ),
        ),
        floor=floor,
        pixel_art=(PixelArt(label="our masked U-Net", n=200, figures={"orphan_pixels": 0.0456}),),
        table6=(
            Swap(method="rank-codes", setting="pose", exact=0.123, near=0.456, error=0.0789, n=44),
            Swap(
                method="transport",
                setting="frame",
                exact=0.876,
                near=0.932,
                error=0.0123,
                n=44,
                interval={"exact": (0.851, 0.899)},
            ),
        ),
        table8=tuple(there(name, row, given) for name, row in paper.TABLE8.items()),
        bits=(
            Bits(
                label="count model", codec="Pixel VQ-VAE MedRes", bits_per_code=2.19, minutes=0.1, whose=OURS
            ),
            Bits(label="the paper's PixelCNN", codec="Pixel VQ-VAE MedRes", bits_per_code=3.41, minutes=2.5),
            Bits(
                label="our masked U-Net",
                codec="Pixel VQ-VAE MedRes",
                bits_per_code=1.87,
                minutes=2.5,
                interval=(1.81, 1.93),
                whose=OURS,
                note="an upper bound",
            ),
        ),
        conditioning=(conditioning(),),
        notes=("The PixelCNN on RGB drew blank pictures.",),
    )


def begun() -> Results:
    """A run of which one codec is trained."""
    whole = results()
    return Results(
        scale=whole.scale,
        command=whole.command,
        machine=whole.machine,
        data=whole.data,
        seconds=60.0,
        models=whole.models[1:2],
        table2=whole.table2[1:2],
        waiting=("vae", "dcgan"),
    )


def there(
    name: str, row: paper.There, given: tuple[dict[str, float], dict[str, float]], **more: float
) -> Reconstruction:
    """A little worse than the paper, everywhere alike."""
    size = paper.size_of(name)
    return Reconstruction(
        label=name.removesuffix(f" {size}"),
        size=size,
        mse=given[0].get(name, 2 * row.mse),
        ssim=given[1].get(name, row.ssim - 0.1),
        jobs=(f"{name}/seed0",),
        paper_mse=row.mse,
        paper_ssim=row.ssim,
        mse_spread=more.get("mse_spread"),
        ssim_spread=more.get("ssim_spread"),
        seeds=int(more.get("seeds", 1)),
    )


def made(name: str, row: paper.Made, fd: dict[str, float]) -> Generation:
    size = paper.size_of(name)
    found = fd.get(name, row.fid + 3)
    return Generation(
        label=name.removesuffix(f" {size}"),
        size=size,
        job=f"{name}/seed0",
        parameters=row.parameters,
        paper_parameters=row.parameters,
        paper_fid=row.fid,
        prior_parameters=paper.PRIOR_PARAMETERS if size else None,
        n=1000,
        fd=found,
        fd_interval=(found - 2, found + 2),
        kid=0.05,
        kid_interval=(0.04, 0.06),
        precision=0.333,
        recall=0.111,
        seconds_to_sample=65.0,
    )


def model(name: str) -> Model:
    return Model(
        job=f"{name}/seed0",
        recipe="some-recipe",
        label=name,
        seed=0,
        parameters=54_313,
        steps=1234,
        epochs=1.25,
        seconds=21.0,
        minutes=0.35,
    )


def conditioning() -> Conditioning:
    return Conditioning(
        job="prior-on-ours",
        label="our masked U-Net",
        n=512,
        type_agreement=0.42,
        type_chance=0.12,
        type_ratio=3.5,
        shape_agreement=0.3,
        shape_chance=0.125,
        shape_ratio=2.4,
        accuracy={"type_top1": 0.51, "shape_top1": 0.37},
        confusion_types=Confusion(labels=_TYPES, counts=((6, 2, 0), (1, 8, 1), (0, 0, 0))),
        confusion_shapes=Confusion(labels=("fish", "wings"), counts=((3, 1), (2, 2))),
    )


def plates(side: int = 8) -> Plates:
    chance = np.random.default_rng(0)

    def some(*shape: int) -> Bytes:
        return chance.integers(0, 256, (*shape, side, side, 3), np.uint8)

    return Plates(
        table1={"original": some(3), "VAE": some(3)},
        table4={"GAN": some(2)},
        table4_choice="The four with the nearest features.",
        table6={"sprite": np.dstack([some()[..., :3], np.full((side, side), 9, np.uint8)])[None]},
        table7={"original": some(2), "Pixel VAE": some(2)},
        figure2={"VAE": some(4)},
        neighbours={"GAN": some(2, 2)},
    )


class Reader(HTMLParser):
    """Reads a page; fails at an end tag that ends nothing. What stays open is in `open`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag, f"</{tag}> crosses another"

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@contextmanager
def all_cores() -> Iterator[None]:
    """Networks of the papers' own sizes want them; the small ones of other tests do not."""
    before = torch.get_num_threads()
    torch.set_num_threads(cores())
    yield
    torch.set_num_threads(before)


class Averages:
    """Features that need no package: colors of the four quarters."""

    name = "averages"

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        n, h, w, _ = pictures.shape
        quarters = pictures.reshape(n, 2, h // 2, 2, w // 2, 3).mean((2, 4))
        return quarters.reshape(n, -1).astype(np.float32)
