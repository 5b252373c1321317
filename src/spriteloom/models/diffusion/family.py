"""The family of diffusions over pixels or over the latents of an autoencoder."""

from __future__ import annotations

from torch import nn

from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, ImpossibleModel
from spriteloom.models.base import BaseRequirement, Family, Model, Weights, check_pictures, count
from spriteloom.models.capabilities import HasLatents, LatentSpace
from spriteloom.models.diffusion.denoiser import split_state_dict
from spriteloom.models.diffusion.model import DiffusionModel
from spriteloom.models.diffusion.presets import CONDITIONS, PRESETS, Config, Latents, Pixels, Shape
from spriteloom.nn.devices import channels_last
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained

LABELS = 48  # length of the labels' vector that parameters are counted for
DESCRIBED = {3: (8, 32, 32), 1: (512,)}  # dimensions of latents → the shape that parameters are counted for
EXAMPLES = {3: "latent", 1: "pokemon-vae"}


class DiffusionFamily(Family[Config, Shape]):
    name = "diffusion"
    config = Config
    shape = Shape
    presets = PRESETS
    can_start = True

    def default_conditions(self, config: Config) -> tuple[str, ...] | None:
        return CONDITIONS if _is_conditional(config) else None

    def required_base(self, config: Config) -> BaseRequirement | None:
        if isinstance(config.space, Pixels):
            return None
        example = EXAMPLES.get(config.space.dimensions, "latent")
        return BaseRequirement(capability=HasLatents, what="latents of an autoencoder", example=example)

    def check(self, config: Config, data: SpriteSet) -> None:
        check_pictures(data, self.name)
        size, fold = data.preprocessing.size, config.space.fold if isinstance(config.space, Pixels) else 1
        if size % fold:
            raise DataError(
                f"{data.path} has pictures of {size} pixels a side, which is not a multiple of the blocks' {fold}: "
                f"prepare it with --size {-(-size // fold) * fold}"
            )

    def shape_of(
        self, config: Config, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> Shape:
        size = data.preprocessing.size
        space = space_of(config, size, base)
        if isinstance(config.space, Latents) and config.space.dimensions != len(space.shape):
            raise ImpossibleModel(
                f"this diffusion learns latents like those of {EXAMPLES.get(config.space.dimensions)}, not "
                f"{space.shape}: train such an autoencoder"
            )
        if space.size != size:
            raise DataError(
                f"{data.path} has pictures of {size} pixels a side, the autoencoder reads {space.size}: prepare "
                f"it with --size {space.size}"
            )
        return Shape(size=size, latent=space.shape, labels=conditions.size, words=config.words)

    def train(self, config: Config, shape: Shape, session: Session, base: Model | None) -> Trained:
        from spriteloom.models.diffusion.training import train

        return train(config, shape, session, space_of(config, shape.size, base))

    def load(
        self, config: Config, shape: Shape, run: RunConfig, weights: Weights, base: Model | None
    ) -> DiffusionModel:
        network, autoguidance = split_state_dict(weights)
        return DiffusionModel(
            run,
            config,
            shape,
            space_of(config, shape.size, base),
            _network(config, shape, network),
            _network(config, shape, autoguidance) if config.autoguidance_after else None,
            base,
        )

    def parameters(self, config: Config) -> int:
        space = config.space
        latent = space.space(64).shape if isinstance(space, Pixels) else DESCRIBED[space.dimensions]
        return count(config.build(Shape(size=64, latent=latent, labels=LABELS, words=config.words)))

    def about(self, config: Config) -> str:
        over = "2×2 pixels" if isinstance(config.space, Pixels) else "an autoencoder's latents"
        network = "U-Net" if config.network.kind == "unet" else "MLP"
        conditions = "labels and words" if config.words else "labels"
        how = f"conditioned on {conditions}" if _is_conditional(config) else "unconditional"
        return f"{config.process.kind} on {over}, {network}, {how}"


def space_of(config: Config, size: int, base: Model | None) -> LatentSpace:
    """The latent space of a diffusion."""
    if isinstance(config.space, Pixels):
        return config.space.space(size)
    assert isinstance(base, HasLatents)
    return base.latents


def _is_conditional(config: Config) -> bool:
    return config.network.kind == "unet" and config.network.conditional


def _network(config: Config, shape: Shape, weights: Weights) -> nn.Module:
    network = config.build(shape)
    network.load_state_dict(weights)
    return channels_last(network.eval())


FAMILY = DiffusionFamily()
