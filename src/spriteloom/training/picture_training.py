"""Trains a baseline's recipe on the pictures of a set. Knows no network."""

from __future__ import annotations

import numpy as np

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import Bytes
from spriteloom.errors import DataError
from spriteloom.training.material import Material
from spriteloom.training.picture_recipes import PictureRecipe
from spriteloom.training.picture_task import PictureTask
from spriteloom.training.session import Session, Trained, trained

FEWEST = 2  # pictures that a batch can be made of: BatchNorm needs more than one


def check_pictures(chosen: PictureRecipe, data: SpriteSet, devices: int) -> None:
    """Raises DataError for pictures of another size than the network's, or too few."""
    size, side = chosen.model.size, data.recipe.size
    if side != size:
        raise DataError(
            f"{data.path} has pictures of {side} pixels a side, {chosen.name} needs {size}: prepare it with "
            f"--size {size}"
        )
    n = (data if chosen.noise else data.without_noise()).count("train")
    if n < FEWEST * devices:
        raise DataError(
            f"{data.path} has {n} training pictures, too few for {chosen.name}: prepare it with more sprites"
        )


def fit_pictures(chosen: PictureRecipe, session: Session) -> Trained:
    """A VAE or a DCGAN, on a set that `check_pictures` let pass."""
    material = session.material
    rgb = _rgb(material, "train", noise=chosen.noise)
    held_out = _rgb(material, material.held_out, noise=False)
    task = PictureTask(chosen, rgb, held_out, seed=session.seed, place=session.place)
    return trained(task.model, session.fit(task, chosen.optimization))


def _rgb(material: Material, split: str, *, noise: bool) -> Bytes:
    """A split's pictures (n, h, w, 3) at once."""
    if noise:
        return material.whole(split).rgb
    return np.concatenate([pictures.rgb for pictures in material.pictures(split, noise=noise)])
