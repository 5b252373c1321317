"""The family of Pixel VQ-VAEs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor, nn

from spriteloom.codecs.codec import Codec
from spriteloom.models.base import Family, Model, NoShape
from spriteloom.models.patch_codec import PatchCodecModel
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE
from spriteloom.models.pixel_vqvae.presets import PAPER_PARAMETERS, PRESETS, Config
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained


class PixelVQVAEModel(PatchCodecModel):
    """A codec whose codes a network chooses."""

    def __init__(self, config: RunConfig, network: PixelVQVAE) -> None:
        super().__init__(config, Codec.of_network(NetworkCodec(network)))
        self.network = network

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        return self.network.state_dict()


class PixelVQVAEFamily(Family[Config, NoShape]):
    name = "pixel-vqvae"
    config = Config
    presets = PRESETS
    paper_parameters = PAPER_PARAMETERS

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:  # noqa: ARG002
        from spriteloom.models.pixel_vqvae.training import train

        return train(config, session)

    def load(
        self,
        config: Config,
        shape: NoShape,  # noqa: ARG002
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,  # noqa: ARG002
    ) -> PixelVQVAEModel:
        network = PixelVQVAE(config.network)
        network.load_state_dict(weights)
        return PixelVQVAEModel(run, network)

    def parameters(self, config: Config) -> int:
        return PixelVQVAE(config.network).count_parameters()

    def about(self, config: Config) -> str:
        m = config.network.m
        return f"{m}×{m} pixels a code, start {config.start.kind}, end {config.network.end}"


FAMILY = PixelVQVAEFamily()
