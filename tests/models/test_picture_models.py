"""Pictures without codes: each is a function of the weights and its own seed, or of the picture given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import nn

from run_kit import run_config
from spriteloom.data.tensors import to_images, to_pictures
from spriteloom.models.dcgan.family import DCGANModel
from spriteloom.models.dcgan.network import DCGAN, DCGANConfig
from spriteloom.models.picture_model import GROUP
from spriteloom.models.sampling import SamplingModel
from spriteloom.models.vae.family import VAEModel
from spriteloom.models.vae.network import VAE, VAEConfig
from spriteloom.priors.draw import Draw


def vae() -> VAE:
    torch.manual_seed(0)
    return VAE(VAEConfig(size=16, levels=2, width=16, latent=8))


def dcgan() -> DCGAN:
    """Its weights are larger than at the start of a training, so that pictures differ."""
    torch.manual_seed(0)
    network = DCGAN(DCGANConfig(size=16, latent=8, generator=8, discriminator=4))
    for parameter in network.generator.parameters():
        nn.init.normal_(parameter, std=0.3)
    return network


def models() -> list[SamplingModel]:
    return [VAEModel(run_config(), vae()), DCGANModel(run_config(), dcgan())]


def painted(model: SamplingModel, seeds: Sequence[int]) -> np.ndarray:
    return model.paint(np.zeros((len(seeds), 0), np.float32), Draw(seeds=tuple(seeds)))


@pytest.mark.parametrize("model", models(), ids=["vae", "dcgan"])
def test_a_sample_depends_on_its_own_seed_alone(model: SamplingModel):
    seeds = list(range(100, 100 + 2 * GROUP + 3))
    made = painted(model, seeds)
    assert made.shape == (len(seeds), 16, 16, 3) and made.dtype == np.uint8
    assert len({picture.tobytes() for picture in made}) == len(seeds)
    assert np.array_equal(painted(model, seeds[::-1]), made[::-1])
    for place in (0, GROUP, len(seeds) - 1):
        assert np.array_equal(painted(model, [seeds[place]])[0], made[place])


@pytest.mark.parametrize("model", models(), ids=["vae", "dcgan"])
def test_drawing_leaves_the_programs_own_chance_alone(model: SamplingModel):
    before = torch.get_rng_state()
    painted(model, [1, 2])
    assert torch.equal(torch.get_rng_state(), before)


def test_a_vae_gives_back_what_its_mean_decodes_to():
    network = vae()
    rgb = np.random.default_rng(0).integers(0, 256, (GROUP + 2, 16, 16, 3), np.uint8)
    made = VAEModel(run_config(), network).reconstruct(rgb)
    with torch.no_grad():
        expected = to_pictures(network.decode(network.encode(to_images(rgb)).mean))
    assert np.abs(made.astype(int) - expected).max() <= 1  # groups of another size round otherwise
    assert np.array_equal(VAEModel(run_config(), network).reconstruct(rgb[3:4])[0], made[3])


def test_a_vae_refuses_pictures_of_another_size():
    with pytest.raises(ValueError, match=r"\(16, 16, 3\)"):
        VAEModel(run_config(), vae()).reconstruct(np.zeros((1, 8, 16, 3), np.uint8))


def test_the_range_of_tanh_becomes_that_of_bytes():
    network = dcgan()
    latents = torch.stack([torch.randn(8, generator=torch.Generator().manual_seed(s)) for s in (5, 6)])
    made = painted(DCGANModel(run_config(), network), [5, 6])
    with torch.no_grad():
        expected = (network.generate(latents) + 1) / 2 * 255
    assert np.abs(made - expected.permute(0, 2, 3, 1).numpy()).max() < 0.51


def test_autocast_does_not_round_pictures():
    model = VAEModel(run_config(), vae())
    made = painted(model, [1, 2])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert np.array_equal(painted(model, [1, 2]), made)
