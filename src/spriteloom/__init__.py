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
    from spriteloom.data.recipes import recipe_named
    from spriteloom.data.sources import fetch, open_source
    from spriteloom.data.store import SpriteSet
    from spriteloom.editing import recolor
    from spriteloom.errors import SpriteloomError
    from spriteloom.evaluation import evaluate
    from spriteloom.model import Generator, load
    from spriteloom.pixels import Animation, Palette, Sprite, open_animation, open_palette
    from spriteloom.training.budget import Budget
    from spriteloom.training.train import train

_HOMES = {
    "Animation": "pixels",
    "Budget": "training.budget",
    "Codec": "codecs.codec",
    "Codes": "codecs.codes",
    "Generator": "model",
    "Palette": "pixels",
    "Sprite": "pixels",
    "SpriteSet": "data.store",
    "SpriteloomError": "errors",
    "audit": "data.audit",
    "evaluate": "evaluation",
    "fetch": "data.sources",
    "load": "model",
    "open_animation": "pixels",
    "open_palette": "pixels",
    "open_source": "data.sources",
    "prepare": "data.prepare",
    "recipe_named": "data.recipes",
    "recolor": "editing",
    "train": "training.train",
}

__all__ = [
    "Animation",
    "Budget",
    "Codec",
    "Codes",
    "Generator",
    "Palette",
    "Sprite",
    "SpriteSet",
    "SpriteloomError",
    "audit",
    "evaluate",
    "fetch",
    "load",
    "open_animation",
    "open_palette",
    "open_source",
    "prepare",
    "recipe_named",
    "recolor",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'spriteloom' has no attribute {name!r}")
    return getattr(import_module(f"spriteloom.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
