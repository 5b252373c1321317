"""How large the second paper's reproduction is. Runs none."""

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
    latents: Budget  # autoencoders
    diffusions: Budget
    longer: Budget  # the paper's diffusion and ours once more, for who can wait
    frames: int  # of each animation, for diffusions of pixels
    samples: int  # of each row
    judged: int  # samples of each strength of guidance
    judge_steps: int
    pairs: int  # that are interpolated
    timed: int  # sprites that the clock is held to
    batch: int | None = None


def smoke() -> Scale:
    """Every path once, on procedural sprites, in under three minutes; its figures mean nothing."""
    return Scale(
        name="smoke",
        source="procedural",
        species=48,
        latents=Budget(steps=2),
        diffusions=Budget(steps=2),
        longer=Budget(steps=2),
        frames=1,
        samples=16,
        judged=4,
        judge_steps=2,
        pairs=2,
        timed=2,
        batch=4,
    )


def cpu() -> Scale:
    """On two cores without a GPU, real sprites: almost two hours of training, and the measuring."""
    return Scale(
        name="cpu",
        source="pokeapi",
        species=None,
        latents=Budget(minutes=4),
        diffusions=Budget(minutes=8),
        longer=Budget(minutes=24),
        frames=4,
        samples=500,
        judged=250,
        judge_steps=800,
        pairs=64,
        timed=64,
    )


def full() -> Scale:
    """For one GPU or several."""
    return Scale(
        name="full",
        source="pokeapi",
        species=None,
        latents=Budget(epochs=100),
        diffusions=Budget(epochs=400),
        longer=Budget(epochs=1600),
        frames=8,
        samples=10_000,
        judged=1_000,
        judge_steps=3_000,
        pairs=500,
        timed=64,
    )


SCALES = {"smoke": smoke, "cpu": cpu, "full": full}


def scale(name: str) -> Scale:
    """The scale of a name. Raises ImpossibleModel where there is none."""
    if name not in SCALES:
        raise ImpossibleModel(f"no scale is called {name!r}: choose one of {', '.join(SCALES)}")
    return SCALES[name]()
