"""A diffusion's components can be read by whoever knows safetensors and JSON, and by `diffusers` itself."""

from __future__ import annotations

import json

import torch
from safetensors.torch import load_file

from diffusion_kit import run_of
from spriteloom.diffusion.flow import Walk
from spriteloom.generation.components import write_components
from spriteloom.model import load


def test_pixels_are_a_denoiser_and_a_schedule(tmp_path):
    generator = load(run_of("diffusion"))
    write_components(generator.diffusion, generator.conditions.fields, tmp_path)
    index = json.loads((tmp_path / "model_index.json").read_text())
    assert index["denoiser"] == ["spriteloom", "Denoiser"] and index["space"] == {
        "size": 32,
        "m": 2,
        "opponent": True,
    }
    assert index["conditions"]["types"]
    assert Walk(**index["walk"]) == generator.diffusion.path
    weights = load_file(tmp_path / "denoiser" / "diffusion_pytorch_model.safetensors")
    own = generator.diffusion.network.state_dict()
    assert weights.keys() == own.keys()
    assert all(torch.equal(weights[name], own[name]) for name in own)
    assert json.loads((tmp_path / "denoiser" / "config.json").read_text())["channels"] == 16


def test_the_schedules_are_those_of_diffusers(tmp_path):
    from diffusers import DDPMScheduler, FlowMatchEulerDiscreteScheduler

    flow, steps = tmp_path / "flow", tmp_path / "ddpm"
    write_components(load(run_of("latent-diffusion", "latent")).diffusion, {}, flow)
    write_components(load(run_of("pokemon-mlp", "pokemon-vae")).diffusion, {}, steps)
    assert FlowMatchEulerDiscreteScheduler.from_pretrained(flow, subfolder="scheduler").config.shift == 4.0
    assert DDPMScheduler.from_pretrained(steps, subfolder="scheduler").config.num_train_timesteps == 1000
    assert (flow / "autoencoder" / "config.json").exists()
    guides = [json.loads((folder / "model_index.json").read_text()).get("guide") for folder in (flow, steps)]
    assert guides == [["spriteloom", "Denoiser"], None] and (flow / "guide" / "config.json").exists()
