"""Muon: directions become equally long, steps have the size that is asked for, it descends, it resumes."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import nn

from spriteloom.nn.muon import Muon, by_blocks, by_gram, by_matrix, orthogonalize


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (24, 24)])
def test_it_comes_near_the_orthogonal_factor(shape):
    torch.manual_seed(0)
    matrix = torch.randn(2, *shape)
    found = orthogonalize(matrix).float()
    assert found.shape == matrix.shape
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    cosine = nn.functional.cosine_similarity(found.flatten(1), (u @ v).flatten(1))
    assert cosine.min() > 0.97
    assert torch.linalg.svdvals(found).max() < 1.3


def test_quiet_directions_move_as_far_as_loud_ones():
    loud = torch.diag(torch.tensor([1.0, 0.05]))[None]
    moved = orthogonalize(loud).float()[0].diagonal()
    assert moved.min() > 0.5 and moved.max() < 1.3


def test_it_descends_and_leaves_what_has_no_gradient():
    torch.manual_seed(0)
    layer, idle = nn.Conv2d(4, 8, 3, bias=False), nn.Linear(4, 4)
    wanted = torch.randn_like(layer.weight) * 0.1
    muon = Muon([layer.weight, idle.weight], lr=0.02)
    before = idle.weight.detach().clone()
    losses = []
    for _ in range(60):
        loss = (layer.weight - wanted).square().sum()
        muon.zero_grad()
        loss.backward()
        muon.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.1 * losses[0]
    assert torch.equal(idle.weight, before)


def test_its_moments_go_on():
    """One step, saved, and another is the same as two."""
    torch.manual_seed(0)
    start, gradient = torch.randn(6, 9), torch.randn(2, 6, 9)

    def stepped(weight: nn.Parameter, muon: Muon, i: int) -> None:
        weight.grad = gradient[i]
        muon.step()

    whole = nn.Parameter(start.clone())
    at_once = Muon([whole], lr=0.1)
    stepped(whole, at_once, 0)
    half, state = nn.Parameter(whole.detach().clone()), deepcopy(at_once.state_dict())
    stepped(whole, at_once, 1)
    later = Muon([half], lr=0.1)
    later.load_state_dict(state)
    stepped(half, later, 1)
    assert torch.equal(whole, half) and not torch.equal(whole, start)


@pytest.mark.parametrize("shape", [(12, 40), (24, 24), (64, 576)])
def test_gram_matrices_give_the_iteration_as_it_is_defined(shape):
    torch.manual_seed(0)
    x = torch.randn(3, *shape)
    torch.testing.assert_close(by_gram(x), by_matrix(x), rtol=1e-3, atol=1e-4)


def test_blocks_of_rows_are_made_orthogonal_by_themselves():
    torch.manual_seed(0)
    x = torch.randn(2, 12, 40)
    blocks = by_blocks(x, 6)
    assert torch.equal(blocks[:, :6], by_gram(x[:, :6].contiguous())) and blocks.shape == x.shape
    assert torch.equal(by_blocks(x, 12), by_gram(x)) and torch.equal(by_blocks(x, 5), by_gram(x))


@pytest.mark.gpu
def test_a_recorded_step_moves_as_one_that_is_not():
    """After the warm-up a GPU repeats a CUDA graph; gradients lie elsewhere and the rate changes with each step."""
    torch.manual_seed(0)
    shapes = [(16, 8, 3, 3), (16, 8, 3, 3), (24, 12), (12, 24)]
    here = [nn.Parameter(torch.randn(shape)) for shape in shapes]
    there = [nn.Parameter(weight.detach().cuda()) for weight in here]
    slow, fast = Muon(here, lr=0.1), Muon(there, lr=0.1)
    for step in range(8):
        for optimizer in (slow, fast):
            optimizer.param_groups[0]["lr"] = 0.1 / (1 + step)
        for a, b in zip(here, there, strict=True):
            a.grad = torch.randn_like(a)
            b.grad = a.grad.cuda()
        slow.step()
        fast.step()
    for a, b in zip(here, there, strict=True):
        assert (a - b.cpu()).abs().mean() < 0.02 * (a - 0).abs().mean()
