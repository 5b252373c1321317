"""Autoencoders and diffusions are trained, loaded and drawn from; what does not fit is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file

from diffusion_kit import large_set, recipe_of, run_of
from run_kit import same, small_set, stops_at, trained, weights
from spriteloom.diffusion.ddpm import DDPM
from spriteloom.errors import CodecMismatch, DataError, ImpossibleModel, RunError
from spriteloom.evaluation import PictureEvaluation, evaluate
from spriteloom.model import load
from spriteloom.training.checkpoint import PLACE
from spriteloom.training.fit import Interrupted
from spriteloom.training.runs import CODEC
from spriteloom.training.session import GUIDE


@pytest.mark.parametrize("name", ["pokemon-ae", "pokemon-vae", "latent"])
def test_an_autoencoder_is_trained_loaded_and_measured(name):
    found = evaluate(load(run_of(name)), large_set())
    assert isinstance(found, PictureEvaluation) and 0 < found.scores.mse < 1


@pytest.mark.parametrize("name", ["diffusion", "diffusion-first"])
def test_a_diffusion_of_pixels_makes_sprites(name):
    generator = load(run_of(name)).along(steps=2)
    one, two = generator.generate(2, seed=4), generator.generate(1, seed=5)
    assert np.array_equal(one[1].pixels, two[0].pixels) and one[0].pixels.shape == (32, 32, 4)
    for sprite in one:
        seen = sprite.pixels[..., 3] > 0
        assert set(np.unique(sprite.pixels[..., 3])) <= {0, 255}
        assert len(np.unique(sprite.pixels[seen], axis=0)) <= 16


def test_a_diffusion_can_be_asked_for_labels():
    generator = load(run_of("diffusion")).along(steps=2)
    assert "types" in generator.conditions.fields
    kind = generator.conditions.fields["types"][0]
    sprites = generator.generate(1, {"types": (kind,)}, guidance=4.0)
    assert sprites[0].labels == {"types": (kind,)}
    with pytest.raises(ImpossibleModel, match="types cannot be"):
        generator.generate(1, {"types": ("watr",)})
    with pytest.raises(ImpossibleModel, match="knows no words"):
        generator.generate(1, prompt="a fish")


def test_a_latent_diffusion_keeps_its_autoencoder(tmp_path):
    run = run_of("latent-diffusion", "latent")
    assert load(run).along(steps=2).draw(2).shape == (2, 128, 128, 3)
    copy = shutil.copytree(run, tmp_path / "run")
    other = trained(tmp_path / "other", recipe_of("latent"), steps=1, data=large_set())
    shutil.copytree(other, copy / CODEC, dirs_exist_ok=True)
    with pytest.raises(CodecMismatch, match="put the run's own autoencoder back"):
        load(copy)


def test_the_papers_mlp_draws_what_its_vae_decodes():
    generator = load(run_of("pokemon-mlp", "pokemon-vae"))
    short = replace(generator, maker=replace(generator.maker, process=DDPM(steps=4)))
    assert short.draw(2).shape == (2, 128, 128, 3)
    assert short.generate(1)[0].pixels.shape == (128, 128, 4)


def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path):
    whole = trained(tmp_path / "whole", recipe_of("diffusion"), steps=4)
    parts = tmp_path / "parts"
    with pytest.raises(Interrupted):
        trained(parts, recipe_of("diffusion"), steps=4, watch=stops_at(2))
    trained(parts, recipe_of("diffusion"), steps=4, resume=True)
    assert same(weights(whole), weights(parts))


def test_a_guide_is_the_average_of_the_first_steps_whether_stopped_or_not(tmp_path):
    young = replace(recipe_of("diffusion"), guide_after=0.5)
    whole = weights(trained(tmp_path / "whole", young, steps=4))
    parts = tmp_path / "parts"
    with pytest.raises(Interrupted):
        trained(parts, young, steps=4, watch=stops_at(2))
    half = load_file(parts / PLACE)
    trained(parts, young, steps=4, resume=True)
    assert same(whole, weights(parts))
    guide = {name.removeprefix(GUIDE): own for name, own in whole.items() if name.startswith(GUIDE)}
    assert same(guide, {name: half[f"module.average.module.{name}"] for name in guide})
    assert not same(guide, {name: whole[name] for name in guide})


def test_what_does_not_fit_is_refused(tmp_path):
    run = tmp_path / "run"
    with pytest.raises(ImpossibleModel, match="train latent"):
        trained(run, recipe_of("latent-diffusion"), data=large_set())
    with pytest.raises(ImpossibleModel, match="leave --codec out"):
        trained(run, recipe_of("diffusion"), codec=run_of("latent"))
    with pytest.raises(ImpossibleModel, match="train such an autoencoder"):
        trained(run, recipe_of("pokemon-mlp"), data=large_set(), codec=run_of("latent"))
    with pytest.raises(RunError, match="no autoencoder"):
        trained(run, recipe_of("latent-diffusion"), data=large_set(), codec=run_of("diffusion"))
    with pytest.raises(DataError, match="--size 128"):
        trained(run, recipe_of("pokemon-vae"), data=small_set())
    with pytest.raises(DataError, match="--size 128"):
        trained(run, recipe_of("latent-diffusion"), data=small_set(), codec=run_of("latent"))
    assert not run.exists()


def test_an_autoencoder_alone_makes_nothing():
    with pytest.raises(RunError, match="only reconstructs"):
        load(run_of("latent")).draw(1)
    with pytest.raises(ImpossibleModel, match="is no diffusion"):
        load(run_of("latent")).along(steps=3)
