"""Trains autoencoders and diffusions on the pictures of a set. Knows no network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.signed import as_rgba
from spriteloom.codecs.spaces import FoldedPixels, Space
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import Bytes
from spriteloom.errors import DataError, ImpossibleModel
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.captions import captions
from spriteloom.training.coded import conditions_of
from spriteloom.training.diffusion_recipes import DiffusionRecipe
from spriteloom.training.diffusion_task import DiffusionTask
from spriteloom.training.latent_recipes import LATENTS, LatentRecipe
from spriteloom.training.latent_task import LatentTask
from spriteloom.training.material import Material
from spriteloom.training.rows import Conditions, LatentRows, PixelRows, Rows
from spriteloom.training.sentences import embed
from spriteloom.training.session import Session, Trained, trained

FEWEST = 2  # pictures that a batch can be made of
CAPTIONS = 6  # of each picture


def check_latent(chosen: LatentRecipe, data: SpriteSet, devices: int) -> None:
    """Raises DataError for pictures of another size than the network's, or too few."""
    side = data.recipe.size
    if chosen.size not in (None, side):
        raise DataError(
            f"{data.path} has pictures of {side} pixels a side, {chosen.name} needs {chosen.size}: prepare "
            f"it with --size {chosen.size}"
        )
    _check_count(chosen.name, data, devices)


def check_diffusion(chosen: DiffusionRecipe, data: SpriteSet, space: Space | None, devices: int) -> None:
    """Raises DataError for pictures of another size than the autoencoder's, or too few.

    Raises ImpossibleModel for latents of another kind than the recipe learns.
    """
    side = data.recipe.size
    if space is not None and chosen.over is not None:
        usual = LATENTS[chosen.over]()
        wanted = usual.space(usual.build(space.size)).shape
        if len(wanted) != len(space.shape):
            raise ImpossibleModel(
                f"{chosen.name} learns latents like those of {chosen.over}, {wanted}, not {space.shape}: "
                "train such an autoencoder"
            )
    if chosen.fold is not None and side % chosen.fold:
        raise DataError(
            f"{data.path} has pictures of {side} pixels a side, which blocks of {chosen.fold} do not fill: "
            f"prepare it with --size {side + 1}"
        )
    if space is not None and space.size != side:
        raise DataError(
            f"{data.path} has pictures of {side} pixels a side, the autoencoder reads {space.size}: prepare "
            f"it with --size {space.size}"
        )
    _check_count(chosen.name, data, devices)


def fit_latent(chosen: LatentRecipe, session: Session) -> Trained:
    """An autoencoder, on a set that `check_latent` let pass."""
    material = session.material
    rgba, held_out = rgba_of(material, "train"), rgba_of(material, material.held_out)
    task = LatentTask(chosen, rgba, held_out, seed=session.seed, place=session.place)
    return trained(task.model, session.fit(task, chosen.optimization))


def fit_diffusion(chosen: DiffusionRecipe, session: Session, space: Space, labels: ConditionSpace) -> Trained:
    """A diffusion over a space, on a set that `check_diffusion` let pass."""
    material = session.material
    learned = _rows(chosen, material, "train", space, labels)
    held_out = _rows(chosen, material, material.held_out, space, labels)
    task = DiffusionTask(chosen, space.shape, learned, held_out, seed=session.seed, place=session.place)
    progress = session.fit(task, chosen.optimization)
    return trained(task.average.module, progress, task.guide)


def rgba_of(material: Material, split: str) -> Bytes:
    """A split's pictures without noise, as they stand before mirroring: uint8 (n, h, w, 4), hard alpha.

    Of a recipe that mirrors pictures itself, those that it leaves as they are.
    """
    names = material.data.without_noise().recipe.variants(split)
    kept = np.array([not name.startswith("flip") for name in names])
    some = list(material.pictures(split, noise=False))
    rgb = np.concatenate([pictures.rgb for pictures in some])
    inside = np.concatenate([pictures.inside for pictures in some])
    chosen = np.resize(kept, len(rgb))
    return as_rgba(rgb[chosen], inside[chosen])


def _rows(
    chosen: DiffusionRecipe, material: Material, split: str, space: Space, labels: ConditionSpace
) -> Rows:
    rgba = rgba_of(material, split)
    conditions = _conditions(chosen, material, split, rgba, labels)
    if isinstance(space, FoldedPixels):
        return PixelRows(space, rgba, conditions, shift=chosen.shift)
    return LatentRows(space.grids(rgba), space.grids(np.ascontiguousarray(rgba[:, :, ::-1])), conditions)


def _conditions(
    chosen: DiffusionRecipe, material: Material, split: str, rgba: Bytes, labels: ConditionSpace
) -> Conditions:
    vectors = conditions_of(material.data, split, labels, noise=False)
    copies = len(vectors) // max(1, len(rgba))  # a recipe that mirrors has two of each
    known = vectors[:: max(1, copies)]
    if not chosen.words:
        none: NDArray[np.int64] = np.zeros((len(rgba), 0), np.int64)
        return Conditions(labels=known, captions=none, sentences=np.zeros((0, 0), np.float32))
    said = list(material.data.without_noise().labels(split))[:: max(1, copies)]
    chance = np.random.default_rng(0)
    each = [captions(label, one, CAPTIONS, chance) for label, one in zip(said, rgba, strict=True)]
    numbered, sentences = _embedded(each)
    return Conditions(labels=known, captions=numbered, sentences=sentences)


def _embedded(each: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The sentences of each picture as numbers (n, v) of the distinct ones, and their vectors (s, w)."""
    distinct = sorted({sentence for some in each for sentence in some})
    number = {sentence: i for i, sentence in enumerate(distinct)}
    numbered = np.array([[number[sentence] for sentence in some] for some in each], np.int64)
    return numbered, embed(distinct)


def _check_count(name: str, data: SpriteSet, devices: int) -> None:
    n = data.without_noise().count("train")
    if n < FEWEST * devices:
        raise DataError(
            f"{data.path} has {n} training pictures, too few for {name}: prepare it with more sprites"
        )
