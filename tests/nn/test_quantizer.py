"""A codebook that follows its embeddings, against the same written out in numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from spriteloom.nn.quantizer import DeadCodes, EMAQuantizer


def quantizer(k: int = 8, d: int = 3, decay: float = 0.9, seed: int = 0) -> EMAQuantizer:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return EMAQuantizer(k, d, decay)


def embeddings(n: int = 200, d: int = 3, seed: int = 1) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def test_following_is_the_moving_average_of_the_paper() -> None:
    q = quantizer()
    book, sums, counts = (x.numpy().astype(np.float64) for x in (q.codebook, q.sums, q.counts))
    for step in range(20):
        z = embeddings(seed=step)
        weights = torch.arange(200.0) % 4 + 1
        codes = q.nearest(z)
        gaps = np.square(z.numpy()[:, None] - book[None]).sum(2)
        assert np.array_equal(codes.numpy(), gaps.argmin(1))
        q.ema_update(z, codes, weights)
        one_hot = np.eye(8)[codes.numpy()] * weights.numpy()[:, None]
        counts = 0.9 * counts + 0.1 * one_hot.sum(0)
        sums = 0.9 * sums + 0.1 * one_hot.T @ z.numpy()
        smooth = (counts + 1e-5) / (counts.sum() + 8e-5) * counts.sum()
        book = sums / smooth[:, None]
        for ours, plain in ((q.counts, counts), (q.sums, sums), (q.codebook, book)):
            np.testing.assert_allclose(ours.numpy(), plain, rtol=1e-4, atol=1e-5)


def test_distances_are_squared_but_for_the_length_of_z() -> None:
    q, z = quantizer(), embeddings(50)
    full = q.distances(z) + z.square().sum(1, keepdim=True)
    torch.testing.assert_close(full, torch.cdist(z, q.codebook).square(), rtol=1e-4, atol=1e-4)


def test_the_codebook_moves_by_following_and_never_by_a_gradient() -> None:
    q = quantizer()
    assert not list(q.parameters())
    assert {name for name, _ in q.named_buffers()} == {"codebook", "sums", "counts"}
    z = embeddings().requires_grad_()
    q.ema_update(z, q.nearest(z), torch.ones(200))
    assert not q.codebook.requires_grad


def test_distances_keep_their_gradient_when_the_codebook_moves_on() -> None:
    q, z = quantizer(), embeddings(20).requires_grad_()
    book = q.codebook.clone()
    total = q.distances(z).sum()
    q.ema_update(z.detach(), q.nearest(z), torch.ones(20))
    total.backward()
    torch.testing.assert_close(z.grad, (-2 * book.sum(0)).expand_as(z))


def test_equal_codes_are_the_lowest() -> None:
    q = quantizer()
    q.codebook[5] = q.codebook[2]
    assert q.nearest(q.codebook[[5, 2]]).tolist() == [2, 2]


def test_starting_at_a_codebook_takes_it_as_it_is_and_keeps_it_under_its_own_means() -> None:
    q, book = quantizer(), embeddings(8, seed=5) * 3
    held = torch.tensor([5.0, 0, 3, 2, 9, 1, 1, 4])
    q.init_codebook(book, held)
    assert torch.equal(q.codebook, book)
    assert q.counts[0] == 5 and 0 < q.counts[1] < 1e-3
    q.ema_update(book, torch.arange(8), held)  # what it sees is what it holds
    torch.testing.assert_close(q.codebook[held > 0], book[held > 0], rtol=1e-3, atol=1e-3)


def test_revival_brings_every_dead_code_back_to_where_the_error_is() -> None:
    q, rule = quantizer(), DeadCodes(share=0.01)
    q.counts[[1, 4, 6]] = 1e-6
    z, errors = embeddings(), torch.zeros(200)
    errors[50:60] = 1
    alive = q.codebook[[0, 2, 3, 5, 7]].clone()
    assert q.reset_dead_codes(rule, z, errors, torch.Generator().manual_seed(0)) == 3
    moved = q.codebook[[1, 4, 6]]
    assert all(any(torch.equal(row, candidate) for candidate in z[50:60]) for row in moved)
    assert len(moved.unique(dim=0)) == 3  # three codes, three places
    assert torch.equal(q.codebook[[0, 2, 3, 5, 7]], alive)
    torch.testing.assert_close(q.sums, q.codebook * q.counts[:, None], rtol=1, atol=10)
    assert q.reset_dead_codes(rule, z, errors, torch.Generator().manual_seed(0)) == 0  # nobody dead any more


def test_revival_moves_no_more_codes_than_there_are_errors() -> None:
    q = quantizer()
    q.counts[:6] = 1e-9
    errors = torch.zeros(200)
    assert q.reset_dead_codes(DeadCodes(), embeddings(), errors, torch.Generator()) == 0
    errors[[3, 8]] = 1
    assert q.reset_dead_codes(DeadCodes(), embeddings(), errors, torch.Generator()) == 2


def test_without_revival_a_far_codebook_collapses_and_with_it_does_not() -> None:
    used = {}
    for rule in (None, DeadCodes(share=0.05)):
        q, generator = quantizer(64, decay=0.9), torch.Generator().manual_seed(0)
        q.init_codebook(q.codebook + 20, torch.ones(64))  # all codes on one side of all that they will see
        for step in range(120):
            z = embeddings(512, seed=step)
            codes = q.nearest(z)
            errors = (z - q.codebook[codes]).square().sum(1)
            q.ema_update(z, codes, torch.ones(512))
            if rule and step % 10 == 9:
                q.reset_dead_codes(rule, z, errors, generator)
        used[rule is None] = q.used()
    assert used[True] < 32
    assert used[False] >= 60


def test_perplexity_is_k_for_equal_use_and_one_for_a_single_code() -> None:
    q = quantizer()
    q.counts.fill_(7)
    assert q.perplexity() == pytest.approx(8) and q.used() == 8
    q.counts.copy_(torch.eye(8)[3] * 100)
    assert q.perplexity() == pytest.approx(1, abs=1e-4) and q.used() == 1
    q.counts.copy_(torch.tensor([4.0, 2, 2, 0, 0, 0, 0, 0]))
    assert q.perplexity() == pytest.approx(2**1.5, rel=1e-4)
