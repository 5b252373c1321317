"""How large a reproduction is: minutes on made sprites, hours on a laptop, the paper's. Runs none."""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.errors import ImpossibleModel
from spriteloom.training.budget import Budget


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Budgets are equal for models of a kind. `batch` is that of every training, None each recipe's own."""

    name: str
    source: str
    species: int | None  # of a source that is made
    codecs: Budget
    pictures: Budget  # VAE, Pixel VAE, DCGAN
    priors: Budget
    longer: Budget  # of one prior of ours
    seeds: int  # of each row of Table 3
    samples: int  # of each row of Table 5
    predicted: int  # codes that each prior is measured on
    judge_steps: int  # of the classifier that judges conditioning
    batch: int | None = None


def smoke() -> Scale:
    """Every path once, on procedural sprites, in under three minutes; its figures mean nothing."""
    return Scale(
        name="smoke",
        source="procedural",
        species=24,
        codecs=Budget(steps=2),
        pictures=Budget(steps=2),
        priors=Budget(steps=1),
        longer=Budget(steps=2),
        seeds=1,
        samples=8,
        predicted=4_096,
        judge_steps=4,
        batch=2,
    )


def cpu() -> Scale:
    """On two cores without a GPU, real sprites, in at most two and a half hours."""
    return Scale(
        name="cpu",
        source="pokeapi",
        species=None,
        codecs=Budget(minutes=0.35),
        pictures=Budget(minutes=2.5),
        priors=Budget(minutes=2.5),
        longer=Budget(minutes=10),
        seeds=3,
        samples=500,
        predicted=200_000,
        judge_steps=800,
    )


def full() -> Scale:
    """The paper's protocol: 25 epochs of everything, 10,000 samples. For one GPU or several."""
    return Scale(
        name="full",
        source="pokeapi",
        species=None,
        codecs=Budget(epochs=25),
        pictures=Budget(epochs=25),
        priors=Budget(epochs=25),
        longer=Budget(epochs=100),
        seeds=1,
        samples=10_000,
        predicted=10_000_000,
        judge_steps=3000,
    )


SCALES = {"smoke": smoke, "cpu": cpu, "full": full}


def scale(name: str) -> Scale:
    """The scale of a name. Raises ImpossibleModel where there is none."""
    if name not in SCALES:
        raise ImpossibleModel(f"no scale is called {name!r}: choose one of {', '.join(SCALES)}")
    return SCALES[name]()
