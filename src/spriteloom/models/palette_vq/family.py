"""The family of tokenizers: sprites on their own palettes ↔ codes that are seen in context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from torch import Tensor, nn

from spriteloom.codecs.codes import Codes
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import as_sprites
from spriteloom.errors import DataError
from spriteloom.models.base import Family, Model, NoShape
from spriteloom.models.palette_vq.network import PaletteVQ
from spriteloom.models.palette_vq.presets import PRESETS, Config
from spriteloom.models.palette_vq.tokenizer import Tokenizer
from spriteloom.nn.devices import channels_last
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained


class TokenizerModel(Model):
    """A trained `PaletteVQ`: `Reconstructs` and `Encodes`. Its codes need the palettes beside them."""

    def __init__(self, config: RunConfig, network: PaletteVQ) -> None:
        super().__init__(config)
        self.network = network
        self.tokenizer = Tokenizer(network=network, fingerprint=super().fingerprint)

    @property
    def m(self) -> int:
        return self.tokenizer.m

    @property
    def k(self) -> int:
        return self.tokenizer.k

    @property
    def fingerprint(self) -> str:
        return self.tokenizer.fingerprint

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        return self.network.state_dict()

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (b, h, w, 3) on a plain ground → what codes and palettes keep of them, over white."""
        return self.tokenizer.reconstruct(rgb)

    def encode(self, pictures: Sequence[Sprite] | Tensor, /) -> Codes:
        """Sprites of any sizes, or images (b, 4 or 3, h, w) in [0, 1], → codes with their palettes."""
        return self.tokenizer.encode(as_sprites(pictures) if isinstance(pictures, Tensor) else pictures)

    def decode(self, codes: Codes, /) -> list[Sprite]:
        """The other way. Raises CodecMismatch for codes of another model."""
        return self.tokenizer.decode(codes)

    def careful(self) -> Tokenizer:
        """The same, trying codes before it settles on them: a hundred times as slow."""
        return replace(self.tokenizer, careful=True)


class TokenizerFamily(Family[Config, NoShape]):
    name = "tokenizer"
    config = Config
    presets = PRESETS

    def shape_of(
        self,
        config: Config,
        data: SpriteSet,
        base: Model | None,  # noqa: ARG002
        conditions: ConditionSpace,  # noqa: ARG002
    ) -> NoShape:
        """Raises DataError for pictures that its codes do not fill, or that are no pixel art."""
        side, m = data.preprocessing.size, config.network.m
        if data.preprocessing.opaque:
            raise DataError(
                f"{data.path} holds resized pictures, which have no palettes: prepare it with --preprocessing pixel"
            )
        if side % m:
            raise DataError(
                f"{data.path} has pictures of {side} pixels a side, which codes of {m}×{m} do not fill: prepare "
                f"it with --size {-(-side // m) * m}"
            )
        return NoShape()

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:  # noqa: ARG002
        from spriteloom.models.palette_vq.training import train

        return train(config, session)

    def load(
        self,
        config: Config,
        shape: NoShape,  # noqa: ARG002
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,  # noqa: ARG002
    ) -> TokenizerModel:
        network = PaletteVQ(config.network)
        network.load_state_dict(weights)
        channels_last(network.eval())
        return TokenizerModel(run, network)

    def parameters(self, config: Config) -> int:
        return PaletteVQ(config.network).count_parameters()

    def about(self, config: Config) -> str:
        network = config.network
        return f"{network.codes} codes of {network.m}×{network.m} pixels on a sprite's own palette, seen in context"


FAMILY = TokenizerFamily()
