"""Exact pixels: `Sprite`, `Animation`, `Palette`, and the files that hold them."""

from spriteloom.pixels.alpha import over
from spriteloom.pixels.formats.pages import Tag
from spriteloom.pixels.palette import Palette
from spriteloom.pixels.palette_files import open_palette, save_palette
from spriteloom.pixels.sprite import Animation, Sprite, open_animation, save_animation, save_sprite

__all__ = [
    "Animation", "Palette", "Sprite", "Tag", "open_animation", "open_palette", "over", "save_animation",
    "save_palette", "save_sprite",
]  # fmt: skip
