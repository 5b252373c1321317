"""Learn pixel art, edit it and generate it: sprites become codes or latents, and exact pixels again.

A name is imported at its first use, so `import spriteloom` loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors; the same names as below
    from spriteloom.codecs.codec import Codec as Codec
    from spriteloom.codecs.codes import Codes as Codes
    from spriteloom.data.audit import audit as audit
    from spriteloom.data.prepare import prepare as prepare
    from spriteloom.data.preprocessing import preprocessing_named as preprocessing_named
    from spriteloom.data.sources import fetch as fetch, open_source as open_source
    from spriteloom.data.store import SpriteSet as SpriteSet
    from spriteloom.data.tensors import as_images as as_images, as_sprites as as_sprites
    from spriteloom.editing.clean import clean as clean
    from spriteloom.editing.generative import (
        fuse as fuse,
        inpaint as inpaint,
        morph as morph,
        outpaint as outpaint,
        vary as vary,
    )
    from spriteloom.editing.plans import recolor as recolor
    from spriteloom.editing.swap import swap_palettes as swap_palettes
    from spriteloom.errors import SpriteloomError as SpriteloomError
    from spriteloom.evaluation.evaluate import evaluate as evaluate
    from spriteloom.models.base import Model as Model
    from spriteloom.models.load import load as load
    from spriteloom.models.registry import preset_config as preset_config
    from spriteloom.models.train import train as train
    from spriteloom.pixels import (
        Animation as Animation,
        Palette as Palette,
        Sprite as Sprite,
        open_animation as open_animation,
        open_palette as open_palette,
    )
    from spriteloom.training.budget import Budget as Budget
    from spriteloom.version import __version__ as __version__

_NAMES = {
    "codecs.codec": ("Codec",),
    "codecs.codes": ("Codes",),
    "data.audit": ("audit",),
    "data.prepare": ("prepare",),
    "data.preprocessing": ("preprocessing_named",),
    "data.sources": ("fetch", "open_source"),
    "data.store": ("SpriteSet",),
    "data.tensors": ("as_images", "as_sprites"),
    "editing.clean": ("clean",),
    "editing.generative": ("fuse", "inpaint", "morph", "outpaint", "vary"),
    "editing.plans": ("recolor",),
    "editing.swap": ("swap_palettes",),
    "errors": ("SpriteloomError",),
    "evaluation.evaluate": ("evaluate",),
    "models.base": ("Model",),
    "models.load": ("load",),
    "models.registry": ("preset_config",),
    "models.train": ("train",),
    "pixels": ("Animation", "Palette", "Sprite", "open_animation", "open_palette"),
    "training.budget": ("Budget",),
    "version": ("__version__",),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'spriteloom' has no attribute {name!r}")
    return getattr(import_module(f"spriteloom.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
