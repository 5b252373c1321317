"""`Generator`: a run, loaded as one folder: reconstructs, makes new sprites; and how good it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.baselines.dcgan import DCGAN, DCGANConfig
from spriteloom.baselines.vae import VAE, VAEConfig
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.continuous import DCGANModel, VAEModel
from spriteloom.errors import CodecMismatch, ImpossibleModel, RunError
from spriteloom.generation.figure import cut_out, reduce_colours
from spriteloom.generation.makers import CountMaker, Maker, PictureMaker, PixelsMaker, PriorMaker
from spriteloom.pixels import Sprite
from spriteloom.priors.condition import ConditionSpace, Labels
from spriteloom.priors.counts import CountPrior
from spriteloom.priors.draw import Draw
from spriteloom.training.catalogue import recipe
from spriteloom.training.opening import open_codec, open_weights
from spriteloom.training.picture_recipes import DCGANRecipe, VAERecipe
from spriteloom.training.prior_recipes import CountRecipe, PriorRecipe, Shape
from spriteloom.training.runs import CODEC, read_config

Bytes = NDArray[np.uint8]
Reconstructs = Codec | VAEModel  # each has `reconstruct`


@dataclass(frozen=True, eq=False, kw_only=True)
class Generator:
    """A trained run: what reconstructs, what makes new pictures, and the config it was trained by.

    A codec's run only reconstructs, a prior's does both, a DCGAN's only makes.
    """

    config: dict[str, Any]
    reconstructs: Reconstructs | None = None
    maker: Maker | None = None

    @property
    def name(self) -> str:
        return str(self.config["recipe"])

    @property
    def codec(self) -> Codec:
        """Raises RunError where the run has none."""
        if not isinstance(self.reconstructs, Codec):
            raise RunError(f"{self.name} has no codes: give the run of a codec, or of a prior over one")
        return self.reconstructs

    @property
    def conditions(self) -> ConditionSpace:
        """What can be asked for."""
        fields = self.config.get("conditions", {})
        return ConditionSpace(fields={field: tuple(values) for field, values in fields.items()})

    def draw(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        seed: int = 0,
        temperature: float = 1,
        guidance: float = 1,
    ) -> Bytes:
        """n new pictures uint8 (n, h, w, 3), as the training pictures are; picture i is of seed + i.

        Raises ImpossibleModel for labels that it does not know, RunError where the run cannot make any.
        """
        vector = self.conditions.encode(labels or {})
        conditions = np.tile(vector, (n, 1))
        return self.draw_each(conditions, range(seed, seed + n), temperature=temperature, guidance=guidance)

    def draw_each(
        self,
        conditions: NDArray[np.float32],
        seeds: Sequence[int],
        *,
        temperature: float = 1,
        guidance: float = 1,
    ) -> Bytes:
        """A picture for each condition (n, c) and seed. Raises RunError where the run cannot make any."""
        if self.maker is None:
            raise RunError(f"{self.name} only reconstructs: train a prior over it, `spriteloom train prior`")
        if not len(seeds):
            raise ImpossibleModel("no sprite is asked for: ask for 1 or more")
        draw = Draw(seeds=tuple(seeds), temperature=temperature, guidance=guidance)
        return self.maker.make(conditions, draw)

    def generate(
        self,
        n: int,
        labels: Labels | None = None,
        *,
        seed: int = 0,
        colors: int | None = None,
        temperature: float = 1,
        guidance: float = 1,
    ) -> list[Sprite]:
        """n new sprites: transparent ground, alpha 0 or 255, at most `colors` colours where that is given.

        Sprite i is named by its seed, seed + i, and carries the labels it was asked for. Raises as `draw`.
        """
        drawn = self.draw(n, labels, seed=seed, temperature=temperature, guidance=guidance)
        asked = self.conditions.words(self.conditions.encode(labels or {}))
        sprites = [cut_out(picture, f"{self.name}-{seed + i}") for i, picture in enumerate(drawn)]
        if colors is not None:
            sprites = [reduce_colours(sprite, colors) for sprite in sprites]
        return [replace(sprite, labels=asked) for sprite in sprites]


def load(run: str | Path) -> Generator:
    """Open a run folder. Raises RunError where it is missing, unfinished or damaged.

    Raises CodecMismatch where a prior's folder holds another codec than the one whose codes it learned.
    """
    run = Path(run)
    config = read_config(run)
    if config["kind"] == "codec":
        return Generator(config=config, reconstructs=open_codec(run, config))
    chosen = recipe(config["recipe"])
    if isinstance(chosen, PriorRecipe | CountRecipe):
        codec = _partner(run, config)
        maker = open_weights(run, lambda weights: _prior_maker(chosen, config, codec, weights))
        return Generator(config=config, reconstructs=codec, maker=maker)
    assert isinstance(chosen, VAERecipe | DCGANRecipe)
    model = open_weights(run, lambda weights: _picture_model(chosen, config, weights))
    again = model if isinstance(model, VAEModel) else None
    return Generator(config=config, reconstructs=again, maker=PictureMaker(model=model))


def _partner(run: Path, config: Mapping[str, Any]) -> Codec | None:
    """The codec in a prior's run."""
    if config["codec"] is None:
        return None
    codec = open_codec(run / CODEC, read_config(run / CODEC))
    if codec.fingerprint != config["codec"]:
        raise CodecMismatch(
            f"{run} predicts the codes of codec {config['codec']}, {run / CODEC} holds {codec.fingerprint}: "
            "put the run's own codec back"
        )
    return codec


def _prior_maker(
    chosen: PriorRecipe | CountRecipe,
    config: Mapping[str, Any],
    codec: Codec | None,
    weights: Mapping[str, Tensor],
) -> Maker:
    shape = Shape(**config["model"])
    grid = (shape.rows, shape.columns)
    if isinstance(chosen, CountRecipe):
        assert codec is not None
        prior = CountPrior.from_arrays({name: value.numpy() for name, value in weights.items()})
        return CountMaker(codec=codec, prior=prior, grid=grid)
    model = chosen.build(shape)
    model.load_state_dict(weights)
    model.eval()
    if codec is None:
        return PixelsMaker(model=model, sample=chosen.sample, bits=chosen.bits, grid=grid)
    return PriorMaker(codec=codec, model=model, sample=chosen.sample, bits=chosen.bits, grid=grid)


def _picture_model(
    chosen: VAERecipe | DCGANRecipe, config: Mapping[str, Any], weights: Mapping[str, Tensor]
) -> VAEModel | DCGANModel:
    if isinstance(chosen, VAERecipe):
        vae = VAE(VAEConfig(**config["model"]))
        vae.load_state_dict(weights)
        return VAEModel(vae)
    gan = DCGAN(DCGANConfig(**config["model"]))
    gan.load_state_dict(weights)
    return DCGANModel(gan)
