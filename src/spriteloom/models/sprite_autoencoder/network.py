"""The networks of the second paper's autoencoders: 128×128 RGB ↔ a vector of 512 numbers.

Kennedy, Kuo, Garcia & Jarski, "Pokémon Variational Autoencoder for Latent Diffusion", figure 3: swish after
5×5 convolutions on the way in and 3×3 ones on the way out, each with a stride; tanh on the encoder's dense
layer; sigmoid at the end. The paper does not give the numbers of layers and filters. It names strides of 3 for the
encoder and 2 for the decoder, which do not fit together at 128 pixels: we use four layers of stride 2 for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.nn.elbo import Posterior


@dataclass(frozen=True, kw_only=True)
class SpriteAutoencoderConfig:
    """`widths` are the filters of the encoder's layers, first to last; each halves the sides."""

    size: int = 128
    latent: int = 512
    widths: tuple[int, ...] = (32, 64, 128, 256)

    def __post_init__(self) -> None:
        if not self.widths or self.size < 1 or self.size % (1 << len(self.widths)):
            raise ImpossibleModel(
                f"pictures of {self.size} pixels cannot be halved {len(self.widths)} times: "
                f"the size must be a multiple of {1 << len(self.widths)}"
            )

    @property
    def side(self) -> int:
        """Side of the encoder's last grid."""
        return self.size >> len(self.widths)

    @property
    def flat(self) -> int:
        return self.widths[-1] * self.side**2


class SpriteAutoencoder(nn.Module):
    """The plain autoencoder, with latents in (−1, 1)."""

    def __init__(self, config: SpriteAutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = _encoder(config)
        self.decoder = _decoder(config)

    def encode(self, images: Tensor) -> Tensor:
        """(b, 3, size, size) in [0, 1] → latents (b, latent) in (−1, 1)."""
        return self.encoder(images)  # type: ignore[no-any-return]

    def decode(self, latents: Tensor) -> Tensor:
        """(b, latent) → (b, 3, size, size) in [0, 1]."""
        return self.decoder(latents)  # type: ignore[no-any-return]


class SpriteVAE(nn.Module):
    """The variational autoencoder: a normal distribution over latents for each picture."""

    def __init__(self, config: SpriteAutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = _encoder(config)
        self.mean = nn.Linear(config.latent, config.latent)
        self.log_variance = nn.Linear(config.latent, config.latent)
        self.decoder = _decoder(config)

    def encode(self, images: Tensor) -> Posterior:
        """(b, 3, size, size) in [0, 1] → distributions over latents (b, latent)."""
        hidden = self.encoder(images)
        return Posterior(mean=self.mean(hidden), log_variance=self.log_variance(hidden))

    def decode(self, latents: Tensor) -> Tensor:
        """(b, latent) → (b, 3, size, size) in [0, 1]."""
        return self.decoder(latents)  # type: ignore[no-any-return]


def _encoder(config: SpriteAutoencoderConfig) -> nn.Sequential:
    layers: list[nn.Module] = []
    for a, b in pairwise((3, *config.widths)):
        layers += [nn.Conv2d(a, b, 5, stride=2, padding=2), nn.SiLU()]
    return _initialized(
        nn.Sequential(*layers, nn.Flatten(), nn.Linear(config.flat, config.latent), nn.Tanh())
    )


def _decoder(config: SpriteAutoencoderConfig) -> nn.Sequential:
    widths = config.widths[::-1]
    grid = (widths[0], config.side, config.side)
    layers: list[nn.Module] = [nn.Linear(config.latent, config.flat), nn.SiLU(), nn.Unflatten(1, grid)]
    for a, b in pairwise((*widths, 3)):
        layers += [nn.ConvTranspose2d(a, b, 3, stride=2, padding=1, output_padding=1), nn.SiLU()]
    return _initialized(nn.Sequential(*layers[:-1], nn.Sigmoid()))


def _initialized(network: nn.Sequential) -> nn.Sequential:
    """The network with the weights of He et al. 2015, arXiv:1502.01852.

    With PyTorch's default weights, which are smaller, both autoencoders learn only the mean picture in minutes.
    """
    for layer in network:
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)
    return network
