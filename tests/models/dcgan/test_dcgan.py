"""The DCGAN is the paper's in number of parameters, begins as published, and plays with honest gradients."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import count
from spriteloom.models.dcgan.family import simultaneous
from spriteloom.models.dcgan.network import DCGAN, DCGANConfig


@pytest.fixture
def model() -> DCGAN:
    torch.manual_seed(0)
    return DCGAN(DCGANConfig(size=16, latent=6, generator=8, discriminator=4)).double()


def batch(n: int = 5) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(n, 3, 16, 16, generator=generator, dtype=torch.double) * 2 - 1
    return images, torch.randn(n, 6, generator=generator, dtype=torch.double)


def test_it_has_as_many_parameters_as_the_papers():
    model = DCGAN(DCGANConfig())
    assert (count(model.generator), count(model.discriminator)) == (12_658_432, 2_765_568)
    assert count(model) == 15_424_000


def test_shapes_and_ranges(model: DCGAN):
    images, latents = batch()
    made = model.generate(latents * 1e3)
    assert made.shape == (5, 3, 16, 16)
    assert made.min() >= -1 and made.max() <= 1
    assert model.judge(images).shape == (5,)


def test_it_begins_as_published():
    torch.manual_seed(0)
    model = DCGAN(DCGANConfig(size=16, generator=32))
    kernels = [m.weight.detach() for m in model.modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d))]
    scales = [m.weight.detach() for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(kernels) == 6 and len(scales) == 3
    for kernel in kernels:
        assert float(kernel.std()) == pytest.approx(0.02, rel=0.1)
        assert abs(float(kernel.mean())) < 0.002
    for scale in scales:
        assert float(scale.mean()) == pytest.approx(1, abs=0.01)
        assert float(scale.std()) == pytest.approx(0.02, rel=0.35)


def two_passes(model: DCGAN, images: Tensor, latents: Tensor) -> dict[str, Tensor]:
    """Gradients of the two players, each by a backward pass of its own, as the tutorials have it."""
    ones, zeros = torch.ones(len(images), dtype=images.dtype), torch.zeros(len(images), dtype=images.dtype)
    discriminator, generator = dict(model.discriminator.named_parameters()), model.generator
    fakes = model.generate(latents)
    lost = F.binary_cross_entropy_with_logits(model.judge(images), ones)
    lost = lost + F.binary_cross_entropy_with_logits(model.judge(fakes.detach()), zeros)
    of_d = torch.autograd.grad(lost, list(discriminator.values()))
    fooled = F.binary_cross_entropy_with_logits(model.judge(fakes), ones)
    of_g = torch.autograd.grad(fooled, list(generator.parameters()))
    names = [f"discriminator.{name}" for name in discriminator]
    names += [f"generator.{name}" for name, _ in generator.named_parameters()]
    return dict(zip(names, [*of_d, *of_g], strict=True))


def test_one_backward_pass_gives_each_player_its_own_gradient(model: DCGAN):
    images, latents = batch()
    truth = two_passes(copy.deepcopy(model), images, latents)
    simultaneous(model, images, latents).loss.backward()
    found = {name: p.grad for name, p in model.named_parameters()}
    assert found.keys() == truth.keys()
    for name, gradient in truth.items():
        assert float(gradient.abs().max()) > 0
        torch.testing.assert_close(found[name], gradient, msg=name)


def test_the_losses_are_those_of_the_two_players(model: DCGAN):
    images, latents = batch()
    found = simultaneous(model, images, latents)
    real, fake = model.judge(images), model.judge(model.generate(latents))
    torch.testing.assert_close(
        found.discriminator, -real.sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean()
    )
    torch.testing.assert_close(found.generator, -fake.sigmoid().log().mean())
    torch.testing.assert_close(found.real, real.sigmoid().mean())
    torch.testing.assert_close(found.fake, fake.sigmoid().mean())
    torch.testing.assert_close(found.loss.detach(), found.discriminator + found.generator)


def test_who_can_only_guess_loses_2_ln_2(model: DCGAN):
    nn.init.zeros_(list(model.discriminator.parameters())[-1])
    found = simultaneous(model, *batch())
    assert float(found.discriminator) == pytest.approx(2 * math.log(2))
    assert float(found.real) == float(found.fake) == 0.5


def test_statistics_see_real_pictures_and_fakes_once_each(model: DCGAN):
    images, latents = batch()
    twin = copy.deepcopy(model)
    simultaneous(model, images, latents)
    fakes = twin.generate(latents).detach()
    twin.judge(images)
    twin.judge(fakes)
    for (name, a), (_, b) in zip(model.named_buffers(), twin.named_buffers(), strict=True):
        torch.testing.assert_close(a, b, msg=name)


def test_autocast_leaves_the_losses_in_float32(model: DCGAN):
    model.float()
    images, latents = (part.float() for part in batch())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert {part.dtype for part in simultaneous(model, images, latents)} == {torch.float32}


@pytest.mark.parametrize("changes", [{"size": 48}, {"size": 4}, {"size": 0}, {"latent": 0}, {"generator": 0}])
def test_what_cannot_exist_says_why(changes: dict[str, int]):
    with pytest.raises(ImpossibleModel, match=r"DCGAN makes|must all be above 0"):
        DCGANConfig(**changes)
