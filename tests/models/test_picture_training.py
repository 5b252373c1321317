"""A baseline from its config and a set to a run folder; and what a set must be for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from run_kit import SIZE, same, small_set, trained, weights
from spriteloom.errors import DataError
from spriteloom.models.dcgan.family import dcgan
from spriteloom.models.dcgan.network import DCGAN, DCGANConfig
from spriteloom.models.vae.family import vae
from spriteloom.models.vae.network import VAE, VAEConfig
from spriteloom.training.config import to_json
from spriteloom.training.runs import read_config

SMALL_VAE = replace(vae(), network=VAEConfig(size=SIZE, levels=3, width=16, latent=8), batch=8)
SMALL_GAN = replace(dcgan(), network=DCGANConfig(size=SIZE, latent=8, generator=4, discriminator=4), batch=8)


@pytest.mark.parametrize("config", [SMALL_VAE, SMALL_GAN], ids=["vae", "dcgan"])
def test_a_run_holds_the_whole_network(config, tmp_path: Path):
    run = trained(tmp_path / "run", config, steps=3)
    assert read_config(run).hyperparameters == to_json(config)
    network = VAE(config.network) if config is SMALL_VAE else DCGAN(config.network)
    network.load_state_dict(load_file(run / "model.safetensors"))
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())


def test_a_run_that_is_done_goes_on_with_a_larger_budget(tmp_path: Path):
    whole = trained(tmp_path / "whole", SMALL_GAN, steps=5)
    run = trained(tmp_path / "run", SMALL_GAN, steps=2)
    assert same(weights(trained(run, SMALL_GAN, steps=5, resume=True)), weights(whole))


@pytest.mark.parametrize("config", [vae(), dcgan()], ids=["vae", "dcgan"])
def test_pictures_of_another_size_are_refused(config, tmp_path: Path):
    with pytest.raises(DataError, match=r"has pictures of 32 pixels a side, .* needs 64: .*--size 64"):
        trained(tmp_path / "run", config, steps=1)


def test_too_few_pictures_are_refused(tmp_path: Path):
    """BatchNorm cannot learn from one."""
    one = replace(small_set(), rows={**small_set().rows, "train": range(1)})
    with pytest.raises(DataError, match="1 training pictures, too few for vae"):
        trained(tmp_path / "run", SMALL_VAE, steps=1, data=one)
