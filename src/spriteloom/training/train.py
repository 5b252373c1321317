"""From a recipe and a prepared set to a run folder. The one way in: `train`."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lightning_fabric import Fabric
from lightning_fabric.utilities.rank_zero import rank_zero_only

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.spaces import Space
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, ImpossibleModel, RunError
from spriteloom.pixels.disk import write_bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.budget import Budget
from spriteloom.training.catalogue import AnyRecipe, recipe
from spriteloom.training.codec_training import fit_codec, fit_kmeans
from spriteloom.training.coded import PAPER, condition_space
from spriteloom.training.diffusion_recipes import FIELDS, DiffusionRecipe
from spriteloom.training.fit import Watcher, nobody
from spriteloom.training.latent_recipes import LatentRecipe
from spriteloom.training.latent_training import (
    check_diffusion,
    check_latent,
    fit_diffusion,
    fit_latent,
)
from spriteloom.training.material import Material
from spriteloom.training.opening import OpenedSpace, open_codec, open_space
from spriteloom.training.picture_recipes import DCGANRecipe, VAERecipe
from spriteloom.training.picture_training import check_pictures, fit_pictures
from spriteloom.training.prior_recipes import CountRecipe, PixelsRecipe, PriorRecipe
from spriteloom.training.prior_training import check_prior, fit_counts, fit_prior, shape_of
from spriteloom.training.recipes import CodecRecipe, KMeansRecipe
from spriteloom.training.runs import (
    WEIGHTS,
    Kind,
    adopt,
    begin,
    describe,
    go_on,
    of_prior,
    read_config,
    write_config,
)
from spriteloom.training.session import Say, Session, Trained
from spriteloom.training.tokenizer_recipes import TokenizerRecipe
from spriteloom.training.tokenizer_training import check_tokenizer, fit_tokenizer

Partner = Codec | OpenedSpace  # what a run is trained over

_WATCH_ROUNDS = 10  # of Lloyd, for the yardstick of the progress bar


def silence(words: str) -> None:
    """Where nobody listens."""


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """What a training came to. Seconds are of this session, whole: census, start and finish included."""

    run: Path
    recipe: str
    steps: int
    seconds: float
    figures: dict[str, float]


def is_first_process() -> bool:
    """Whether this process is the one that writes and speaks; alone, it is."""
    return int(getattr(rank_zero_only, "rank", 0)) == 0


def train(
    name: str | AnyRecipe,
    data: SpriteSet,
    run: Path,
    *,
    codec: Path | None = None,
    labels: Sequence[str] | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    resume: bool = False,
    devices: int = 1,
    material: Material | None = None,
    watch: Watcher = nobody,
    say: Say = silence,
) -> TrainReport:
    """Train a recipe, or the one of that name, on a set's training split into the folder `run`.

    A prior takes the run of the `codec` whose codes it learns, a latent diffusion that of the autoencoder,
    and keeps a copy of it; `labels` are the fields it can be asked for, where none are named those that are
    usual for the recipe, as far as the set has them. `material` is
    that of `data`, where several trainings share one: what it has made is not made again. Without a budget,
    that of the run where it is resumed, else `budget.DEFAULT`. With several `devices` the program is started
    once for each, with the same arguments, and every one returns: see `is_first_process`.

    Raises ImpossibleModel for an unknown recipe or one that lacks its codec, DataError for a set without
    training pictures or without the labels, RunError where `run` is taken or cannot be resumed, CodecMismatch
    where it was begun with another codec, Interrupted when asked to stop.
    """
    began = time.monotonic()
    chosen = recipe(name) if isinstance(name, str) else name
    if not data.count("train"):
        raise DataError(f"{data.path} has no training pictures: prepare it with more species")
    partner = _partner(chosen, codec)
    space = _space(chosen, data, labels)
    config = describe(chosen, *_model(chosen, data, partner, space, devices), data, seed, budget)
    config = of_prior(config, partner.fingerprint if partner else None, space) if space else config
    config = go_on(run, config, budget) if resume else config
    first = is_first_process()
    if first:
        write_config(run, config) if resume else begin(run, config)
        if codec is not None:
            adopt(run, codec)
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # what it computes in, `say` says
    fabric = Fabric(accelerator="auto", devices=devices, precision=config["precision"])
    fabric.launch()
    session = Session(
        material=material or Material(data, seed=seed, rounds=_WATCH_ROUNDS),
        run=run,
        config=config,
        fabric=fabric,
        resume=resume,
        watch=watch,
        say=say if first else silence,
    )
    done = _train(chosen, session, partner, space)
    seconds = time.monotonic() - began
    if first:
        write_bytes(run / WEIGHTS, done.weights, RunError)
        figures = {"steps": done.steps, "seconds": round(seconds, 2), **done.figures}
        write_config(run, {**config, "trained": figures})
    return TrainReport(run=run, recipe=chosen.name, steps=done.steps, seconds=seconds, figures=done.figures)


def _train(
    chosen: AnyRecipe, session: Session, partner: Partner | None, space: ConditionSpace | None
) -> Trained:
    codec = partner if isinstance(partner, Codec) else None
    match chosen:
        case KMeansRecipe():
            return fit_kmeans(chosen, session)
        case CodecRecipe():
            return fit_codec(chosen, session)
        case TokenizerRecipe():
            return fit_tokenizer(chosen, session)
        case VAERecipe() | DCGANRecipe():
            return fit_pictures(chosen, session)
        case CountRecipe():
            assert codec is not None and space is not None
            return fit_counts(chosen, session, codec, space)
        case PriorRecipe():
            assert space is not None
            return fit_prior(chosen, session, codec, space)
        case LatentRecipe():
            return fit_latent(chosen, session)
        case DiffusionRecipe():
            assert space is not None
            return fit_diffusion(chosen, session, _grids(chosen, session.material.data, partner), space)


def _model(
    chosen: AnyRecipe, data: SpriteSet, partner: Partner | None, space: ConditionSpace | None, devices: int
) -> tuple[Kind, dict[str, Any]]:
    """What the run will hold, and its shape, for the config. Raises DataError where the set does not fit."""
    match chosen:
        case KMeansRecipe():
            return "codec", {"m": chosen.m, "k": chosen.k}
        case CodecRecipe():
            return "codec", asdict(chosen.model)
        case TokenizerRecipe():
            check_tokenizer(chosen, data)
            return "tokenizer", asdict(chosen.model)
        case VAERecipe() | DCGANRecipe():
            check_pictures(chosen, data, devices)
            return "pictures", asdict(chosen.model)
        case PriorRecipe() | CountRecipe():
            assert space is not None
            if isinstance(chosen, PriorRecipe):
                check_prior(chosen, data, devices)
            codec = partner if isinstance(partner, Codec) else None
            return "prior", asdict(shape_of(data, codec, space))
        case LatentRecipe():
            check_latent(chosen, data, devices)
            return "latent", {"size": data.recipe.size}
        case DiffusionRecipe():
            check_diffusion(
                chosen, data, partner.space if isinstance(partner, OpenedSpace) else None, devices
            )
            return "diffusion", {"size": data.recipe.size}


def _space(chosen: AnyRecipe, data: SpriteSet, labels: Sequence[str] | None) -> ConditionSpace | None:
    """What can be asked for, of a recipe that can be asked for anything."""
    if not isinstance(chosen, PriorRecipe | CountRecipe | DiffusionRecipe):
        return None
    return condition_space(data, labels, usual=FIELDS if isinstance(chosen, DiffusionRecipe) else PAPER)


def _grids(chosen: DiffusionRecipe, data: SpriteSet, partner: Partner | None) -> Space:
    """Where a diffusion takes place."""
    if isinstance(partner, OpenedSpace):
        return partner.space
    return chosen.pixels(data.recipe.size)


def _partner(chosen: AnyRecipe, codec: Path | None) -> Partner | None:
    """The codec whose codes a prior learns, or the autoencoder whose latents a diffusion does."""
    of_codes = isinstance(chosen, PriorRecipe | CountRecipe) and not isinstance(chosen, PixelsRecipe)
    of_latents = isinstance(chosen, DiffusionRecipe) and chosen.fold is None
    if (of_codes or of_latents) and codec is None:
        learns, example = (
            ("latents of an autoencoder", chosen.over)
            if isinstance(chosen, DiffusionRecipe)
            else ("codes of a codec", "pixel-vqvae-medres")
        )
        raise ImpossibleModel(
            f"{chosen.name} learns the {learns}: train one (`spriteloom train {example} …`) and pass it with "
            "--codec"
        )
    if codec is None:
        return None
    if not (of_codes or of_latents):
        raise ImpossibleModel(f"{chosen.name} learns pictures, not codes: leave --codec out")
    config = read_config(codec)
    return open_codec(codec, config) if of_codes else open_space(codec, config)
