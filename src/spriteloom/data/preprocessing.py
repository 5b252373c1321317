"""How a sprite becomes what is stored, and what is stored becomes pictures. Knows no file and no species.

Each preprocessing is a frozen dataclass with two steps. `keep` runs once, when a set is prepared; `expand` runs at
each reading (or once, when the set is materialised) and gives the same bytes wherever and in whatever order
it runs: chance depends on (seed, row, geometry) alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.pictures import Pictures
from spriteloom.data.resampling import Ground, figure, lay_over, premultiply, resize, turn
from spriteloom.errors import BadPicture, DataError
from spriteloom.pixels.alpha import WHITE, harden, is_hard, over
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.geometry import Box, Placement, bounding_box, crop, pad, square_crop
from spriteloom.pixels.sprite import Sprite

MAX_SIZE = 1024  # pixels a side of a preprocessing's pictures; what is larger is no sprite
MAX_CANVAS = 4096  # pixels a side that a sprite is padded to: 64 MiB


@dataclass(frozen=True, eq=False, kw_only=True)
class Kept:
    """What a preprocessing stores of a sprite. `placement` undoes a move; None where nothing was moved."""

    sprite: Sprite
    placement: Placement | None = None
    hardened: bool = False  # partial alpha was cut to 0 or 255
    cropped: bool = False  # a part of the figure fell off the canvas


class Preprocessing(Protocol):
    """A way from sprites to square pictures of `size` pixels a side."""

    name: ClassVar[str]
    opaque: ClassVar[bool]  # its pictures have lost their alpha: materialised, they need a mask beside them

    @property
    def size(self) -> int: ...

    @property
    def frames(self) -> int | None:
        """How many frames of an animation to keep at most; None keeps all that differ."""
        ...

    def keep(self, sprite: Sprite, canvas: int = 0) -> Kept | None:
        """What to store of a sprite; None where nothing of it can be seen.

        `canvas` is the side of the square the game draws it on, where that is known and the file is cropped
        closer; 0 where it is not. Raises BadPicture for a canvas larger than a sprite can be.
        """
        ...

    def variants(self, split: str) -> tuple[str, ...]:
        """A name for each picture that a stored sprite of this split becomes, in the order of `expand`."""
        ...

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:
        """The pictures (variants, size, size) of stored uint8 (h, w, 4). `row` is its place in the file."""
        ...


@dataclass(frozen=True, kw_only=True)
class Pixel:
    """No resampling: the bounding box in the middle of size × size pixels, alpha 0 or 255.

    What does not fit is cut off, and counted; the placement puts it back where it was.
    """

    name: ClassVar[str] = "pixel"
    opaque: ClassVar[bool] = False
    size: int = 64
    frames: int | None = None

    def keep(self, sprite: Sprite, canvas: int = 0) -> Kept | None:  # noqa: ARG002
        hard = is_hard(sprite.pixels)
        solid = sprite if hard else sprite.with_pixels(harden(sprite.pixels), palette=None)
        box = bounding_box(solid.pixels)
        if box is None:
            return None
        top = box.top + (box.height - self.size) // 2
        left = box.left + (box.width - self.size) // 2
        placed, placement = crop(solid, Box(top, left, top + self.size, left + self.size))
        too_large = max(box.height, box.width) > self.size
        return Kept(sprite=placed, placement=placement, hardened=not hard, cropped=too_large)

    def variants(self, split: str) -> tuple[str, ...]:  # noqa: ARG002
        return ("as-is",)

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:  # noqa: ARG002
        return Pictures(over(pixels, WHITE)[None], (pixels[..., 3] > 0)[None])


@dataclass(frozen=True, kw_only=True)
class PixelVQVAE:
    """The first paper's, as it means it: six geometries of a sprite, each over every background of its split.

    On the square canvas the game draws it on, or the smallest that holds it: as it is, flipped, and turned by
    four angles uniform in ±`degrees`; laid over black and white, and for training also over two pictures of
    uniform noise, new for each picture; last of all bicubic to size × size, the noise too. The figure alone
    is turned, so that no corner of a background comes in empty.
    Source: Saravanan & Guzdial, "Pixel VQ-VAEs for Improved Pixel Art Representation", 2022, "Preprocessing".
    """

    name: ClassVar[str] = "pixel-vqvae"
    opaque: ClassVar[bool] = True
    size: int = 64
    frames: int | None = 1
    turns: int = 4
    degrees: float = 30.0
    noises: int = 2

    def keep(self, sprite: Sprite, canvas: int = 0) -> Kept | None:
        if not sprite.pixels[..., 3].any():
            return None
        side = max(canvas, sprite.height, sprite.width)
        if side == sprite.height == sprite.width:
            return Kept(sprite=sprite)
        if side > MAX_CANVAS:
            raise BadPicture(f"needs a canvas of {side} pixels a side, {MAX_CANVAS} is the most: crop it")
        placed, placement = pad(sprite, side, side)
        return Kept(sprite=placed, placement=placement)

    def variants(self, split: str) -> tuple[str, ...]:
        geometries = ["as-is", "flip", *(f"turn-{i + 1}" for i in range(self.turns))]
        grounds = ["black", "white", *(f"noise-{i + 1}" for i in range(self._noises(split)))]
        return tuple(f"{geometry}/{ground}" for geometry in geometries for ground in grounds)

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:
        assert pixels.shape[0] == pixels.shape[1], f"`keep` stores squares, not {pixels.shape}"
        sprite = premultiply(pixels)
        rgb, inside = [], []
        for geometry in range(2 + self.turns):
            chance = np.random.default_rng((seed, row, geometry))
            top = self._posed(sprite, geometry, chance)
            noises = (_noise(chance, len(top)) for _ in range(self._noises(split)))
            grounds: list[Ground] = [255, *noises]
            small = resize(top, self.size)
            over_black = small[..., :3]  # which adds nothing to premultiplied colors
            rgb += [over_black, *(resize(lay_over(top, ground), self.size) for ground in grounds)]
            inside += [figure(small)] * (1 + len(grounds))
        return Pictures(np.stack(rgb), np.stack(inside))

    def _posed(self, sprite: Pixels, geometry: int, chance: np.random.Generator) -> Pixels:
        """The geometries in the order of `variants`."""
        if geometry == 0:
            return sprite
        if geometry == 1:
            return sprite[:, ::-1]
        return turn(sprite, chance.uniform(-self.degrees, self.degrees))

    def _noises(self, split: str) -> int:
        return self.noises if split == "train" else 0


@dataclass(frozen=True, kw_only=True)
class PokemonVAE:
    """The second paper's: over white, the smallest square around the figure, size × size; flipped for
    training.

    The paper does not name its interpolation: ours is bicubic, the first paper's. A square that reaches
    beyond the picture is white there. The bounding box is that of the visible pixels, whatever their color.
    Source: Kennedy, Kuo, Garcia & Jarski, "Pokémon Variational Autoencoder for Latent Diffusion".
    """

    name: ClassVar[str] = "pokemon-vae"
    opaque: ClassVar[bool] = True
    size: int = 128
    frames: int | None = 1

    def keep(self, sprite: Sprite, canvas: int = 0) -> Kept | None:  # noqa: ARG002
        return Kept(sprite=sprite) if sprite.pixels[..., 3].any() else None

    def variants(self, split: str) -> tuple[str, ...]:
        return ("as-is/white", "flip/white") if split == "train" else ("as-is/white",)

    def expand(self, pixels: Pixels, *, split: str, seed: int, row: int) -> Pictures:  # noqa: ARG002
        square = square_crop(Sprite(pixels=pixels))[0].pixels
        top = resize(premultiply(square), self.size)
        both = np.stack([top, top[:, ::-1]][: len(self.variants(split))])
        return Pictures(lay_over(both, 255), figure(both))


PIXEL, PIXEL_VQVAE, POKEMON_VAE = Pixel(), PixelVQVAE(), PokemonVAE()
PREPROCESSINGS: Mapping[str, Pixel | PixelVQVAE | PokemonVAE] = {
    PIXEL.name: PIXEL,
    PIXEL_VQVAE.name: PIXEL_VQVAE,
    POKEMON_VAE.name: POKEMON_VAE,
}


def preprocessing_named(name: str, **changes: Any) -> Preprocessing:
    """The preprocessing of that name with some of its parameters changed. Raises DataError for an unknown one."""
    if name not in PREPROCESSINGS:
        raise DataError(f"no preprocessing is called {name!r}: choose one of {', '.join(PREPROCESSINGS)}")
    try:
        preprocessing = replace(PREPROCESSINGS[name], **changes)
    except TypeError:
        raise DataError(f"preprocessing {name} has no {', '.join(changes)}: prepare the set again") from None
    if not 1 <= preprocessing.size <= MAX_SIZE:
        raise DataError(
            f"pictures of {preprocessing.size} pixels a side cannot be: choose a size of 1 to {MAX_SIZE}"
        )
    if preprocessing.frames is not None and preprocessing.frames < 1:
        raise DataError(f"{preprocessing.frames} frames of an animation cannot be kept: choose 1 or more")
    return preprocessing


def preprocessing_to_json(preprocessing: Preprocessing) -> dict[str, Any]:
    """Name and parameters; `from_json` undoes it."""
    return {"name": preprocessing.name, **asdict(preprocessing)}  # type: ignore[call-overload]


def preprocessing_from_json(found: Mapping[str, Any]) -> Preprocessing:
    """Raises DataError for what `to_json` has not written."""
    parameters = dict(found)
    return preprocessing_named(str(parameters.pop("name", "")), **parameters)


def without_noise(preprocessing: Preprocessing) -> Preprocessing:
    """The preprocessing without noise backgrounds; any other as it is."""
    return replace(preprocessing, noises=0) if isinstance(preprocessing, PixelVQVAE) else preprocessing


def _noise(chance: np.random.Generator, side: int) -> NDArray[np.uint8]:
    return np.frombuffer(chance.bytes(side * side * 3), np.uint8).reshape(side, side, 3)
