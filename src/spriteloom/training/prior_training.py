"""Trains a prior's recipe on the codes that a codec makes of a set. Knows no network."""

from __future__ import annotations

import numpy as np
import torch
from safetensors.torch import save

from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.counts import CountPrior
from spriteloom.training.coded import Coded, conditions_of, encode_split
from spriteloom.training.material import Material
from spriteloom.training.prior_recipes import CountRecipe, PixelsRecipe, PriorRecipe, Shape
from spriteloom.training.prior_task import PriorTask
from spriteloom.training.session import Session, Trained, trained

FEWEST = 2  # grids that a batch can be made of


def shape_of(data: SpriteSet, codec: Codec | None, space: ConditionSpace) -> Shape:
    """What a prior over this set's codes must fit. Raises DataError where pictures cannot be cut evenly."""
    m, k = (codec.m, codec.k) if codec else (1, 256)
    if data.recipe.size % m:
        raise DataError(
            f"{data.path} has pictures of {data.recipe.size} pixels a side, which patches of {m}×{m} do not "
            f"fill: prepare it with --size {data.recipe.size // m * m + m}"
        )
    side = data.recipe.size // m
    return Shape(k=k, conditions=space.size, rows=side, columns=side)


def check_prior(chosen: PriorRecipe, data: SpriteSet, devices: int) -> None:
    """Raises DataError for too few pictures."""
    n = (data if chosen.noise else data.without_noise()).count("train")
    if n < max(FEWEST, devices):
        raise DataError(
            f"{data.path} has {n} training pictures, too few for a batch of {chosen.batch}: prepare it with "
            "more sprites"
        )


def fit_prior(chosen: PriorRecipe, session: Session, codec: Codec | None, space: ConditionSpace) -> Trained:
    """A learned prior, on a set that `check_prior` let pass; of a `PixelsRecipe` there is no codec."""
    material = session.material
    session.say("encoding the pictures")
    learned = _learned(chosen, material, "train", codec, space, noise=chosen.noise)
    held_out = _learned(chosen, material, material.held_out, codec, space, noise=False)
    shape = shape_of(material.data, codec, space)
    task = PriorTask(chosen, shape, learned, held_out, seed=session.seed, place=session.place)
    return trained(task.model, session.fit(task, chosen.optimization))


def fit_counts(chosen: CountRecipe, session: Session, codec: Codec, space: ConditionSpace) -> Trained:
    """Seconds; nothing to resume."""
    session.say("counting contexts")
    learned = encode_split(session.material, "train", codec, space, noise=chosen.noise)
    counted = CountPrior.fit(learned.codes, codec.k)
    held_out = encode_split(session.material, session.material.held_out, codec, space, noise=False)
    arrays = {name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in counted.to_arrays().items()}
    figures = {"validation_bits": float(counted.bits(held_out.codes).mean())}
    return Trained(weights=save(arrays), steps=0, figures=figures)


def _learned(
    chosen: PriorRecipe,
    material: Material,
    split: str,
    codec: Codec | None,
    space: ConditionSpace,
    *,
    noise: bool,
) -> Coded:
    if codec is not None:
        return encode_split(material, split, codec, space, noise=noise)
    assert isinstance(chosen, PixelsRecipe)
    rgb = np.concatenate([pictures.rgb for pictures in material.pictures(split, noise=noise)])
    conditions = conditions_of(material.data, split, space, noise=noise)
    return Coded(codes=rgb.transpose(0, 3, 1, 2), conditions=conditions)
