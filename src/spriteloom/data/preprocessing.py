"""Preprocessings: how a sprite is stored in a set, and how a stored sprite becomes pictures.

`keep` runs when a set is prepared. `expand` runs at each reading, or once if the set is materialized, and
gives the same bytes in any order: its randomness depends on (seed, row, geometry) alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np
from PIL import Image

from spriteloom.data.pictures import Pictures
from spriteloom.errors import BadPicture, DataError
from spriteloom.pixels.alpha import HALF, WHITE, harden, is_hard, over
from spriteloom.pixels.arrays import Bytes, Mask, Pixels
from spriteloom.pixels.geometry import Box, Placement, bounding_box, crop, pad, square_crop
from spriteloom.pixels.sprite import Sprite

MAX_SIZE = 1024  # pixels a side of a preprocessing's pictures
MAX_CANVAS = 4096  # pixels a side of the square that a sprite is padded to: 64 MiB

Background = Bytes | int  # an opaque picture (h, w, 3), or a grey level


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredSprite:
    """What a preprocessing stores of a sprite. `placement` undoes a move; None if nothing was moved."""

    sprite: Sprite
    placement: Placement | None = None
    hardened: bool = False  # partial alpha was cut to 0 or 255
    cropped: bool = False  # a part of the foreground lies outside the canvas


class Preprocessing(Protocol):
    """A way from sprites to square pictures of `size` pixels a side."""

    name: ClassVar[str]
    opaque: ClassVar[bool]  # its pictures have no alpha: materialized, they need masks

    @property
    def size(self) -> int: ...

    @property
    def frames(self) -> int | None:
        """The most frames of an animation to keep; None keeps all that differ."""

    def keep(self, sprite: Sprite, canvas: int = 0) -> StoredSprite | None:
        """What to store of a sprite; None if it shows nothing.

        `canvas` is the side of the square on which the game draws it, if the file is cropped; 0 if unknown.
        Raises BadPicture for a canvas above `MAX_CANVAS`.
        """

    def variants(self, split: str) -> tuple[str, ...]:
        """A name for each picture that a stored sprite of this split becomes, in the order of `expand`."""

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:
        """The pictures (variants, size, size) of stored uint8 (h, w, 4). `row` is its place in the file."""


@dataclass(frozen=True, kw_only=True)
class Pixel:
    """No resampling: the bounding box in the middle of size × size pixels, alpha 0 or 255; the rest is cut off."""

    name: ClassVar[str] = "pixel"
    opaque: ClassVar[bool] = False
    size: int = 64
    frames: int | None = None

    def keep(self, sprite: Sprite, canvas: int = 0) -> StoredSprite | None:  # noqa: ARG002
        hard = is_hard(sprite.pixels)
        solid = sprite if hard else sprite.with_pixels(harden(sprite.pixels), palette=None)
        box = bounding_box(solid.pixels)
        if box is None:
            return None
        top = box.top + (box.height - self.size) // 2
        left = box.left + (box.width - self.size) // 2
        placed, placement = crop(solid, Box(top, left, top + self.size, left + self.size))
        too_large = max(box.height, box.width) > self.size
        return StoredSprite(sprite=placed, placement=placement, hardened=not hard, cropped=too_large)

    def variants(self, split: str) -> tuple[str, ...]:  # noqa: ARG002
        return ("as-is",)

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:  # noqa: ARG002
        return Pictures(over(pixels, WHITE)[None], (pixels[..., 3] > 0)[None])


@dataclass(frozen=True, kw_only=True)
class PixelVQVAE:
    """The first paper's: six geometries of a sprite, each over every background of its split.

    The sprite stands on the square canvas of its game, or on the smallest square that holds it: unchanged,
    flipped, and rotated by four angles uniform in ±`degrees`. Backgrounds are black and white, for training
    also two new pictures of uniform noise. At the end everything is resized to size × size, bicubic. Only the
    sprite is rotated, so the background has no empty corners.
    Source: Saravanan & Guzdial, "Pixel VQ-VAEs for Improved Pixel Art Representation", 2022, "Preprocessing".
    """

    name: ClassVar[str] = "pixel-vqvae"
    opaque: ClassVar[bool] = True
    size: int = 64
    frames: int | None = 1
    turns: int = 4
    degrees: float = 30.0
    noises: int = 2

    def keep(self, sprite: Sprite, canvas: int = 0) -> StoredSprite | None:
        if not sprite.pixels[..., 3].any():
            return None
        side = max(canvas, sprite.height, sprite.width)
        if side == sprite.height == sprite.width:
            return StoredSprite(sprite=sprite)
        if side > MAX_CANVAS:
            raise BadPicture(f"needs a canvas of {side} pixels a side, {MAX_CANVAS} is the most: crop it")
        placed, placement = pad(sprite, side, side)
        return StoredSprite(sprite=placed, placement=placement)

    def variants(self, split: str) -> tuple[str, ...]:
        geometries = ["as-is", "flip", *(f"turn-{i + 1}" for i in range(self.turns))]
        backgrounds = ["black", "white", *(f"noise-{i + 1}" for i in range(self._noises(split)))]
        return tuple(f"{geometry}/{background}" for geometry in geometries for background in backgrounds)

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:
        assert pixels.shape[0] == pixels.shape[1], f"`keep` stores squares, not {pixels.shape}"
        sprite = premultiply(pixels)
        rgb, inside = [], []
        for geometry in range(2 + self.turns):
            generator = np.random.default_rng((seed, row, geometry))
            top = sprite[:, ::-1] if geometry == 1 else sprite  # in the order of `variants`
            if geometry > 1:
                top = rotate(sprite, generator.uniform(-self.degrees, self.degrees))
            backgrounds: list[Background] = [255]
            for _ in range(self._noises(split)):
                noise = np.frombuffer(generator.bytes(len(top) ** 2 * 3), np.uint8)
                backgrounds.append(noise.reshape(len(top), len(top), 3))
            small = resize(top, self.size)
            over_black = small[..., :3]  # black adds nothing to premultiplied colors
            rgb += [over_black, *(resize(composite(top, under), self.size) for under in backgrounds)]
            inside += [foreground(small)] * (1 + len(backgrounds))
        return Pictures(np.stack(rgb), np.stack(inside))

    def _noises(self, split: str) -> int:
        return self.noises if split == "train" else 0


@dataclass(frozen=True, kw_only=True)
class PokemonVAE:
    """The second paper's: the smallest square around the visible pixels, over white; also flipped for training.

    Where the square reaches beyond the picture, it is white. The paper does not name its interpolation; we use
    bicubic, as the first paper does.
    Source: Kennedy, Kuo, Garcia & Jarski, "Pokémon Variational Autoencoder for Latent Diffusion".
    """

    name: ClassVar[str] = "pokemon-vae"
    opaque: ClassVar[bool] = True
    size: int = 128
    frames: int | None = 1

    def keep(self, sprite: Sprite, canvas: int = 0) -> StoredSprite | None:  # noqa: ARG002
        return StoredSprite(sprite=sprite) if sprite.pixels[..., 3].any() else None

    def variants(self, split: str) -> tuple[str, ...]:
        return ("as-is/white", "flip/white") if split == "train" else ("as-is/white",)

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:  # noqa: ARG002
        square = square_crop(Sprite(pixels=pixels))[0].pixels
        top = resize(premultiply(square), self.size)
        both = np.stack([top, top[:, ::-1]][: len(self.variants(split))])
        return Pictures(composite(both, 255), foreground(both))


PIXEL, PIXEL_VQVAE, POKEMON_VAE = Pixel(), PixelVQVAE(), PokemonVAE()
PREPROCESSINGS: Mapping[str, Pixel | PixelVQVAE | PokemonVAE] = {
    each.name: each for each in (PIXEL, PIXEL_VQVAE, POKEMON_VAE)
}


def preprocessing_named(name: str, **changes: Any) -> Preprocessing:
    """The preprocessing of that name, with changed parameters. Raises DataError for an unknown one."""
    if name not in PREPROCESSINGS:
        raise DataError(f"no preprocessing is called {name!r}: choose one of {', '.join(PREPROCESSINGS)}")
    try:
        preprocessing = replace(PREPROCESSINGS[name], **changes)
    except TypeError:
        raise DataError(f"preprocessing {name} has no {', '.join(changes)}: prepare the set again") from None
    if not 1 <= preprocessing.size <= MAX_SIZE:
        raise DataError(f"no side has {preprocessing.size} pixels: choose a size of 1 to {MAX_SIZE}")
    if preprocessing.frames is not None and preprocessing.frames < 1:
        raise DataError(f"{preprocessing.frames} frames of an animation cannot be kept: choose 1 or more")
    return preprocessing


def preprocessing_to_json(preprocessing: Preprocessing) -> dict[str, Any]:
    """Name and parameters; the inverse of `preprocessing_from_json`."""
    return {"name": preprocessing.name, **asdict(preprocessing)}  # type: ignore[call-overload]


def preprocessing_from_json(values: Mapping[str, Any]) -> Preprocessing:
    """Raises DataError for unknown names and parameters."""
    parameters = dict(values)
    return preprocessing_named(str(parameters.pop("name", "")), **parameters)


def without_noise(preprocessing: Preprocessing) -> Preprocessing:
    """The preprocessing without noise backgrounds; one that has none is unchanged."""
    return replace(preprocessing, noises=0) if isinstance(preprocessing, PixelVQVAE) else preprocessing


# Pictures are resampled and composited as premultiplied color, so that edges blend with any background:
# T. Porter and T. Duff, "Compositing Digital Images", 1984.


def premultiply(pixels: Pixels) -> Pixels:
    """Straight uint8 (h, w, 4) → the same with its colors multiplied by alpha."""
    return np.asarray(Image.fromarray(pixels, "RGBA").convert("RGBa"))


def rotate(top: Pixels, degrees: float) -> Pixels:
    """Premultiplied (h, w, 4) rotated around its middle, counter-clockwise, bicubic; the canvas stays."""
    return np.asarray(Image.fromarray(top, "RGBa").rotate(degrees, Image.Resampling.BICUBIC))


def resize(picture: Bytes, size: int) -> Bytes:
    """Premultiplied (h, w, 4) or opaque (h, w, 3) → size × size, bicubic, antialiased if it shrinks."""
    mode = "RGBa" if picture.shape[2] == 4 else "RGB"
    return np.asarray(Image.fromarray(picture, mode).resize((size, size), Image.Resampling.BICUBIC))


def composite(top: Pixels, background: Background) -> Bytes:
    """Premultiplied (..., h, w, 4) over a background, clipped, as bicubic weights go below 0: uint8 (..., h, w, 3)."""
    transparency = 255 - top[..., 3:].astype(np.uint16)
    under = (transparency * background + 127) // 255  # at most 255² + 127, which fits in 16 bits
    return np.minimum(top[..., :3] + under, 255).astype(np.uint8)


def foreground(top: Pixels) -> Mask:
    """The pixels of the sprite: bool (..., h, w), alpha at least half."""
    return top[..., 3] >= HALF
