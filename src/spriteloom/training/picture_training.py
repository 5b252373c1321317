"""Trains a baseline's recipe on the pictures of a set. Knows no network."""

from __future__ import annotations

import numpy as np

from spriteloom.data.tensors import Bytes
from spriteloom.errors import DataError
from spriteloom.training.material import Material
from spriteloom.training.picture_recipes import PictureRecipe
from spriteloom.training.picture_task import PictureTask
from spriteloom.training.session import Session, Trained, trained

FEWEST = 2  # pictures that a batch can be made of: BatchNorm needs more than one


def fit_pictures(chosen: PictureRecipe, session: Session) -> Trained:
    """A VAE or a DCGAN. Raises DataError for pictures of another size than the network's, or too few."""
    material, size = session.material, chosen.model.size
    if material.data.recipe.size != size:
        raise DataError(
            f"{material.data.path} has pictures of {material.data.recipe.size} pixels a side, "
            f"{chosen.name} needs {size}: prepare it with --size {size}"
        )
    rgb = _rgb(material, "train", noise=chosen.noise)
    if len(rgb) < FEWEST * session.place.world:
        raise DataError(
            f"{material.data.path} has {len(rgb)} training pictures, too few for {chosen.name}: "
            "prepare it with more sprites"
        )
    held_out = _rgb(material, material.held_out, noise=False)
    task = PictureTask(chosen, rgb, held_out, seed=session.seed, place=session.place)
    return trained(task.model, session.fit(task, chosen.optimization))


def _rgb(material: Material, split: str, *, noise: bool) -> Bytes:
    """A split's pictures (n, h, w, 3) at once."""
    if noise:
        return material.whole(split).rgb
    return np.concatenate([pictures.rgb for pictures in material.pictures(split, noise=noise)])
