"""The family of diffusions: over pixels, or over the latents of an autoencoder."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, ImpossibleModel
from spriteloom.models.base import BaseNeed, Family, Model, check_pictures, count
from spriteloom.models.capabilities import HasLatents, LatentSpace
from spriteloom.models.diffusion.autoguidance import split_state_dict
from spriteloom.models.diffusion.model import DiffusionModel
from spriteloom.models.diffusion.presets import CONDITIONS, PRESETS, Config, Latents, Pixels, Shape
from spriteloom.nn.devices import channels_last
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained

LABELS = 48  # numbers of a condition that parameters are counted for: types, shapes, colors, views, shiny
DESCRIBED = {3: (8, 32, 32), 1: (512,)}  # latents that they are counted for, by dimensions
EXAMPLES = {3: "latent", 1: "pokemon-vae"}


class DiffusionFamily(Family[Config, Shape]):
    name = "diffusion"
    config = Config
    shape = Shape
    presets = PRESETS

    def usual_conditions(self, config: Config) -> tuple[str, ...] | None:
        return CONDITIONS if _is_conditional(config) else None

    def base_need(self, config: Config) -> BaseNeed | None:
        if isinstance(config.space, Pixels):
            return None
        example = EXAMPLES.get(config.space.dimensions, "latent")
        return BaseNeed(capability=HasLatents, what="latents of an autoencoder", example=example)

    def shape_of(
        self, config: Config, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> Shape:
        check_pictures(data, self.name)
        side = data.preprocessing.size
        if isinstance(config.space, Pixels) and side % config.space.fold:
            raise DataError(
                f"{data.path} has pictures of {side} pixels a side, which blocks of {config.space.fold} do not "
                f"fill: prepare it with --size {-(-side // config.space.fold) * config.space.fold}"
            )
        space = space_of(config, side, base)
        if isinstance(config.space, Latents) and config.space.dimensions != len(space.shape):
            raise ImpossibleModel(
                f"this diffusion learns latents like those of {EXAMPLES.get(config.space.dimensions)}, not "
                f"{space.shape}: train such an autoencoder"
            )
        if space.size != side:
            raise DataError(
                f"{data.path} has pictures of {side} pixels a side, the autoencoder reads {space.size}: prepare "
                f"it with --size {space.size}"
            )
        return Shape(size=side, latent=space.shape, labels=conditions.size, words=config.words)

    def train(self, config: Config, shape: Shape, session: Session, base: Model | None) -> Trained:
        from spriteloom.models.diffusion.training import train

        return train(config, shape, session, space_of(config, shape.size, base))

    def load(
        self, config: Config, shape: Shape, run: RunConfig, weights: Mapping[str, Tensor], base: Model | None
    ) -> DiffusionModel:
        own, worse = split_state_dict(weights)
        return DiffusionModel(
            run,
            config,
            shape,
            space_of(config, shape.size, base),
            _network(config, shape, own),
            _network(config, shape, worse) if config.autoguidance_after else None,
            base,
        )

    def parameters(self, config: Config) -> int:
        latent = (
            config.space.space(64).shape
            if isinstance(config.space, Pixels)
            else DESCRIBED[config.space.dimensions]
        )
        return count(config.network.build(Shape(size=64, latent=latent, labels=LABELS, words=config.words)))

    def about(self, config: Config) -> str:
        over = "2×2 pixels" if isinstance(config.space, Pixels) else "an autoencoder's latents"
        network = "U-Net" if config.network.kind == "unet" else "MLP"
        asked = "labels and words" if config.words else "labels"
        how = f"asked for by {asked}" if _is_conditional(config) else "unconditional"
        return f"{config.process.kind} on {over}, {network}, {how}"


def space_of(config: Config, size: int, base: Model | None) -> LatentSpace:
    """Where a diffusion takes place."""
    if isinstance(config.space, Pixels):
        return config.space.space(size)
    assert isinstance(base, HasLatents)
    return base.latents


def _is_conditional(config: Config) -> bool:
    return config.network.kind == "unet" and config.network.conditional


def _network(config: Config, shape: Shape, weights: Mapping[str, Tensor]) -> nn.Module:
    network = config.network.build(shape)
    network.load_state_dict(weights)
    return channels_last(network.eval())


FAMILY = DiffusionFamily()
