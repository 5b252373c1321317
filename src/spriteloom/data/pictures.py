"""`Pictures`: RGB pictures with masks of the foreground, made from stored sprites or read from files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Bytes, Mask, Pixels
from spriteloom.pixels.formats import png_reader
from spriteloom.pixels.formats.pages import PNG, first_frame

if TYPE_CHECKING:
    from spriteloom.data.preprocessing import Preprocessing


@dataclass(frozen=True, eq=False)
class Pictures:
    """`rgb` uint8 (n, h, w, 3), composited; `inside` bool (n, h, w), True in the foreground."""

    rgb: Bytes
    inside: Mask

    def __post_init__(self) -> None:
        if self.rgb.dtype != np.uint8 or self.rgb.ndim != 4 or self.rgb.shape[3] != 3:
            raise ValueError(f"pictures are uint8 (n, h, w, 3), not {self.rgb.dtype} {self.rgb.shape}")
        if self.inside.dtype != np.bool_ or self.inside.shape != self.rgb.shape[:3]:
            raise ValueError(f"the mask of {self.rgb.shape} is not {self.inside.dtype} {self.inside.shape}")

    def __len__(self) -> int:
        return len(self.rgb)

    def __getitem__(self, which: slice) -> Pictures:
        return Pictures(self.rgb[which], self.inside[which])

    @classmethod
    def empty(cls, n: int, size: int) -> Pictures:
        """Arrays for `n` square pictures, not yet filled."""
        return cls(np.empty((n, size, size, 3), np.uint8), np.empty((n, size, size), np.bool_))

    @classmethod
    def collect(cls, blocks: Iterable[Pictures], n: int, size: int) -> Pictures:
        """The `n` square pictures of `blocks`, one block after another."""
        pictures, start = cls.empty(n, size), 0
        for block in blocks:
            pictures.rgb[start : start + len(block)] = block.rgb
            pictures.inside[start : start + len(block)] = block.inside
            start += len(block)
        assert start == n, f"{start} pictures for {n} places"
        return pictures


def rechunk(blocks: Iterable[Pictures], chunk: int) -> Iterator[Pictures]:
    """The same pictures in the same order, `chunk` at a time; the last chunk may be smaller."""
    parts: list[Pictures] = []
    for block in blocks:
        while len(block):
            room = chunk - sum(map(len, parts))
            parts.append(block[:room])
            block = block[room:]
            if sum(map(len, parts)) == chunk:
                yield _joined(parts)
                parts = []
    if parts:
        yield _joined(parts)


def _joined(parts: list[Pictures]) -> Pictures:
    return Pictures(np.concatenate([p.rgb for p in parts]), np.concatenate([p.inside for p in parts]))


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """Stored sprites of one split in the order of the file; `row` is the place of the first one."""

    row: int
    split: str
    pngs: list[bytes]
    names: list[str]


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """Pictures as PNG files: RGB images and 1-bit masks."""

    images: list[bytes]
    masks: list[bytes]


def expand_batch(batch: StoredBatch, preprocessing: Preprocessing, seed: int) -> Pictures:
    """All pictures of a batch, sprite by sprite. Raises BadPicture for a damaged or oversized sprite."""
    variants = len(preprocessing.variants(batch.split))
    blocks = (
        preprocessing.expand(decode_png(png, name), split=batch.split, seed=seed, row=row)
        for row, (png, name) in enumerate(zip(batch.pngs, batch.names, strict=True), start=batch.row)
    )
    return Pictures.collect(blocks, len(batch.pngs) * variants, preprocessing.size)


def expand_to_files(batch: StoredBatch, preprocessing: Preprocessing, seed: int) -> PictureFiles:
    """All pictures of a batch as files; runs in worker processes."""
    pictures = expand_batch(batch, preprocessing, seed)
    return PictureFiles([_png(rgb) for rgb in pictures.rgb], [_png(mask) for mask in pictures.inside])


def read_files(images: list[bytes], masks: list[bytes], names: list[str], size: int) -> Pictures:
    """The pictures of such files. Raises BadPicture."""
    pictures = Pictures.empty(len(images), size)
    for index, (image, mask, name) in enumerate(zip(images, masks, names, strict=True)):
        pictures.rgb[index] = decode_png(image, name)[..., :3]
        pictures.inside[index] = decode_png(mask, name)[..., 0] > 0
    return pictures


def decode_png(png: bytes, name: str) -> Pixels:
    """Uint8 RGBA (h, w, 4). Raises BadPicture."""
    try:
        if not png.startswith(PNG):
            raise BadPicture("is no PNG")
        return png_reader.read(png, first_frame).frames[0]
    except BadPicture as reason:
        raise BadPicture(f"{name} {reason}") from None


def _png(pixels: Bytes | Mask) -> bytes:
    """Uint8 (h, w, 3) as RGB, bool (h, w) as 1-bit greyscale."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
