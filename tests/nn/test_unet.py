"""The U-Net keeps the grid, sees all of it, and follows what steers it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from spriteloom.nn.unet import MAX_UNFUSED, UNet, UNetConfig, attend
from thread_kit import one_thread as one_thread

TINY = UNetConfig(inputs=3, outputs=5, conditioning=4, widths=(8, 16), blocks=1, attention=(1,))


def net(config: UNetConfig = TINY) -> UNet:
    """A network in evaluation mode of which no part is silent, the same each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = UNet(config)
        for weight in made.parameters():
            if weight.ndim > 1 and not weight.any():
                torch.nn.init.normal_(weight, std=0.3)
    return made.eval()


def given(b: int, h: int, w: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(b, 3, h, w, generator=generator), torch.randn(b, 4, generator=generator)


@pytest.mark.parametrize("widths", [(8,), (8, 16), (16, 8, 24)])
@pytest.mark.parametrize("attention", [(), (0, 1)])
@pytest.mark.parametrize("blocks", [1, 2])
def test_any_grid_that_is_a_multiple_keeps_its_size(
    widths: tuple[int, ...], attention: tuple[int, ...], blocks: int
):
    made = net(replace(TINY, widths=widths, attention=attention, blocks=blocks))
    n = made.config.multiple
    assert n == 2 ** (len(widths) - 1)
    for h, w in ((n, n), (2 * n, 3 * n), (5 * n, n)):
        painted = made(*given(2, h, w))
        assert painted.shape == (2, 5, h, w) and painted.isfinite().all()


def test_what_steers_it_changes_the_output_of_its_own_sample_alone():
    made = net()
    x, conditioning = given(2, 4, 4)
    before = made(x, conditioning)
    conditioning[1] += 1
    after = made(x, conditioning)
    assert torch.allclose(before[0], after[0], atol=1e-6)
    assert (before[1] - after[1]).abs().mean() > 1e-2


@pytest.mark.parametrize("attention", [(), (1,)])
def test_attention_lets_one_corner_see_the_other(attention: tuple[int, ...]):
    """Norms, too, see the whole grid, but only its mean and spread, which a swap of two places leaves."""
    made = net(replace(TINY, attention=attention)).double()
    x, conditioning = (each.double() for each in given(1, 32, 32))
    for each in made.modules():
        if isinstance(each, torch.nn.GroupNorm):
            each.forward = torch.nn.Identity().forward
    before = made(x, conditioning)[..., 0, 0]
    x[..., -1, -1] += 3
    assert torch.equal(before, made(x, conditioning)[..., 0, 0]) == (not attention)


def test_fresh_blocks_pass_their_input_on():
    """The second convolution of a block and the end of attention begin at zero: nothing is steered yet."""
    made = UNet(replace(TINY, widths=(8, 8))).eval()
    x, conditioning = given(1, 4, 4)
    assert torch.allclose(made(x, conditioning), made(x, conditioning + 1), atol=1e-6)


@pytest.mark.parametrize("positions", [MAX_UNFUSED, MAX_UNFUSED + 1])
def test_attention_is_the_same_written_out_and_fused(positions):
    q, k, v = torch.randn(3, 2, 2, positions, 8, generator=torch.Generator().manual_seed(0))
    expected = torch.nn.functional.scaled_dot_product_attention(q, k, v)
    torch.testing.assert_close(attend(q, k, v), expected, rtol=1e-5, atol=1e-5)


def test_every_weight_learns():
    made = net().train()
    made(*given(2, 4, 4)).square().sum().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in made.parameters())


def test_dropout_takes_part_in_training_alone():
    made, asked = net(replace(TINY, dropout=0.5)), given(1, 4, 4)
    assert torch.equal(made(*asked), made(*asked))
    made.train()
    assert not torch.equal(made(*asked), made(*asked))


def test_widths_fit_the_groups_of_the_norm():
    with pytest.raises(AssertionError, match="multiples of 8"):
        replace(TINY, widths=(8, 12))
