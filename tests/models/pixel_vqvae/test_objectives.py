"""A loss on a census is the loss on its pictures: value, gradients, batch statistics and moving averages."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from codec_kit import PRESETS, ablations, as_patches, name_of, pictures, randomised, trained
from spriteloom.codecs.census import Census, take_census
from spriteloom.data.tensors import to_images
from spriteloom.models.pixel_vqvae import objectives
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, PixelVQVAEConfig

EXACT = {"rtol": 1e-8, "atol": 1e-11}


def counted(census: Census, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    return as_patches(census.patches, dtype), torch.from_numpy(census.counts).to(dtype)


def repeated(census: Census) -> tuple[Tensor, Tensor]:
    patches, counts = counted(census)
    every = patches.repeat_interleave(counts.long(), 0)
    return every, counts.new_ones(len(every))


def assert_alike(ours: PixelVQVAE, theirs: PixelVQVAE, **tolerance: float) -> None:
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert a.grad is not None and b.grad is not None, name
        torch.testing.assert_close(a.grad, b.grad, **tolerance, msg=lambda text, name=name: f"{name}: {text}")
    for (name, a), b in zip(ours.named_buffers(), theirs.buffers(), strict=True):
        torch.testing.assert_close(a, b, **tolerance, msg=lambda text, name=name: f"{name}: {text}")


@pytest.mark.parametrize("config", ablations(), ids=name_of)
def test_the_papers_loss_is_the_same_on_images_and_on_their_census(config: PixelVQVAEConfig) -> None:
    by_images = randomised(config, seed=1).double().train()
    by_patches, rgb = copy.deepcopy(by_images), pictures(3, size=16)
    census = take_census([rgb], config.m)
    assert len(census) < census.total
    a = objectives.paper_on_images(by_images, to_images(rgb, torch.float64))
    b = objectives.paper_on_patches(by_patches, *counted(census))
    torch.testing.assert_close(b.loss, a.loss, **EXACT)
    torch.testing.assert_close(b.mse, a.mse, **EXACT)
    torch.testing.assert_close(b.errors.sum(), a.errors.sum(), **EXACT)
    a.loss.backward()
    b.loss.backward()
    assert_alike(by_patches, by_images, **EXACT)


def test_it_is_the_same_to_float_rounding_in_float32() -> None:
    config = PRESETS["medres"](end="batchnorm-sigmoid")
    by_images = randomised(config, seed=1).train()
    by_patches, rgb = copy.deepcopy(by_images), pictures(3, size=16)
    a = objectives.paper_on_images(by_images, to_images(rgb))
    b = objectives.paper_on_patches(by_patches, *counted(take_census([rgb], 2), torch.float32))
    torch.testing.assert_close(b.loss, a.loss)
    for ours, theirs in zip(by_patches.buffers(), by_images.buffers(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_the_papers_loss_is_reconstruction_and_a_quarter_of_commitment() -> None:
    model = randomised(PRESETS["hires"](width=24), seed=1).double().train()
    twin, (patches, counts) = copy.deepcopy(model), repeated(take_census([pictures(1, size=16)], 1))
    step = objectives.paper_on_patches(model, patches, counts)
    z = twin.embed(patches)
    e = twin.quantizer.codebook[torch.cdist(z, twin.quantizer.codebook).argmin(1)]
    mse = torch.nn.functional.mse_loss
    expected = mse(twin.paint(e), patches) + 0.25 * mse(z, e)
    torch.testing.assert_close(step.loss, expected, **EXACT)
    assert_followed(model, twin, z.detach(), counts)


@pytest.mark.parametrize("config", ablations(), ids=name_of)
def test_alignment_gives_the_decoder_the_gradient_of_all_patches(config: PixelVQVAEConfig) -> None:
    by_table = randomised(config, seed=3).double().train()
    by_patches = copy.deepcopy(by_table)
    patches, counts = counted(take_census([pictures(3, size=16)], config.m))
    step = objectives.aligned_on_patches(by_table, patches, counts)
    step.loss.backward()

    codebook = by_patches.quantizer.codebook.clone()
    z = by_patches.embed(patches, counts)
    painted = by_patches.paint(codebook[by_patches.quantizer.nearest(z)], counts)  # on n rows, not on k
    plain = (counts * (painted - patches).square().mean((1, 2))).sum() / counts.sum()
    plain.backward()
    torch.testing.assert_close(step.mse, plain.detach(), **EXACT)
    assert_alike_decoders(by_table, by_patches)
    assert_followed(by_table, by_patches, z.detach(), counts)


def assert_followed(model: PixelVQVAE, before: PixelVQVAE, z: Tensor, counts: Tensor) -> None:
    """The codebook of `model` is where one step of the moving averages takes that of `before`."""
    assert not torch.equal(model.quantizer.codebook, before.quantizer.codebook)
    before.quantizer.ema_update(z, before.quantizer.nearest(z), counts)
    for ours, theirs in zip(model.quantizer.buffers(), before.quantizer.buffers(), strict=True):
        torch.testing.assert_close(ours, theirs, **EXACT)


def assert_alike_decoders(ours: PixelVQVAE, theirs: PixelVQVAE) -> None:
    for a, b in zip(ours.decoder.parameters(), theirs.decoder.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, **EXACT)
    for a, b in zip(ours.decoder.buffers(), theirs.decoder.buffers(), strict=True):
        torch.testing.assert_close(a, b, **EXACT)


@pytest.mark.parametrize(
    "loss", [objectives.aligned_on_patches, objectives.autoencode], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_our_losses_are_the_same_on_a_census_and_on_every_patch(preset: type, loss: type) -> None:
    by_census = randomised(preset(width=96), seed=4).double().train()
    by_every, census = copy.deepcopy(by_census), take_census([pictures(2, size=16)], by_census.config.m)
    a, b = loss(by_census, *counted(census)), loss(by_every, *repeated(census))
    torch.testing.assert_close(a.loss, b.loss, **EXACT)
    torch.testing.assert_close(a.errors.sum(), b.errors.sum(), **EXACT)
    a.loss.backward()
    b.loss.backward()
    assert_alike(by_census, by_every, **EXACT)


def test_alignment_tells_the_encoder_to_choose_better_patches() -> None:
    census = take_census([pictures(4)], 2)
    model, generator = (
        trained(PRESETS["medres"](width=32, codes=64), census, steps=0),
        torch.Generator().manual_seed(0),
    )
    patches, counts = counted(census, torch.float32)
    with torch.no_grad():
        for weight in model.encoder.parameters():
            weight.add_(torch.randn(weight.shape, generator=generator), alpha=0.1)
    optimizer = torch.optim.Adam(model.encoder.parameters(), lr=2e-3)
    found = []
    for _ in range(40):
        optimizer.zero_grad()
        book = [buffer.clone() for buffer in model.quantizer.buffers()]
        step = objectives.aligned_on_patches(model, patches, counts)
        step.loss.backward()
        for buffer, was in zip(model.quantizer.buffers(), book, strict=True):
            buffer.copy_(was)  # the table stands still: only the choice may improve
        optimizer.step()
        found.append(float(step.mse))
    assert found[-1] < 0.5 * found[0]


def test_the_warm_up_leaves_the_codebook_alone_and_learns_without_it() -> None:
    model = randomised(PRESETS["lowres"](width=96), seed=6).train()
    before = [buffer.clone() for buffer in model.quantizer.buffers()]
    patches, counts = counted(take_census([pictures(2)], 4), torch.float32)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(15):
        optimizer.zero_grad()
        step = objectives.autoencode(model, patches, counts)
        step.loss.backward()
        optimizer.step()
        losses.append(step.loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert all(map(torch.equal, before, model.quantizer.buffers()))
    assert not step.z.requires_grad and not step.errors.requires_grad
