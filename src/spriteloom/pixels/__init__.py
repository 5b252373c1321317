"""Exact pixels: `Sprite`, `Palette`, the files they live in. Numpy and Pillow; knows nothing of torch."""

from spriteloom.pixels.alpha import clear_hidden, harden, is_hard, over, overlay
from spriteloom.pixels.animation import Animation, Tag
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
from spriteloom.pixels.sprite import Labels, Pixels, Sprite

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
