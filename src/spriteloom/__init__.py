"""spriteloom learns pixel art, edits it and makes it: exact pixels in, codes out, exact pixels back.

Every name below is imported when it is first used, so that `import spriteloom` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spriteloom.codecs.codec import Codec
    from spriteloom.codecs.codes import Codes
    from spriteloom.data.audit import audit
    from spriteloom.data.prepare import prepare
    from spriteloom.data.preprocessing import preprocessing_named
    from spriteloom.data.sources import fetch, open_source
    from spriteloom.data.store import SpriteSet
    from spriteloom.data.tensors import as_images, as_sprites
    from spriteloom.editing import recolor
    from spriteloom.editing.clean import clean
    from spriteloom.editing.generative import fuse, inpaint, morph, outpaint, vary
    from spriteloom.editing.swap import swap_palettes
    from spriteloom.errors import SpriteloomError
    from spriteloom.evaluation.evaluate import evaluate
    from spriteloom.models.base import Model
    from spriteloom.models.load import load
    from spriteloom.models.registry import preset_config
    from spriteloom.models.train import train
    from spriteloom.pixels import Animation, Palette, Sprite, open_animation, open_palette
    from spriteloom.training.budget import Budget
    from spriteloom.version import VERSION as __version__  # noqa: N811

_HOMES = {
    "Animation": "pixels",
    "Budget": "training.budget",
    "Codec": "codecs.codec",
    "Codes": "codecs.codes",
    "Model": "models.base",
    "Palette": "pixels",
    "Sprite": "pixels",
    "SpriteSet": "data.store",
    "SpriteloomError": "errors",
    "__version__": "version",
    "as_images": "data.tensors",
    "as_sprites": "data.tensors",
    "audit": "data.audit",
    "clean": "editing.clean",
    "evaluate": "evaluation.evaluate",
    "fetch": "data.sources",
    "fuse": "editing.generative",
    "inpaint": "editing.generative",
    "load": "models.load",
    "morph": "editing.generative",
    "open_animation": "pixels",
    "open_palette": "pixels",
    "open_source": "data.sources",
    "outpaint": "editing.generative",
    "prepare": "data.prepare",
    "preset_config": "models.registry",
    "preprocessing_named": "data.preprocessing",
    "recolor": "editing",
    "swap_palettes": "editing.swap",
    "train": "models.train",
    "vary": "editing.generative",
}

__all__ = [
    "Animation",
    "Budget",
    "Codec",
    "Codes",
    "Model",
    "Palette",
    "Sprite",
    "SpriteSet",
    "SpriteloomError",
    "__version__",
    "as_images",
    "as_sprites",
    "audit",
    "clean",
    "evaluate",
    "fetch",
    "fuse",
    "inpaint",
    "load",
    "morph",
    "open_animation",
    "open_palette",
    "open_source",
    "outpaint",
    "prepare",
    "preprocessing_named",
    "preset_config",
    "recolor",
    "swap_palettes",
    "train",
    "vary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'spriteloom' has no attribute {name!r}")
    home = import_module(f"spriteloom.{_HOMES[name]}")
    return home.VERSION if name == "__version__" else getattr(home, name)


def __dir__() -> list[str]:
    return __all__
