"""Trains a tokenizer on the pictures of a set. Knows no network."""

from __future__ import annotations

from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.training.latent_training import rgba_of
from spriteloom.training.session import Session, Trained, trained
from spriteloom.training.tokenizer_recipes import TokenizerRecipe
from spriteloom.training.tokenizer_task import TokenizerTask


def check_tokenizer(chosen: TokenizerRecipe, data: SpriteSet) -> None:
    """Raises DataError for pictures that its codes do not fill, or that are no pixel art."""
    side, m = data.recipe.size, chosen.model.m
    if data.recipe.opaque:
        raise DataError(
            f"{data.path} holds resized pictures, which have no palettes: prepare it with --recipe pixel"
        )
    if side % m:
        raise DataError(
            f"{data.path} has pictures of {side} pixels a side, which codes of {m}×{m} do not fill: prepare "
            f"it with --size {-(-side // m) * m}"
        )


def fit_tokenizer(chosen: TokenizerRecipe, session: Session) -> Trained:
    """A tokenizer, on a set that `check_tokenizer` let pass."""
    material = session.material
    session.say("putting sprites onto their palettes")
    rgba, held_out = rgba_of(material, "train"), rgba_of(material, material.held_out)
    task = TokenizerTask(chosen, rgba, held_out, seed=session.seed, place=session.place)
    return trained(task.model, session.fit(task, chosen.optimization))
