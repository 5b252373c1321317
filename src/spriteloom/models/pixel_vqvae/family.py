"""The family of Pixel VQ-VAEs."""

from __future__ import annotations

from spriteloom.codecs.codec import Codec
from spriteloom.models.base import Model, NetworkFamily, NetworkMixin, NoShape
from spriteloom.models.patch_codec import PatchCodecModel
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE
from spriteloom.models.pixel_vqvae.presets import PAPER_PARAMETERS, PRESETS, Config
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained


class PixelVQVAEModel(NetworkMixin, PatchCodecModel):
    """A codec of patches whose codes a network chooses."""

    def __init__(self, config: RunConfig, network: PixelVQVAE) -> None:
        super().__init__(config, Codec.of_network(NetworkCodec(network)))
        self.network = network


class PixelVQVAEFamily(NetworkFamily[Config, NoShape]):
    name = "pixel-vqvae"
    config = Config
    presets = PRESETS
    paper_parameters = PAPER_PARAMETERS

    def build(self, config: Config, shape: NoShape) -> PixelVQVAE:
        return PixelVQVAE(config.network)

    def model(
        self, config: Config, shape: NoShape, run: RunConfig, network: PixelVQVAE, base: Model | None
    ) -> PixelVQVAEModel:
        return PixelVQVAEModel(run, network)

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:
        from spriteloom.models.pixel_vqvae.training import train

        return train(config, session)

    def about(self, config: Config) -> str:
        m = config.network.m
        return f"{m}×{m} pixels a code, start {config.start.kind}, end {config.network.end}"


FAMILY = PixelVQVAEFamily()
