"""Autoencoders and diffusions are trained, loaded and drawn from; what does not fit is refused."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file

from diffusion_kit import SMALL, large_set, run_of
from run_kit import same, small_set, stops_at, trained, weights
from spriteloom.errors import CodecMismatch, DataError, ImpossibleModel, RunError
from spriteloom.evaluation.evaluate import PictureEvaluation, evaluate
from spriteloom.models.capabilities import Edits, Samples, need
from spriteloom.models.diffusion.denoiser import PREFIX, split_state_dict
from spriteloom.models.load import load
from spriteloom.training.checkpoint import CHECKPOINT
from spriteloom.training.fit import Interrupted
from spriteloom.training.runs import BASE


@pytest.mark.parametrize("name", ["pokemon-ae", "pokemon-vae", "latent"])
def test_an_autoencoder_is_trained_loaded_and_measured(name):
    found = evaluate(load(run_of(name)), large_set())
    assert isinstance(found, PictureEvaluation) and 0 < found.scores.mse < 1


@pytest.mark.parametrize("name", ["diffusion", "diffusion-first"])
def test_a_diffusion_of_pixels_makes_sprites(name):
    generator = load(run_of(name)).with_sampler(num_steps=2)
    one, two = generator.generate(2, seed=4), generator.generate(1, seed=5)
    assert np.array_equal(one[1].pixels, two[0].pixels) and one[0].pixels.shape == (32, 32, 4)
    for sprite in one:
        seen = sprite.pixels[..., 3] > 0
        assert set(np.unique(sprite.pixels[..., 3])) <= {0, 255}
        assert len(np.unique(sprite.pixels[seen], axis=0)) <= 16


def test_a_diffusion_can_be_asked_for_labels():
    generator = load(run_of("diffusion")).with_sampler(num_steps=2)
    assert "types" in generator.conditions.fields
    kind = generator.conditions.fields["types"][0]
    sprites = generator.generate(1, {"types": (kind,)}, guidance_scale=4.0)
    assert sprites[0].labels == {"types": (kind,)}
    with pytest.raises(ImpossibleModel, match="types cannot be"):
        generator.generate(1, {"types": ("watr",)})
    with pytest.raises(ImpossibleModel, match="takes no prompt"):
        generator.generate(1, prompt="a fish")


def test_a_latent_diffusion_keeps_its_autoencoder(tmp_path):
    run = run_of("latent-diffusion", "latent")
    assert load(run).with_sampler(num_steps=2).sample(2).shape == (2, 128, 128, 3)
    copy = shutil.copytree(run, tmp_path / "run")
    other = trained(tmp_path / "other", "latent", steps=1, changes=SMALL["latent"], data=large_set())
    shutil.copytree(other, copy / BASE, dirs_exist_ok=True)
    with pytest.raises(CodecMismatch, match="restore the run's own base model"):
        load(copy)


def test_the_papers_mlp_draws_what_its_vae_decodes():
    generator = load(run_of("pokemon-mlp", "pokemon-vae"))
    short = generator.with_sampler(num_steps=4, sampler="ddim")
    assert short.sample(2).shape == (2, 128, 128, 3)
    assert short.generate(1)[0].pixels.shape == (128, 128, 4)


def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path):
    whole = trained(tmp_path / "whole", "diffusion", changes=SMALL["diffusion"], steps=4)
    parts = tmp_path / "parts"
    with pytest.raises(Interrupted):
        trained(parts, "diffusion", changes=SMALL["diffusion"], steps=4, callback=stops_at(2))
    trained(parts, "diffusion", changes=SMALL["diffusion"], steps=4, resume=True)
    assert same(weights(whole), weights(parts))


def test_autoguidance_is_the_average_of_the_first_steps_whether_stopped_or_not(tmp_path):
    young = (*SMALL["diffusion"], "autoguidance_after=0.5")
    whole = weights(trained(tmp_path / "whole", "diffusion", changes=young, steps=4))
    parts = tmp_path / "parts"
    with pytest.raises(Interrupted):
        trained(parts, "diffusion", changes=young, steps=4, callback=stops_at(2))
    half = load_file(parts / CHECKPOINT)
    trained(parts, "diffusion", changes=young, steps=4, resume=True)
    assert same(whole, weights(parts))
    own, worse = split_state_dict(whole)
    assert own.keys() == worse.keys() and all(PREFIX + name in whole for name in own)
    assert same(worse, {name: half[f"module.average.module.{name}"] for name in worse})
    assert not same(worse, own)


def test_a_ddpm_honours_its_options_or_refuses_them():
    generator = load(run_of("pokemon-mlp", "pokemon-vae"))
    few, more = (generator.with_sampler(num_steps=n, sampler="ddim").sample(1) for n in (2, 9))
    assert not np.array_equal(few, more)
    drawn = generator.with_sampler(num_steps=9, sampler="ddpm").sample(1)
    assert not np.array_equal(drawn, more)
    with pytest.raises(ImpossibleModel, match="ddpm or ddim"):
        generator.with_sampler(sampler="heun")
    with pytest.raises(ImpossibleModel, match="leave guidance out"):
        generator.with_sampler(num_steps=1).sample(1, guidance_scale=3.0)
    with pytest.raises(ImpossibleModel, match=r"trained without labels|cannot be"):
        generator.sample(1, {"types": ("ghosst",)})


def test_what_does_not_fit_is_refused(tmp_path):
    run = tmp_path / "run"
    with pytest.raises(ImpossibleModel, match="train latent"):
        trained(run, "latent-diffusion", data=large_set())
    with pytest.raises(ImpossibleModel, match="leave --base out"):
        trained(run, "diffusion", base=run_of("latent"))
    with pytest.raises(ImpossibleModel, match="train such an autoencoder"):
        trained(run, "pokemon-mlp", data=large_set(), base=run_of("latent"))
    with pytest.raises(ImpossibleModel, match="is a run of diffusion: train one"):
        trained(run, "latent-diffusion", data=large_set(), base=run_of("diffusion"))
    with pytest.raises(DataError, match="--size 128"):
        trained(run, "pokemon-vae", data=small_set())
    with pytest.raises(DataError, match="--size 128"):
        trained(run, "latent-diffusion", data=small_set(), base=run_of("latent"))
    assert not run.exists()


def test_an_autoencoder_alone_makes_nothing():
    with pytest.raises(RunError, match="only reconstructs"):
        need(load(run_of("latent")), Samples)
    with pytest.raises(RunError, match="cannot edit"):
        need(load(run_of("latent")), Edits)
