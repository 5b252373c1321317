"""How a Pixel VQ-VAE begins: the paper's way, from k-means after a warm-up, or from the pixels themselves.

A start prepares the weights before the first step, asks for some steps without quantization, and then settles
the codebook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from spriteloom.codecs.lloyd import fit_codebook
from spriteloom.errors import ImpossibleModel
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, PixelVQVAEConfig, embedded
from spriteloom.nn import patchwise

# n → distinct patches (u, m², 3) in [0, 1] and counts (u,) that sum to n
Draw = Callable[[int], tuple[Tensor, Tensor]]

_MEMORY = (
    4096  # patches that the moving averages begin with: a batch, so that the first steps move them gently
)


@dataclass(frozen=True, kw_only=True)
class NormalStart:
    """The paper's: codes drawn from N(0, 1), nothing else."""

    kind: Literal["normal"] = "normal"
    warm_up: ClassVar[int] = 0

    def prepare(self, model: PixelVQVAE, draw: Draw) -> None:
        """The layers' own random weights stay."""

    def settle(self, model: PixelVQVAE, draw: Draw, generator: torch.Generator) -> None:
        """The quantizer's own random codebook stays."""


@dataclass(frozen=True, kw_only=True)
class KMeansStart:
    """A short warm-up as a plain autoencoder, then the codebook is k-means of the embeddings."""

    kind: Literal["kmeans"] = "kmeans"
    warm_up: int = 100
    sample: int = 100_000  # patches the codebook is fitted on
    rounds: int = 20

    def prepare(self, model: PixelVQVAE, draw: Draw) -> None:
        """The layers' own random weights stay."""

    @torch.no_grad()
    def settle(self, model: PixelVQVAE, draw: Draw, generator: torch.Generator) -> None:
        settle_codebook(model, draw, generator, sample=self.sample, rounds=self.rounds)


@dataclass(frozen=True, kw_only=True)
class PassThroughStart:
    """The network begins as the identity on patches and the codebook as k-means of them.

    Pixels are never negative, so a ReLU lets them through; a BatchNorm whose scale and shift are the
    statistics of what it sees lets them through too. The first 3·m² channels of every layer are set so, the
    rest keep their random weights. The embedding space is then the space of patches, where the nearest code
    is the one that decodes best.
    """

    kind: Literal["pass-through"] = "pass-through"
    warm_up: ClassVar[int] = 0
    sample: int = 800_000
    rounds: int = 30

    @torch.no_grad()
    def prepare(self, model: PixelVQVAE, draw: Draw) -> None:
        pass_through(model, *draw(30_000))

    @torch.no_grad()
    def settle(self, model: PixelVQVAE, draw: Draw, generator: torch.Generator) -> None:
        settle_codebook(model, draw, generator, sample=self.sample, rounds=self.rounds)


Start = Annotated[NormalStart | KMeansStart | PassThroughStart, Field(discriminator="kind")]


def settle_codebook(
    model: PixelVQVAE, draw: Draw, generator: torch.Generator, *, sample: int, rounds: int
) -> None:
    """Make the codebook k-means of the embeddings of `sample` patches."""
    patches, counts = draw(sample)
    z = embedded(model, patches)
    centres, held = fit_codebook(z, counts, model.config.codes, generator=generator, rounds=rounds)
    model.quantizer.init_codebook(centres, held * (_MEMORY / sample))


@torch.no_grad()
def pass_through(model: PixelVQVAE, patches: Tensor, counts: Tensor) -> None:
    """Set the weights so that encoder and decoder are each the identity on patches (n, m², 3).

    Raises ImpossibleModel where a layer is narrower than the pixels that must pass.
    """
    _check_room(model.config)
    for parameter in model.encoder[-1].parameters():  # the Adapter carries the pixels and nothing else yet
        parameter.zero_()
    carried, x = 3, patches
    for block in model.encoder:
        x, carried = _pass_block(block, x, counts, carried)
    for block in model.decoder:
        x, carried = _pass_block(block, x, counts, carried)


def _check_room(config: PixelVQVAEConfig) -> None:
    whole = config.pixel_sight and config.adapter and config.end == "scale-clip"
    pixels = 3 * config.m**2
    if not whole or min(config.dim, config.width) < pixels:
        raise ImpossibleModel(
            f"patches of {config.m}×{config.m} cannot pass through this model: they need PixelSight, an "
            f"Adapter, the end 'scale-clip', {pixels} dimensions and filters (it has {config.dim} and "
            f"{config.width})"
        )


def _pass_block(block: nn.Module, x: Tensor, counts: Tensor, carried: int) -> tuple[Tensor, int]:
    """Let `carried` channels through one block; returns its output and how many channels now carry."""
    conv = block[0] if isinstance(block, nn.Sequential) else block
    if isinstance(conv, nn.Conv2d):
        carried = _pass_conv(conv, carried)
    elif isinstance(conv, nn.ConvTranspose2d):
        carried = _pass_transposed(conv, carried)
    if isinstance(block, nn.Sequential):
        _pass_norm(block[1], patchwise.run(conv, x), counts, carried)
        block.eval()
    out = patchwise.run(block, x)
    block.train()
    return out, carried


def _pass_conv(conv: nn.Conv2d, carried: int) -> int:
    """Output (i, j, c) is input c at position (i, j). "o c i j"."""
    size = conv.kernel_size[0]
    out = carried * size * size
    conv.weight[:out] = 0
    for o in range(out):
        at, c = divmod(o, carried)
        conv.weight[o, c, at // size, at % size] = 1
    _silence(conv.bias, out)
    return out


def _pass_transposed(conv: nn.ConvTranspose2d, carried: int) -> int:
    """Output c at position (i, j) is input (i, j, c). "c o i j"."""
    size = conv.kernel_size[0]
    out = carried // (size * size)
    conv.weight[:, :out] = 0
    for c in range(carried):
        at, o = divmod(c, out)
        conv.weight[c, o, at // size, at % size] = 1
    _silence(conv.bias, out)
    return out


def _pass_norm(norm: nn.Module, seen: Tensor, counts: Tensor, carried: int) -> None:
    """Statistics are those of what is seen; on the carried channels scale and shift undo them."""
    assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None and norm.running_var is not None
    total = counts.sum() * seen.shape[1]
    mean = (counts @ seen.sum(1)) / total
    var = (counts @ (seen - mean).square().sum(1)) / total
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(var)
    norm.weight[:carried] = (var + norm.eps).sqrt()[:carried]
    norm.bias[:carried] = mean[:carried]


def _silence(bias: Tensor | None, channels: int) -> None:
    if bias is not None:
        bias[:channels] = 0
