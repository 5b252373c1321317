"""Exact pixels: `Sprite`, `Animation`, `Palette`, and the files that hold them."""

from spriteloom.pixels.alpha import clear_hidden, harden, is_hard, over, overlay
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.formats.pages import MAX_PIXELS, Pick, Tag, all_frames, first_frame
from spriteloom.pixels.geometry import Box, Placement, bounding_box, crop, pad, scale, square_crop, trim
from spriteloom.pixels.palette import Palette, counts, index
from spriteloom.pixels.palette_files import open_palette, save_palette
from spriteloom.pixels.sprite import (
    Animation,
    Labels,
    Sprite,
    open_animation,
    open_picture,
    save_animation,
    save_sprite,
)

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
    "all_frames",
    "bounding_box",
    "clear_hidden",
    "counts",
    "crop",
    "encode_png",
    "first_frame",
    "harden",
    "index",
    "is_hard",
    "open_animation",
    "open_palette",
    "open_picture",
    "over",
    "overlay",
    "pad",
    "save_animation",
    "save_palette",
    "save_sprite",
    "scale",
    "square_crop",
    "trim",
]
