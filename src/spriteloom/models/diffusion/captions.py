"""What can be said of a sprite: captions composed from its labels and its pixels.

Every caption leaves something out, so that a model learns what a few words mean by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.oklab import colors_of
from spriteloom.pixels.sprite import Labels

SECOND = 0.22  # share of a figure from which its second color is worth a word
SMALL, LARGE = 0.12, 0.4  # shares of the picture that the figure covers
SHAPES = {  # as people say it
    "ball": ("ball", "round creature"),
    "squiggle": ("snake", "serpent"),
    "fish": ("fish",),
    "arms": ("creature with arms",),
    "blob": ("blob", "slime"),
    "upright": ("upright creature",),
    "legs": ("creature with two legs",),
    "quadruped": ("four-legged animal", "quadruped"),
    "wings": ("bird", "creature with wings", "winged creature"),
    "tentacles": ("creature with tentacles", "octopus"),
    "heads": ("creature with several heads",),
    "humanoid": ("humanoid", "person"),
    "bug-wings": ("insect with wings",),
    "armor": ("insect", "armored bug"),
}


def captions(labels: Labels, pixels: Pixels, count: int, chance: np.random.Generator) -> list[str]:
    """So many captions of a sprite, uint8 (h, w, 4); those it has a text for begin with that text."""
    kinds = _listed(labels.get("types", ()))
    shape = str(labels.get("shape", ""))
    text = str(labels.get("text", ""))
    found = []
    for i in range(count):
        if text and i % 3 == 2:
            found.append(text)
            continue
        said = _adjectives(pixels, chance) if chance.random() < 0.85 else []
        kind = [str(chance.choice(list(kinds)))] if kinds and chance.random() < 0.6 else []
        forms = SHAPES.get(shape, (shape,)) if shape else ()
        noun = str(chance.choice(list(forms))) if forms and chance.random() < 0.8 else _noun(kind, chance)
        view = ["seen from behind"] if labels.get("view") == "back" else []
        found.append(" ".join(filter(None, [*said, *_spoken(kind, noun), *view])))
    return found


def _adjectives(pixels: Pixels, chance: np.random.Generator) -> list[str]:
    """How large, and of which colors."""
    size = float((pixels[..., 3] > 0).mean())
    words = ["small"] if size < SMALL else ["large"] if size > LARGE else []
    words = words if chance.random() < 0.5 else []
    seen = colors_of(pixels)
    if not seen:
        return words
    first = seen[0][0]
    both = len(seen) > 1 and seen[1][1] > SECOND and chance.random() < 0.5
    return [*words, f"{first} and {seen[1][0]}" if both else first]


def _spoken(kind: list[str], noun: str) -> list[str]:
    return [*(f"{each}-type" for each in kind), noun]


def _noun(kind: list[str], chance: np.random.Generator) -> str:
    return str(chance.choice(["creature", "monster"] if kind else ["creature", "monster", "sprite"]))


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
