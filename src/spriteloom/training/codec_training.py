"""Trains a codec's recipe: on its census or its pictures, beside k-means of the same census."""

from __future__ import annotations

import numpy as np
import torch
from safetensors.torch import save

from spriteloom.codecs.census import Census
from spriteloom.codecs.lloyd import fit_table, sample_census
from spriteloom.codecs.nearest import NearestTable
from spriteloom.data.tensors import Bytes
from spriteloom.training.codec_task import CodecTask, Watch
from spriteloom.training.fit import Optimization
from spriteloom.training.material import Material
from spriteloom.training.recipes import CodecRecipe, KMeansRecipe
from spriteloom.training.session import Say, Session, Trained, trained

_WATCHED = 65_536  # held-out patches looked at during training


def fit_kmeans(chosen: KMeansRecipe, session: Session) -> Trained:
    """Seconds; nothing to resume."""
    material, seed = session.material, session.seed
    session.say("counting patches")
    census = material.census(chosen.m, noise=chosen.noise)
    session.say(f"k-means on {len(census):,} distinct patches of {census.total:,}")
    table = fit_table(census, chosen.k, rng=np.random.default_rng(seed))
    mse = _mse(_held_out(material, chosen.m, seed), table)
    weights = save({"table": torch.from_numpy(table)})
    return Trained(weights=weights, steps=0, figures={"validation_mse": mse})


def fit_codec(chosen: CodecRecipe, session: Session) -> Trained:
    """A Pixel VQ-VAE, or one of its ablations."""
    session.say("counting patches; k-means on them for the yardstick")
    watched = _watch(chosen, session.material, session.seed)
    learned = _learned(chosen, session.material, session.say)
    task = CodecTask(chosen, learned, watch=watched, seed=session.seed, place=session.place)
    progress = session.fit(task, Optimization(learning_rate=chosen.learning_rate, schedule=chosen.schedule))
    return trained(task.model, progress)


def _learned(chosen: CodecRecipe, material: Material, say: Say) -> Census | Bytes:
    """What the recipe's batches are drawn from."""
    if not chosen.on_patches:
        return material.whole("train").rgb
    census = material.census(chosen.model.m, noise=chosen.noise)
    say(f"{len(census):,} distinct patches of {census.total:,}")
    return census


def _watch(chosen: CodecRecipe, material: Material, seed: int) -> Watch:
    """Held-out patches, and how near k-means on the training census comes to them."""
    yardstick = material.table(chosen.model.m, chosen.model.codes, noise=chosen.noise)
    held_out = _held_out(material, chosen.model.m, seed)
    return Watch(held_out, _mse(held_out, yardstick))


def _held_out(material: Material, m: int, seed: int) -> Census:
    """Patches of the validation split, or of the training split where a set is too small to have one."""
    census = material.census(m, noise=False, split=material.held_out)
    return census if len(census) <= _WATCHED else sample_census(census, _WATCHED, np.random.default_rng(seed))


def _mse(census: Census, table: Bytes) -> float:
    """Mean squared error of the nearest patches, pictures in [0, 1]."""
    _, errors = NearestTable(table).find(census.patches)
    return float(np.average(errors, weights=census.counts)) / (3 * census.m**2 * 255**2)
