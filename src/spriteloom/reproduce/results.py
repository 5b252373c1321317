"""What reproducing the Pixel VQ-VAE paper found, as values. Knows neither measuring nor showing.

`whose` is PAPER for the paper's own protocol and OURS for anything else. Figures of the paper stand beside
ours where it prints one, None where it has no such row. An interval is (low, high), 95 %, as the metric that
made it says. `Plates` are the pictures: they are others' art and never in the JSON.

`label` and `size` together name a row: "Pixel VQ-VAE" and "LowRes". What has no size, or has it in its label
already, is named by its label.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.plain import from_plain, to_plain

PAPER, OURS = "paper", "ours"

Interval = tuple[float, float]


def named(label: str, size: str | None) -> str:
    """The name of a row: the size stands before the label's first comma, where it is not in it yet."""
    if size is None or size in label:
        return label
    head, comma, rest = label.partition(",")
    return f"{head} {size}{comma}{rest}"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What it ran on, as `report.machine` and `training.hardware` say."""

    processor: str
    cores: int
    precision: str
    versions: Mapping[str, str] = field(default_factory=dict)
    finished: str = ""  # date and time, UTC


@dataclass(frozen=True, kw_only=True)
class Data:
    """The prepared set; counts by split ("train", "validation", "test")."""

    source: str
    licence: str
    recipe: str
    size: int  # side of a picture
    views: tuple[str, ...] = ()  # that were kept; () for all
    species: Mapping[str, int] = field(default_factory=dict)
    sprites: Mapping[str, int] = field(default_factory=dict)
    pictures: Mapping[str, int] = field(default_factory=dict)
    instead_of: str = ""  # why another source than the one asked for; "" where it is that one


@dataclass(frozen=True, kw_only=True)
class Model:
    """One training. `job` names it for good: "pixel-vqvae-medres-paper/seed0"."""

    job: str
    recipe: str
    label: str  # as the paper's tables have it: "Pixel VQ-VAE"
    seed: int
    parameters: int
    steps: int
    epochs: float
    seconds: float  # of training, wall
    minutes: float | None  # asked for; None where epochs or steps were
    size: str | None = None  # "LowRes", "MedRes", "HiRes"
    codec: str | None = None  # job of the codec whose codes it learned
    whose: str = PAPER

    @property
    def name(self) -> str:
        return named(self.label, self.size)


@dataclass(frozen=True, kw_only=True)
class Reconstruction:
    """A row of Tables 2, 3 and 8: test pictures there and back; means over `seeds` trainings."""

    label: str
    mse: float
    ssim: float
    jobs: tuple[str, ...] = ()
    size: str | None = None  # "LowRes", "MedRes", "HiRes"
    mse_spread: float | None = None  # standard deviation over seeds; None for one
    ssim_spread: float | None = None
    seeds: int = 1
    paper_mse: float | None = None
    paper_ssim: float | None = None
    kmeans_mse: float | None = None  # k-means of as many patches of that size, same training pictures
    whose: str = PAPER

    @property
    def name(self) -> str:
        return named(self.label, self.size)


@dataclass(frozen=True, kw_only=True)
class Distances:
    """`n` pictures against the test pictures. FD and KID are of EfficientNet-Lite0 features, never FID."""

    n: int
    fd: float | None = None
    fd_interval: Interval | None = None
    kid: float | None = None
    kid_interval: Interval | None = None
    precision: float | None = None
    recall: float | None = None
    memorisation: Mapping[str, float | None] = field(default_factory=dict)  # by name of the figure


@dataclass(frozen=True, kw_only=True)
class PixelArt:
    """How far some pictures are from pixel art, by the parts of `metrics.pixel_art`."""

    label: str
    n: int
    figures: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Floor(Distances):
    """Real training pictures against the test pictures: what samples as good as real ones would get."""

    label: str = "training pictures"


@dataclass(frozen=True, kw_only=True)
class Generation(Distances):
    """A row of Table 5. `parameters` are of the codec or of the generator, as the paper counts."""

    label: str
    job: str
    parameters: int
    size: str | None = None  # of the codec
    whose: str = PAPER
    paper_parameters: int | None = None
    paper_fid: float | None = None  # Inception features, 10,000 samples, the paper's own data
    prior_parameters: int | None = None  # of what predicts the codes
    seconds_to_sample: float | None = None  # all n
    note: str = ""

    @property
    def name(self) -> str:
        return named(self.label, self.size)


@dataclass(frozen=True, kw_only=True)
class Bits:
    """How well a prior predicts the codes of held-out pictures; fewer is better."""

    label: str
    codec: str  # its label
    bits_per_code: float
    minutes: float | None
    interval: Interval | None = None
    whose: str = PAPER
    note: str = ""  # "an upper bound"


@dataclass(frozen=True, kw_only=True)
class Swap:
    """Table 6 in figures: sprites recolored like their shiny forms, against what the artist drew.

    `exact` and `near` are shares of the figure's pixels, `error` the mean distance in OKLab; intervals are
    over species.
    """

    method: str
    setting: str
    exact: float
    near: float
    error: float
    n: int
    interval: Mapping[str, Interval] = field(default_factory=dict)  # "exact", "near", "error"


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Requested (rows) against recognised (columns): `counts[i][j]`, or shares."""

    labels: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]

    def shares(self) -> list[list[float]]:
        """Each row as shares of its sum; an empty row is all zeros."""
        return [[one / (sum(row) or 1) for one in row] for row in self.counts]


