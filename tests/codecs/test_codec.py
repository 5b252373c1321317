"""Sprites in, codes out, sprites back: with their sizes, names and alpha, and by their own codec only."""

from __future__ import annotations

import numpy as np
import pytest

from codec_kit import PRESETS, noise, pictures, randomised
from spriteloom.codecs.census import take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.codecs.lloyd import fit_table
from spriteloom.data.procedural.creature import creatures
from spriteloom.errors import CodecMismatch
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.pixels import Sprite, over

SIZES = [(64, 64), (13, 40), (1, 1), (50, 3), (17, 64)]


@pytest.fixture(scope="module")
def mixed() -> list[Sprite]:
    """Creatures cut to odd sizes, alpha hard."""
    return [
        sprite.with_pixels(sprite.pixels[-h:, -w:], name=f"{h}x{w}")
        for sprite, (h, w) in zip(creatures(len(SIZES), seed=4), SIZES, strict=True)
    ]


def nearest_codec(m: int, k: int = 32) -> Codec:
    return Codec(m=m, table=fit_table(take_census([pictures(4)], m), k, rng=np.random.default_rng(0)))


def codecs() -> list[Codec]:
    networks = [NetworkCodec(randomised(preset(width=48, codes=40))) for preset in PRESETS.values()]
    return [*map(nearest_codec, (1, 2, 4)), *map(Codec.of_network, networks)]


@pytest.mark.parametrize("codec", codecs(), ids=lambda c: f"{'network' if c.network else 'nearest'}-{c.m}")
def test_sprites_come_back_with_their_sizes_names_and_alpha(codec: Codec, mixed: list[Sprite]) -> None:
    codes = codec.encode(mixed)
    assert len(codes) == 5 and codes.grid.shape == (5, 64 // codec.m, 64 // codec.m)
    assert codes.grid.dtype == np.uint8 and codes.grid.max() < codec.k
    for sprite, again in zip(mixed, codec.decode(codes), strict=True):
        assert (again.height, again.width, again.name) == (sprite.height, sprite.width, sprite.name)
        assert np.array_equal(again.pixels[..., 3], sprite.pixels[..., 3])
        assert not again.pixels[again.pixels[..., 3] == 0].any()  # what cannot be seen has no color


@pytest.mark.parametrize("m", [1, 2, 4])
def test_what_is_seen_is_the_nearest_patch_over_white(m: int, mixed: list[Sprite]) -> None:
    codec = nearest_codec(m)
    rgb = over(mixed[0].pixels, (255, 255, 255))[None]
    painted = codec.decode_rgb(codec.encode_rgb(rgb))[0]
    alone = codec.decode(codec.encode(mixed[:1]))[0]
    seen = mixed[0].pixels[..., 3] == 255
    assert np.array_equal(alone.pixels[seen][:, :3], painted[seen])


def test_a_sprite_is_encoded_alike_alone_and_among_others(mixed: list[Sprite]) -> None:
    codec = nearest_codec(4)
    together = codec.decode(codec.encode(mixed))
    for sprite, again in zip(mixed, together, strict=True):
        assert np.array_equal(codec.decode(codec.encode([sprite]))[0].pixels, again.pixels)


def test_alpha_is_cut_at_half() -> None:
    pixels = np.zeros((1, 4, 4), np.uint8)
    pixels[0, :, 3] = (0, 127, 128, 255)
    codec = nearest_codec(1)
    assert codec.decode(codec.encode([Sprite(pixels=pixels)]))[0].pixels[0, :, 3].tolist() == [0, 0, 255, 255]


def test_encoding_what_was_decoded_gives_the_same_codes() -> None:
    sprites = list(creatures(4, seed=6))
    codec = nearest_codec(1, 12)
    codes = codec.encode(sprites)
    assert np.array_equal(codec.encode(codec.decode(codes)).grid, codes.grid)


@pytest.mark.parametrize("m", [2, 4])
def test_so_it_does_for_larger_patches_that_are_wholly_seen_or_wholly_not(m: int) -> None:
    """A patch cut by the outline is white where nothing is seen, which its code need not be."""
    pixels = np.stack([s.pixels for s in creatures(4, seed=6)])
    seen = pixels[:, ::m, ::m, 3].repeat(m, 1).repeat(m, 2)
    whole = np.where(seen[..., None] > 0, np.insert(pixels[..., :3], 3, 255, axis=-1), np.uint8(0))
    codec = nearest_codec(m, 12)
    codes = codec.encode([Sprite(pixels=picture) for picture in whole])
    assert np.array_equal(codec.encode(codec.decode(codes)).grid, codes.grid)


def test_more_than_256_codes_take_two_bytes(mixed: list[Sprite]) -> None:
    assert Codec(m=1, table=noise(256, 3)).encode(mixed).grid.dtype == np.uint8
    codec = Codec(m=1, table=noise(257, 3))
    assert codec.encode(mixed).grid.dtype == np.uint16
    assert len(codec.decode(codec.encode(mixed))) == 5


def test_another_codecs_codes_are_refused_by_both_names(mixed: list[Sprite]) -> None:
    ours, theirs = nearest_codec(2), nearest_codec(2, 31)
    codes = theirs.encode(mixed)
    with pytest.raises(CodecMismatch, match=f"{theirs.fingerprint}.*{ours.fingerprint}") as error:
        ours.decode(codes)
    assert "\n" not in str(error.value)


def test_a_fingerprint_is_of_the_patch_size_and_every_byte_of_the_table() -> None:
    table = noise(16, 12)
    other = table.copy()
    other[15, 11] ^= 1
    codecs = [Codec(m=2, table=table), Codec(m=1, table=table.reshape(64, 3)), Codec(m=2, table=other)]
    prints = [codec.fingerprint for codec in codecs]
    assert len(set(prints)) == 3 and all(len(name) == 12 for name in prints)
    assert Codec(m=2, table=table[::1].copy(order="F")).fingerprint == prints[0]


@pytest.mark.parametrize("code", [-1, 32, 255, 1 << 20])
def test_codes_that_no_table_has_are_refused_before_any_memory_is_read(code: int) -> None:
    codec = nearest_codec(2)
    grid = np.zeros((1, 4, 4), np.int32)
    grid[0, 2, 3] = code
    with pytest.raises(CodecMismatch, match=str(code)):
        codec.decode_rgb(grid)
    forged = Codes(
        grid=grid,
        inside=np.ones((1, 8, 8), bool),
        sizes=np.array([[8, 8]], np.int32),
        names=("forged",),
        codec=codec.fingerprint,
    )
    with pytest.raises(CodecMismatch):
        codec.decode(forged)


def test_a_refitted_network_encodes_by_the_nearest_patch() -> None:
    network = Codec.of_network(NetworkCodec(randomised(PRESETS["medres"](width=32, codes=40))))
    census, rgb = take_census([pictures(4)], 2), pictures(2, seed=9)
    assert np.array_equal(network.encode_rgb(rgb), network.compile().encode(rgb))
    refitted = network.refit(census)
    assert refitted.network is None
    assert np.array_equal(refitted.encode_rgb(rgb), refitted.compile().encode_nearest(rgb))
    assert np.array_equal(refitted.encode_rgb(rgb), refitted.compile().encode(rgb))
    assert network.compile() is network.compile()
