"""Sprites become codes and come back on their own palettes, whatever stands beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from spriteloom.codecs.codes import Codes, Palettes
from spriteloom.errors import CodecMismatch, ImpossibleModel
from spriteloom.models.palette_vq.network import (
    Choice,
    Indices,
    PaletteVQ,
    PaletteVQConfig,
    nearest_to_expected,
    palette_loss,
    rgba_of,
)
from spriteloom.models.palette_vq.tokenizer import GROUP, Tokenizer, as_tensors, indices_of
from spriteloom.pixels import Sprite, over

SMALL = PaletteVQConfig(m=4, codes=16, dim=4, widths=(8, 8), blocks=1, keys=8, colors=4)


def network(config: PaletteVQConfig = SMALL, seed: int = 0) -> PaletteVQ:
    torch.manual_seed(seed)
    return PaletteVQ(config).eval()


def tokenizer() -> Tokenizer:
    return Tokenizer(network=network(), fingerprint="a" * 12)


def sprite(seed: int, h: int = 16, w: int = 16, colors: int = 3) -> Sprite:
    rng = np.random.default_rng(seed)
    table = np.concatenate([rng.integers(0, 256, (colors, 3)), np.full((colors, 1), 255)], 1)
    table = np.concatenate([np.zeros((1, 4)), table]).astype(np.uint8)
    return Sprite(pixels=table[rng.integers(0, colors + 1, (h, w))], name=f"s{seed}")


def colors_of(some: Sprite) -> set[tuple[int, ...]]:
    return set(map(tuple, some.pixels.reshape(-1, 4).tolist()))


@pytest.mark.parametrize(("m", "widths"), [(2, (8,)), (4, (8, 8)), (8, (8, 8, 8))])
def test_a_code_stands_for_its_pixels(m, widths):
    some = as_tensors(*indices_of(np.stack([sprite(i).pixels for i in range(2)]), 4))
    model = network(replace(SMALL, m=m, widths=widths))
    embedded = model.embed(some)
    assert embedded.shape == (2, 4, 16 // m, 16 // m)
    choice = model.choose(embedded, some)
    assert choice.color.shape == (2, 3, 16, 16) and choice.inside.shape == (2, 16, 16)
    assert choice.entries.shape == (2, 4, 16, 16)


def test_what_comes_back_is_on_its_own_palette_and_of_its_own_size():
    some = [sprite(1), sprite(2, 9, 14), sprite(3, colors=1), Sprite(pixels=np.zeros((5, 5, 4), np.uint8))]
    again = tokenizer().decode(tokenizer().encode(some))
    for before, after in zip(some, again, strict=True):
        assert after.pixels.shape == before.pixels.shape and after.name == before.name
        assert colors_of(after) <= colors_of(before) | {(0, 0, 0, 0)}
    assert not again[3].pixels.any()


def test_a_sprite_of_too_many_colors_goes_onto_as_many_as_there_are():
    (again,) = tokenizer().decode(tokenizer().encode([sprite(1, colors=12)]))
    assert len(colors_of(again) - {(0, 0, 0, 0)}) <= SMALL.colors


def test_codes_do_not_depend_on_company():
    some = [sprite(i) for i in range(GROUP + 3)]
    together, alone = tokenizer().encode(some), tokenizer().encode(some[-1:])
    assert np.array_equal(together.grid[-1:], alone.grid)
    assert np.array_equal(tokenizer().decode(together)[-1].pixels, tokenizer().decode(alone)[0].pixels)


def test_codes_with_palettes_come_back_from_a_file(tmp_path: Path):
    ours = tokenizer().encode([sprite(1), sprite(2, 9, 14)])
    ours.save(tmp_path / "a.npz")
    again = Codes.open(tmp_path / "a.npz")
    for one, two in zip(tokenizer().decode(ours), tokenizer().decode(again), strict=True):
        assert np.array_equal(one.pixels, two.pixels)


def test_codes_of_another_training_or_beyond_the_codebook_are_refused():
    ours = tokenizer().encode([sprite(1)])
    with pytest.raises(CodecMismatch, match="made by codec bbb"):
        tokenizer().decode(replace(ours, codec="bbb"))
    with pytest.raises(CodecMismatch, match="run from 16 to 16"):
        tokenizer().decode(replace(ours, grid=np.full_like(ours.grid, 16)))


def test_damaged_palettes_are_refused():
    with pytest.raises(ValueError, match="palettes of 9"):
        Palettes(table=np.zeros((1, 5, 3), np.uint8), lengths=np.array([9]))
    with pytest.raises(ValueError, match="either alpha or palettes"):
        replace(tokenizer().encode([sprite(1)]), palettes=None)


def test_widths_must_reach_the_codes():
    with pytest.raises(ImpossibleModel, match="4×4"):
        PaletteVQConfig(m=4, widths=(8,))


def test_entries_that_a_palette_lacks_are_never_chosen():
    model = network()
    some = as_tensors(*indices_of(sprite(1, colors=2).pixels[None], 4))
    chances = model.choose(model.embed(some), some).entries.softmax(1).detach()
    assert float(chances[:, 2:].max()) == 0 and float(chances[:, :2].min()) > 0


def test_a_pixel_takes_the_entry_nearest_to_the_mean():
    """Black and white are each likelier than grey, but grey errs least."""
    table = torch.tensor([[[0, 0, 0], [0, 0, 0], [128, 128, 128], [255, 255, 255]]], dtype=torch.uint8)
    some = Indices(torch.zeros(1, 1, 1, dtype=torch.uint8), table, torch.tensor([4]))
    entries = torch.tensor([0.4, 0.2, 0.4]).log().reshape(1, 3, 1, 1)
    for inside, place in ((0.1, 2), (-0.1, 0)):
        choice = Choice(torch.zeros(1, 3, 1, 1), entries, torch.full((1, 1, 1), inside))
        assert nearest_to_expected(choice, some).item() == place


def test_the_loss_is_the_error_of_the_mean_over_white():
    model = network()
    some = as_tensors(*indices_of(np.stack([sprite(i).pixels for i in range(2)]), 4))
    choice = model.choose(model.look_up(model.quantize(model.embed(some))), some)
    seen = palette_loss(model, some, alpha=0.0, entry=0.0)
    table = some.table.float() / 255
    mean = torch.einsum("bnhw,bnc->bhwc", choice.entries.softmax(1), table[:, 1:])
    shown = choice.inside.sigmoid()[..., None]
    white = torch.cat([torch.ones(2, 1, 3), table[:, 1:]], 1)
    true = torch.stack([t[g.long()] for t, g in zip(white, some.grid, strict=True)])
    assert torch.allclose(seen.mse, (mean * shown + 1 - shown - true).square().mean(), atol=1e-5)
    seen.loss.backward()
    assert all(p.grad is not None for p in model.down.parameters())


def test_it_begins_as_a_projection_of_patches():
    model = network(replace(SMALL, m=2, dim=16, widths=(8,)))
    middle = torch.tensor([0.2, -0.1, 0.4, 0.6]).repeat_interleave(4)
    basis, _ = torch.linalg.qr(torch.randn(16, 16, generator=torch.Generator().manual_seed(0)))
    model.init_linear(basis, middle)
    some = as_tensors(*indices_of(sprite(1).pixels[None], 4))
    embedded, true = model.embed(some), rgba_of(some)
    assert torch.allclose(model.linear_out(embedded), true, atol=1e-5)
    assert torch.allclose(model.choose(embedded, some).color, true[:, :3], atol=1e-5)


def test_careful_codes_are_no_worse_and_mean_the_same():
    some = [sprite(i) for i in range(6)]
    quick, slow = tokenizer(), replace(tokenizer(), careful=True)

    def error(made: Tokenizer) -> np.ndarray:
        again = quick.decode(made.encode(some))
        pairs = zip(some, again, strict=True)
        return np.array([np.square(flat(a) - flat(b)).mean() for a, b in pairs])

    assert (error(slow) <= error(quick)).all() and error(slow).sum() < 0.95 * error(quick).sum()
    assert slow.encode(some).codec == quick.encode(some).codec


def flat(some: Sprite) -> np.ndarray:
    return np.asarray(over(some.pixels, (255, 255, 255))).astype(float)
