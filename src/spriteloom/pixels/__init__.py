"""Exact pixels: `Sprite`, `Palette`, the files they live in. Numpy and Pillow.

Every name below is imported when it is first used: who opens PNG files loads no reader of others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spriteloom.pixels.alpha import clear_hidden, harden, is_hard, over, overlay
    from spriteloom.pixels.animation import Animation, Tag
    from spriteloom.pixels.arrays import Pixels
    from spriteloom.pixels.files import encode_png, frame_count, open_animation, save_animation, save_sprite
    from spriteloom.pixels.formats.pages import MAX_PIXELS, Pick, every, first
    from spriteloom.pixels.geometry import (
        Box,
        bounding_box,
        crop,
        fit,
        pad,
        pad_to_multiple,
        scale,
        square_crop,
        unscale,
    )
    from spriteloom.pixels.palette import Palette, counts, index, lookup
    from spriteloom.pixels.palette_files import open_palette, save_palette
    from spriteloom.pixels.placement import Placement
    from spriteloom.pixels.sprite import Labels, Sprite

_HOMES = {
    "Animation": "animation",
    "Box": "geometry",
    "Labels": "sprite",
    "MAX_PIXELS": "formats.pages",
    "Palette": "palette",
    "Pick": "formats.pages",
    "Pixels": "arrays",
    "Placement": "placement",
    "Sprite": "sprite",
    "Tag": "animation",
    "bounding_box": "geometry",
    "clear_hidden": "alpha",
    "counts": "palette",
    "crop": "geometry",
    "encode_png": "files",
    "every": "formats.pages",
    "first": "formats.pages",
    "fit": "geometry",
    "frame_count": "files",
    "harden": "alpha",
    "index": "palette",
    "is_hard": "alpha",
    "lookup": "palette",
    "open_animation": "files",
    "open_palette": "palette_files",
    "over": "alpha",
    "overlay": "alpha",
    "pad": "geometry",
    "pad_to_multiple": "geometry",
    "save_animation": "files",
    "save_palette": "palette_files",
    "save_sprite": "files",
    "scale": "geometry",
    "square_crop": "geometry",
    "unscale": "geometry",
}

__all__ = [
    "MAX_PIXELS",
    "Animation",
    "Box",
    "Labels",
    "Palette",
    "Pick",
    "Pixels",
    "Placement",
    "Sprite",
    "Tag",
    "bounding_box",
    "clear_hidden",
    "counts",
    "crop",
    "encode_png",
    "every",
    "first",
    "fit",
    "frame_count",
    "harden",
    "index",
    "is_hard",
    "lookup",
    "open_animation",
    "open_palette",
    "over",
    "overlay",
    "pad",
    "pad_to_multiple",
    "save_animation",
    "save_palette",
    "save_sprite",
    "scale",
    "square_crop",
    "unscale",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'spriteloom.pixels' has no attribute {name!r}")
    return getattr(import_module(f"spriteloom.pixels.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
