"""How a network begins: as it was, from k-means, or as the identity."""

from __future__ import annotations

import pytest
import torch

from codec_kit import PRESETS, as_patches, draw_from, noise, pictures
from spriteloom.codecs.census import take_census
from spriteloom.errors import ImpossibleModel
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, PixelVQVAEConfig, embedded
from spriteloom.models.pixel_vqvae.starts import KMeansStart, NormalStart, PassThroughStart, pass_through


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def built(config: PixelVQVAEConfig) -> PixelVQVAE:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return PixelVQVAE(config)


@pytest.mark.parametrize("size", PRESETS)
def test_passing_through_makes_encoder_and_decoder_the_identity(size: str) -> None:
    model = built(PRESETS[size]())
    m = model.config.m
    pass_through(model, *draw_from(take_census([pictures(4)], m))(4096))
    assert model.training and all(p.requires_grad for p in model.parameters())
    model.eval()
    unseen = as_patches(noise(300, 3 * m * m))
    with torch.inference_mode():
        z = model.embed(unseen)
        assert float((z[:, : 3 * m * m] - unseen.flatten(1)).abs().max()) < 1e-5
        assert not z[:, 3 * m * m :].any()
        assert float((model.paint(z) - unseen).abs().max()) < 1e-5
        images = torch.rand(2, 3, 16, 16, generator=generator())
        assert float((model.paint_images(model.embed_images(images)) - images).abs().max()) < 1e-5


@pytest.mark.parametrize(("size", "width"), [("hires", 3), ("medres", 12), ("lowres", 48)])
def test_the_narrowest_model_that_can_carry_a_patch_does(size: str, width: int) -> None:
    model = built(PRESETS[size](width=width, dim=width))
    m = model.config.m
    pass_through(model, *draw_from(take_census([pictures(4)], m))(4096))
    model.eval()
    unseen = as_patches(noise(300, 3 * m * m))
    with torch.inference_mode():
        assert float((model.paint(model.embed(unseen)) - unseen).abs().max()) < 1e-5


@pytest.mark.parametrize(
    "changes",
    [{"dim": 47}, {"width": 44}, {"pixel_sight": False}, {"adapter": False}, {"end": "batchnorm-sigmoid"}],
)
def test_a_model_that_cannot_carry_a_patch_is_refused_and_left_alone(changes: dict[str, object]) -> None:
    model = built(PRESETS["lowres"](**changes))
    before = [value.clone() for value in model.state_dict().values()]
    with pytest.raises(ImpossibleModel, match=r"4×4 cannot pass through.*48 dimensions") as error:
        PassThroughStart().prepare(model, draw_from(take_census([pictures(2)], 4)))
    assert "\n" not in str(error.value)
    assert all(map(torch.equal, before, model.state_dict().values()))


@pytest.mark.parametrize(
    "start", [KMeansStart(sample=2000, rounds=8), PassThroughStart(sample=2000, rounds=8)]
)
def test_the_codebook_becomes_k_means_of_the_embeddings(start: KMeansStart | PassThroughStart) -> None:
    census = take_census([pictures(6)], 2)
    model = built(PRESETS["medres"](width=24, dim=12, codes=32))
    start.prepare(model, draw_from(census))
    start.settle(model, draw_from(census), generator())
    assert model.training
    z = embedded(model, as_patches(census.patches))
    codes = model.quantizer.nearest(z)
    weights = torch.from_numpy(census.counts).float()
    held = weights.new_zeros(32).index_add_(0, codes, weights)
    assert int((held > 0).sum()) >= 30 and model.quantizer.used() >= 24
    error = (weights * (z - model.quantizer.codebook[codes]).square().sum(1)).sum() / weights.sum()
    mean = (weights @ z) / weights.sum()
    spread = (weights * (z - mean).square().sum(1)).sum() / weights.sum()
    assert error < 0.05 * spread
    torch.testing.assert_close(
        model.quantizer.sums, model.quantizer.codebook * model.quantizer.counts[:, None], rtol=1e-5, atol=1e-6
    )


def test_settling_is_the_same_for_the_same_seed() -> None:
    books = []
    for _ in range(2):
        model = built(PRESETS["medres"](width=24, dim=12, codes=16))
        KMeansStart(sample=1000, rounds=3).settle(
            model, draw_from(take_census([pictures(2)], 2)), generator()
        )
        books.append(model.quantizer.codebook)
    assert torch.equal(*books)


def test_the_papers_start_changes_nothing() -> None:
    model = built(PRESETS["medres"](width=16))
    before = [value.clone() for value in model.state_dict().values()]
    start, draw = NormalStart(), draw_from(take_census([pictures(1)], 2))
    start.prepare(model, draw)
    start.settle(model, draw, generator())
    assert all(map(torch.equal, before, model.state_dict().values()))
    assert (start.warm_up, PassThroughStart().warm_up) == (0, 0) and KMeansStart().warm_up > 0
