"""The denoiser: its shapes, what it is told, and what it leaves alone where there is no noise."""

from __future__ import annotations

import torch

from spriteloom.models.diffusion.denoiser import Denoiser, DenoiserConfig, timestep_embedding


def small(**changes) -> Denoiser:
    torch.manual_seed(0)
    conditions = changes.pop("conditions", 3)
    config = DenoiserConfig(**({"widths": (8, 16), "attention": (1,)} | changes))
    return Denoiser(config, channels=4, conditions=conditions).eval()


def test_a_grid_keeps_its_shape():
    made = small()(torch.randn(2, 4, 8, 8), torch.tensor([0.2, 0.9]), torch.zeros(2, 3))
    assert made.shape == (2, 4, 8, 8)


def test_with_sigma_data_nothing_changes_where_there_is_no_noise():
    x = torch.randn(1, 4, 8, 8)
    assert torch.allclose(small(sigma_data=0.5)(x, torch.zeros(1), torch.zeros(1, 3)), x, atol=1e-6)


def test_it_hears_what_is_asked_for_and_how_much_noise_there_is():
    model, x = small(), torch.randn(1, 4, 8, 8)
    torch.nn.init.normal_(model.unet.end.weight)
    for part in model.unet.modules():
        if isinstance(part, torch.nn.Conv2d):
            torch.nn.init.normal_(part.weight, std=0.1)
    base = model(x, torch.tensor([0.5]), torch.zeros(1, 3))
    assert not torch.allclose(model(x, torch.tensor([0.5]), torch.ones(1, 3)), base)
    assert not torch.allclose(model(x, torch.tensor([0.6]), torch.zeros(1, 3)), base)


def test_without_conditions_none_are_read():
    model = small(conditions=0)
    x = torch.randn(1, 4, 8, 8)
    assert torch.equal(
        model(x, torch.zeros(1), torch.ones(1, 7)), model(x, torch.zeros(1), torch.zeros(1, 7))
    )


def test_timestep_embeddings_tell_close_numbers_apart():
    near = timestep_embedding(torch.tensor([0.500, 0.501]), 16)
    assert near.shape == (2, 32) and float((near[0] - near[1]).abs().max()) > 0.1
