"""Initializations of a Pixel VQ-VAE: the paper's, k-means after a warm-up, or the identity on pixels.

`prepare` sets the weights before the first step; after `warm_up` steps without a quantizer, `settle` sets the
codebook.
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

_INITIAL_COUNT = (
    4096  # patches in the first moving averages: a batch, so that the first steps change them little
)


@dataclass(frozen=True, kw_only=True)
class NormalStart:
    """The paper's: random weights, codes from N(0, 1)."""

    kind: Literal["normal"] = "normal"
    warm_up: ClassVar[int] = 0

    def prepare(self, model: PixelVQVAE, draw: Draw) -> None:
        """Keep the random weights."""

    def settle(self, model: PixelVQVAE, draw: Draw, generator: torch.Generator) -> None:
        """Keep the random codebook."""


class KMeansCodebook:
    """Sets the codebook to k-means of the embeddings of `sample` patches."""

    sample: int
    rounds: int

    @torch.no_grad()
    def settle(self, model: PixelVQVAE, draw: Draw, generator: torch.Generator) -> None:
        patches, counts = draw(self.sample)
        k, z = model.config.codes, embedded(model, patches)
        centers, weights = fit_codebook(z, counts, k, generator=generator, rounds=self.rounds)
        model.quantizer.init_codebook(centers, weights * (_INITIAL_COUNT / self.sample))


@dataclass(frozen=True, kw_only=True)
class KMeansStart(KMeansCodebook):
    """A warm-up as an autoencoder without a quantizer, then a codebook by k-means of the embeddings."""

    kind: Literal["kmeans"] = "kmeans"
    warm_up: int = 100
    sample: int = 100_000  # patches that the codebook is fitted on
    rounds: int = 20

    def prepare(self, model: PixelVQVAE, draw: Draw) -> None:
        """Keep the random weights."""


@dataclass(frozen=True, kw_only=True)
class PassThroughStart(KMeansCodebook):
    """The network is the identity on patches, and the codebook k-means of them.

    Pixels are never negative, so a ReLU keeps them; a BatchNorm whose scale and shift are its batch statistics
    keeps them too. This sets the first 3·m² channels of every layer; the others keep their random weights. The
    nearest code in the embedding space is then the one that decodes best.
    """

    kind: Literal["pass-through"] = "pass-through"
    warm_up: ClassVar[int] = 0
    sample: int = 800_000
    rounds: int = 30

    @torch.no_grad()
    def prepare(self, model: PixelVQVAE, draw: Draw) -> None:
        pass_through(model, *draw(30_000))


Start = Annotated[NormalStart | KMeansStart | PassThroughStart, Field(discriminator="kind")]


@torch.no_grad()
def pass_through(model: PixelVQVAE, patches: Tensor, counts: Tensor) -> None:
    """Set the weights so that encoder and decoder are each the identity on patches (n, m², 3).

    Raises ImpossibleModel if a layer has fewer channels than a patch has values.
    """
    _check_widths(model.config)
    for parameter in model.encoder[-1].parameters():  # the Adapter starts without any other channel
        parameter.zero_()
    carried, x = 3, patches
    for block in model.encoder:
        x, carried = _pass_block(block, x, counts, carried)
    for block in model.decoder:
        x, carried = _pass_block(block, x, counts, carried)


def _check_widths(config: PixelVQVAEConfig) -> None:
    whole = config.pixel_sight and config.adapter and config.end == "scale-clip"
    pixels = 3 * config.m**2
    if not whole or min(config.dim, config.width) < pixels:
        raise ImpossibleModel(
            f"patches of {config.m}×{config.m} cannot pass through this model: that takes PixelSight, an "
            f"Adapter, the end 'scale-clip', {pixels} dimensions and filters (it has {config.dim} and "
            f"{config.width})"
        )


def _pass_block(block: nn.Module, x: Tensor, counts: Tensor, carried: int) -> tuple[Tensor, int]:
    """Make one block the identity on `carried` channels; returns its output and its carried channels."""
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
    conv.weight[:out, :carried] = _identity(out, size)
    if conv.bias is not None:
        conv.bias[:out] = 0
    return out


def _pass_transposed(conv: nn.ConvTranspose2d, carried: int) -> int:
    """Output c at position (i, j) is input (i, j, c). "c o i j"."""
    size = conv.kernel_size[0]
    out = carried // (size * size)
    conv.weight[:, :out] = 0
    conv.weight[:carried, :out] = _identity(carried, size)
    if conv.bias is not None:
        conv.bias[:out] = 0
    return out


def _identity(n: int, size: int) -> Tensor:
    """(n, n/size², size, size): 1 where the first index is (i, j, c) and the others are c, i and j, else 0."""
    return torch.eye(n).view(n, size, size, -1).permute(0, 3, 1, 2)


def _pass_norm(norm: nn.Module, inputs: Tensor, counts: Tensor, carried: int) -> None:
    """Set the statistics to those of the inputs; on the carried channels scale and shift undo them."""
    assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None and norm.running_var is not None
    total = counts.sum() * inputs.shape[1]
    mean = (counts @ inputs.sum(1)) / total
    var = (counts @ (inputs - mean).square().sum(1)) / total
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(var)
    norm.weight[:carried] = (var + norm.eps).sqrt()[:carried]
    norm.bias[:carried] = mean[:carried]
