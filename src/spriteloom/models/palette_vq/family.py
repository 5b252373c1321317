"""The family of tokenizers: its config, presets and model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from torch import Tensor

from spriteloom.codecs.codes import Codes
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import as_sprites
from spriteloom.errors import DataError
from spriteloom.models.base import FamilyConfig, Model, NetworkFamily, NetworkMixin, NoShape
from spriteloom.models.palette_vq.network import PaletteVQ, PaletteVQConfig
from spriteloom.models.palette_vq.tokenizer import Tokenizer
from spriteloom.nn.devices import channels_last
from spriteloom.nn.quantizer import DeadCodes
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A `PaletteVQ` and its training.

    `alpha` and `entry` weigh cross entropies (nats a pixel) against the squared error. Pictures are shifted by up
    to `shift` pixels.
    """

    network: PaletteVQConfig
    optimizer: OptimizerConfig
    dead_codes: DeadCodes = DeadCodes()
    batch: int = 8
    alpha: float = 0.02
    entry: float = 0.003
    shift: int = 4


def tokenizer(size: str) -> Config:
    """Ours, with as many codes as the first paper: 256, one for 4×4 or for 2×2 pixels.

    spriteloom train tokenizer-lowres --data SET.parquet --out RUN --minutes 10
    """
    network = {
        "lowres": PaletteVQConfig(m=4, widths=(64, 128)),
        "medres": PaletteVQConfig(m=2, widths=(96,), blocks=3),
    }[size]
    optimizer = OptimizerConfig(learning_rate=2e-3, betas=(0.9, 0.99), max_grad_norm=1.0)
    return Config(network=network, optimizer=optimizer)


PRESETS: dict[str, Callable[[], Config]] = {
    f"tokenizer-{size}": partial(tokenizer, size) for size in ("lowres", "medres")
}


class TokenizerModel(NetworkMixin, Model):
    """A trained `PaletteVQ`: `Reconstructs` and `Encodes`. Its codes come with palettes."""

    def __init__(self, config: RunConfig, network: PaletteVQ) -> None:
        super().__init__(config)
        self.network = network
        self.tokenizer = Tokenizer(network=network, fingerprint=super().fingerprint)
        self.m, self.k = self.tokenizer.m, self.tokenizer.k

    @property
    def fingerprint(self) -> str:
        return self.tokenizer.fingerprint

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (b, h, w, 3) over a plain background → the same shape, decoded, over white."""
        return self.tokenizer.reconstruct(rgb)

    def encode(self, pictures: Sequence[Sprite] | Tensor, /) -> Codes:
        """Sprites of any sizes, or images (b, 4 or 3, h, w) in [0, 1], → codes with palettes."""
        return self.tokenizer.encode(as_sprites(pictures) if isinstance(pictures, Tensor) else pictures)

    def decode(self, codes: Codes, /) -> list[Sprite]:
        return self.tokenizer.decode(codes)

    def careful(self) -> Tokenizer:
        """A coder that searches for better codes, a hundred times slower."""
        return replace(self.tokenizer, careful=True)


class TokenizerFamily(NetworkFamily[Config, NoShape]):
    name = "tokenizer"
    config = Config
    presets = PRESETS

    def check(self, config: Config, data: SpriteSet) -> None:
        """Raises DataError for pictures without palettes or of a size that m does not divide."""
        size, m = data.preprocessing.size, config.network.m
        if data.preprocessing.opaque:
            raise DataError(
                f"{data.path} holds resized pictures, which have no palettes: prepare it with --preprocessing pixel"
            )
        if size % m:
            raise DataError(
                f"{data.path} has pictures of {size} pixels a side, which is not a multiple of the {m}×{m} pixels "
                f"of a code: prepare it with --size {-(-size // m) * m}"
            )

    def build(self, config: Config, shape: NoShape) -> PaletteVQ:
        return PaletteVQ(config.network)

    def model(
        self, config: Config, shape: NoShape, run: RunConfig, network: PaletteVQ, base: Model | None
    ) -> TokenizerModel:
        return TokenizerModel(run, channels_last(network))

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:
        from spriteloom.models.palette_vq.training import train

        return train(config, session)

    def about(self, config: Config) -> str:
        network = config.network
        return f"{network.codes} codes of {network.m}×{network.m} pixels on a sprite's own palette, seen in context"


FAMILY = TokenizerFamily()