@dataclass(frozen=True, kw_only=True)
class Conditioning:
    """Does a sample show what was asked for? A judge trained on real sprites says. Ratios are over chance."""

    job: str
    label: str
    n: int
    type_agreement: float
    type_chance: float
    type_ratio: float
    shape_agreement: float
    shape_chance: float
    shape_ratio: float
    accuracy: Mapping[str, float | None] = field(default_factory=dict)  # of the judge, on held-out sprites
    confusion_types: Confusion | None = None
    confusion_shapes: Confusion | None = None


@dataclass(frozen=True, kw_only=True)
class Results:
    """All of it, as results.json has it. What a partial run has not yet is empty or None."""

    scale: str
    command: str
    machine: Machine
    data: Data
    seconds: float
    paper: str = "pixel-vqvae"
    stages: Mapping[str, float] = field(default_factory=dict)  # seconds
    models: tuple[Model, ...] = ()
    waiting: tuple[str, ...] = ()  # jobs still to be done
    table2: tuple[Reconstruction, ...] = ()
    table3: tuple[Reconstruction, ...] = ()
    table5: tuple[Generation, ...] = ()
    floor: Floor | None = None
    pixel_art: tuple[PixelArt, ...] = ()
    table6: tuple[Swap, ...] = ()
    table8: tuple[Reconstruction, ...] = ()
    bits: tuple[Bits, ...] = ()
    conditioning: tuple[Conditioning, ...] = ()
    sentences: tuple[str, ...] = ()  # of orders.sentences
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what is not finite is null."""
        return dict(to_plain(self))

    @classmethod
    def from_json(cls, found: Any) -> Results:
        """What `to_json` gave. Raises ValueError, naming the field, for what is no such thing."""
        return from_plain(cls, found)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plates:
    """The pictures of the page, by label: uint8, RGB or RGBA, (n, h, w, 3 or 4).

    Where labels are compared (Tables 1, 6, 7), picture i is of the same sprite in each. `neighbours` are
    pairs (n, 2, h, w, 3 or 4): a sample, the training picture nearest to it.
    """

    table1: Mapping[str, Bytes] = field(default_factory=dict)  # "original" first, then each reconstruction
    table4: Mapping[str, Bytes] = field(default_factory=dict)  # chosen samples of each model
    table4_choice: str = ""  # how they were chosen, a sentence
    table6: Mapping[str, Bytes] = field(default_factory=dict)  # "sprite", "shiny", then each method's
    table7: Mapping[str, Bytes] = field(default_factory=dict)  # "original", "VAE", "Pixel VAE"
    figure2: Mapping[str, Bytes] = field(default_factory=dict)  # random samples of each model
    neighbours: Mapping[str, Bytes] = field(default_factory=dict)
