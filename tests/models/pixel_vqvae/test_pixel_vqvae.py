"""The network: as large as the paper says, refused where it cannot be, by convolutions as by products."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from codec_kit import PRESETS, ablations, as_patches, name_of, pictures, randomised
from spriteloom.codecs.patches import split
from spriteloom.data.tensors import to_bytes, to_images, to_pictures
from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import count
from spriteloom.models.pixel_vqvae.network import (
    PixelVQVAE,
    PixelVQVAEConfig,
    decoded_table,
    hires,
    lowres,
    medres,
)

plain = {"pixel_sight": False, "adapter": False}


@pytest.mark.parametrize("end", ["batchnorm-sigmoid", "scale-clip"])
@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (lowres, 1_413_065),
        (medres, 1_102_121),
        (hires, 54_313),
        (lambda **k: lowres(dim=32, **plain, **k), 20_998),
        (lambda **k: medres(**plain, **k), 17_222),
    ],
    ids=["lowres", "medres", "hires", "vqvae-lowres", "vqvae-medres"],
)
def test_parameters_are_those_of_table_5(config: type, parameters: int, end: str) -> None:
    assert count(PixelVQVAE(config(end=end))) == parameters


@pytest.mark.parametrize("adapter", [True, False])
def test_hires_without_pixel_sight_is_refused_with_the_reason(adapter: bool) -> None:
    with pytest.raises(ImpossibleModel, match="without PixelSight has no layer"):
        hires(pixel_sight=False, adapter=adapter)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"width": 3}, "3 filters cannot be halved for 2 levels: the last block needs at least 4"),
        ({"width": 0}, "0 filters"),
        ({"adapter": False, "dim": 3}, "3 filters cannot be halved"),
        ({"dim": 0}, "dim 0"),
        ({"codes": 0}, "codes 0"),
        ({"levels": -1}, "levels -1"),
    ],
)
def test_what_has_no_filters_or_codes_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ImpossibleModel, match=reason) as error:
        lowres(**changes)
    assert "\n" not in str(error.value)


def test_both_ends_share_names_and_shapes_of_weights() -> None:
    shapes = [
        {name: tensor.shape for name, tensor in PixelVQVAE(medres(end=end)).state_dict().items()}
        for end in ("batchnorm-sigmoid", "scale-clip")
    ]
    assert shapes[0] == shapes[1]


def test_the_fixed_norm_has_no_statistics_to_learn() -> None:
    model = PixelVQVAE(medres(width=32, dim=12)).train()
    last = next(layer for layer in model.decoder if isinstance(layer, nn.BatchNorm2d))
    model.paint(torch.rand(9, 12))
    assert not last.training and last.running_mean.eq(0).all() and last.running_var.eq(1).all()


@pytest.mark.parametrize("config", ablations(), ids=name_of)
def test_in_evaluation_patches_and_images_agree(config: PixelVQVAEConfig) -> None:
    model, rgb = randomised(config, seed=2).double(), pictures(3, size=16)
    with torch.inference_mode():
        images = to_images(rgb, torch.float64)
        grid = model.embed_images(images)
        z = model.embed(as_patches(split(rgb, config.m), torch.float64))
        assert grid.shape == (3, config.dim, 16 // config.m, 16 // config.m)
        torch.testing.assert_close(z, grid.permute(0, 2, 3, 1).reshape(-1, config.dim), rtol=1e-9, atol=1e-11)
        painted = model.paint_images(grid)
        pixels = model.paint(z)
    assert painted.shape == images.shape and float(painted.min()) >= 0 and float(painted.max()) <= 1
    bytes_of_images = split(to_pictures(painted), config.m)
    assert np.array_equal(bytes_of_images, to_bytes(pixels).reshape(bytes_of_images.shape))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_each_code_depends_on_its_own_patch_alone(preset: type) -> None:
    model, images = randomised(preset(width=96)), torch.rand(1, 3, 16, 16)
    m = model.config.m
    other = images.clone()
    other[..., m : 2 * m, 0:m] = 1 - other[..., m : 2 * m, 0:m]
    with torch.inference_mode():
        changed = (model.embed_images(images) != model.embed_images(other)).any(1)[0]
    assert changed.nonzero().tolist() == [[1, 0]]


def test_the_table_is_what_each_code_decodes_to() -> None:
    model = randomised(medres(width=32, dim=12, codes=9))
    table = decoded_table(model)
    assert table.shape == (9, 12) and table.dtype is torch.float64
    with torch.inference_mode():
        one = model.paint_images(model.quantizer.codebook[4][None, :, None, None])
    torch.testing.assert_close(table[4].float().reshape(2, 2, 3), one[0].permute(1, 2, 0))
