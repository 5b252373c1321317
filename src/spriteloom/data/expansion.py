"""Stored PNGs to the pictures of a preprocessing, and those to PNGs again. Knows bytes and arrays, no file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.data.pictures import Pictures
from spriteloom.data.preprocessing import Preprocessing
from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats import png_reader
from spriteloom.pixels.formats.pages import PNG, first_frame


@dataclass(frozen=True, slots=True)
class Batch:
    """Some stored sprites of one split, in the order of the file; `row` is the first one's place in it."""

    row: int
    split: str
    pngs: list[bytes]
    names: list[str]


@dataclass(frozen=True, slots=True)
class Written:
    """The pictures of a batch as PNGs, RGB and 1-bit."""

    images: list[bytes]
    masks: list[bytes]


def decode(png: bytes, name: str) -> Pixels:
    """Uint8 RGBA (h, w, 4). Raises BadPicture."""
    try:
        if not png.startswith(PNG):
            raise BadPicture("is no PNG")
        return png_reader.read(png, first_frame).frames[0]
    except BadPicture as reason:
        raise BadPicture(f"{name} {reason}") from None


def expand(batch: Batch, preprocessing: Preprocessing, seed: int) -> Pictures:
    """All pictures of a batch, sprite by sprite. Raises BadPicture for a damaged or oversized one."""
    variants = len(preprocessing.variants(batch.split))
    pictures = Pictures.empty(len(batch.pngs) * variants, preprocessing.size)
    for at, (png, name) in enumerate(zip(batch.pngs, batch.names, strict=True)):
        one = preprocessing.expand(decode(png, name), split=batch.split, seed=seed, row=batch.row + at)
        pictures.rgb[at * variants : (at + 1) * variants] = one.rgb
        pictures.inside[at * variants : (at + 1) * variants] = one.inside
    return pictures


def write(batch: Batch, preprocessing: Preprocessing, seed: int) -> Written:
    """All pictures of a batch as files. What worker processes run when a set is materialised."""
    pictures = expand(batch, preprocessing, seed)
    return Written([_png(one) for one in pictures.rgb], [_png(one) for one in pictures.inside])


def read_written(images: list[bytes], masks: list[bytes], names: list[str], size: int) -> Pictures:
    """What `write` wrote. Raises BadPicture."""
    pictures = Pictures.empty(len(images), size)
    for at, (image, mask, name) in enumerate(zip(images, masks, names, strict=True)):
        pictures.rgb[at] = decode(image, name)[..., :3]
        pictures.inside[at] = decode(mask, name)[..., 0] > 0
    return pictures


def _png(pixels: NDArray[np.uint8] | NDArray[np.bool_]) -> bytes:
    """Uint8 (h, w, 3) as RGB, bool (h, w) as 1-bit greyscale."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
