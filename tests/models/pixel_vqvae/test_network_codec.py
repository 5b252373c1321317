"""Three ways to run a network give the same codes and bytes: whatever its weights, however near a tie."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from codec_kit import ENDS, PRESETS, as_patches, noise, pictures, randomised, trained
from spriteloom.codecs.census import take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.patches import split
from spriteloom.data.tensors import to_images
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import End, PixelVQVAE


def inputs(seed: int) -> np.ndarray:
    """Creatures, and noise: patches that no codec was made for."""
    return np.concatenate([pictures(2, seed, 48), noise(1, 48 * 48 * 3, seed).reshape(1, 48, 48, 3)])


def exact_codes(model: PixelVQVAE, rgb: np.ndarray) -> np.ndarray:
    """By convolutions in float64, all of it, and distances written out."""
    wide = copy.deepcopy(model).double().eval()
    with torch.inference_mode():
        grid = wide.embed_images(to_images(rgb, torch.float64))
        z = grid.permute(0, 2, 3, 1).reshape(-1, grid.shape[1])
        codes = torch.cat(
            [
                torch.cdist(
                    some, wide.quantizer.codebook, compute_mode="donot_use_mm_for_euclid_dist"
                ).argmin(1)
                for some in z.split(2048)
            ]
        )
    return codes.numpy().reshape(len(rgb), *grid.shape[2:])


def assert_every_path_agrees(model: PixelVQVAE, rgb: np.ndarray) -> np.ndarray:
    network = NetworkCodec(model)
    compiled = Codec.of_network(network).compile()
    codes = network.encode(rgb)
    assert np.array_equal(network.encode_patches(split(rgb, network.m)).reshape(codes.shape), codes)
    assert np.array_equal(compiled.encode(rgb), codes)
    assert np.array_equal(compiled.encode(rgb[:1]), codes[:1])  # remembered

    painted = network.decode(codes)
    assert np.array_equal(compiled.decode(codes), painted)
    every = np.arange(network.k, dtype=np.int32).reshape(1, 16, -1)
    assert np.array_equal(compiled.decode(every), network.decode(every))

    def mse(chosen: np.ndarray) -> float:
        return float(np.square(compiled.decode(chosen).astype(int) - rgb).mean())

    assert mse(compiled.encode_nearest(rgb)) <= mse(codes)
    return codes


@pytest.mark.parametrize(("seed", "end", "width"), [(0, ENDS[0], 512), (1, ENDS[1], 512), (2, ENDS[0], 64)])
@pytest.mark.parametrize("size", PRESETS)
def test_random_weights(size: str, seed: int, end: End, width: int) -> None:
    model, rgb = randomised(PRESETS[size](end=end, width=width), seed), inputs(seed)
    codes = assert_every_path_agrees(model, rgb)
    assert np.array_equal(codes, exact_codes(model, rgb))
    assert len(np.unique(codes)) > 20


@pytest.mark.parametrize("size", PRESETS)
def test_trained_weights(size: str) -> None:
    census = take_census([pictures(4, seed=5)], PRESETS[size]().m)
    model, rgb = trained(PRESETS[size](width=128, codes=96), census).eval(), inputs(9)
    codes = assert_every_path_agrees(model, rgb)
    assert np.array_equal(codes, exact_codes(model, rgb))


@pytest.mark.parametrize("size", PRESETS)
def test_narrow_networks_and_odd_grids(size: str) -> None:
    model, rgb = randomised(PRESETS[size](width=16, codes=80), seed=7), inputs(2)[:, :44, :36]
    assert_every_path_agrees(model, np.ascontiguousarray(rgb))


def crowd_the_codebook(model: PixelVQVAE, rgb: np.ndarray) -> None:
    """Pairs of codes so nearly as far from the embedding of a patch that float32 cannot tell them apart."""
    patches = np.unique(split(rgb, model.config.m), axis=0)[: model.config.codes // 2]
    wide = copy.deepcopy(model).double()
    with torch.inference_mode():
        z = wide.embed(as_patches(patches, torch.float64))
    side = torch.randn(z.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 0.05
    model.quantizer.codebook.copy_(torch.cat([z + side, z - side])[torch.randperm(2 * len(z))])


@pytest.mark.parametrize("size", PRESETS)
def test_near_ties_are_settled_in_float64(size: str) -> None:
    rgb = inputs(3)
    model = randomised(PRESETS[size](width=128), seed=3)
    crowd_the_codebook(model, rgb)
    truth = exact_codes(model, rgb)
    with torch.inference_mode():
        z = model.embed(as_patches(split(rgb, model.config.m)))
    hasty = model.quantizer.nearest(z).numpy().reshape(truth.shape)
    assert (hasty != truth).any()  # float32 alone is wrong, so the settling is what makes the next line true
    assert np.array_equal(assert_every_path_agrees(model, rgb), truth)


@pytest.mark.parametrize("size", PRESETS)
def test_of_equal_codes_the_lowest_is_taken_on_every_path(size: str) -> None:
    model = randomised(PRESETS[size](codes=96, width=128), seed=4)
    book = model.quantizer.codebook
    book[48:] = book[:48].flip(0)
    rgb = inputs(4)
    codes = assert_every_path_agrees(model, rgb)
    assert codes.max() < 48
    network = NetworkCodec(model)
    one_by_one = [network.encode_patches(patch[None])[0] for patch in split(rgb[:1, :8, :8], network.m)]
    assert one_by_one == codes[0, : 8 // network.m, : 8 // network.m].ravel().tolist()


@pytest.mark.parametrize("size", PRESETS)
def test_values_at_half_a_byte_are_painted_alike(size: str) -> None:
    model = randomised(PRESETS[size](width=96), seed=5)
    last = model.decoder[-2]
    with torch.no_grad():  # every color a hair from n + 1/2
        last.weight.mul_(1e-7)
        last.bias.copy_(torch.tensor([100.5, 37.5, 200.5]) / 255)
    network = NetworkCodec(model)
    compiled = Codec.of_network(network).compile()
    codes = np.random.default_rng(0).integers(0, 256, (2, 16, 16)).astype(np.int32)
    painted = network.decode(codes)
    assert len(np.unique(painted)) > 3  # some rounded up, some down
    assert np.array_equal(compiled.decode(codes), painted)


def test_no_patches_are_no_codes() -> None:
    assert NetworkCodec(randomised(PRESETS["medres"](width=16))).encode_patches(noise(0, 12)).shape == (0,)
