"""Captions of sprites, composed from labels, text and pixels.

Captions leave parts out at random, so that a model learns what single words mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spriteloom.data.facts import TYPES
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.oklab import NAMES, colors_of
from spriteloom.pixels.sprite import Labels

SECOND_COLOR = 0.22  # the least share of the foreground for a second color in a caption
NAME = 12  # words of a text that is a name, not a sentence
SMALL, LARGE = 0.12, 0.4  # shares of the picture that the foreground covers
SHAPES = {  # words for shapes
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


def captions(
    labels: Labels, pixels: Pixels, count: int, rng: np.random.Generator, *, recolored: bool = False
) -> list[str]:
    """`count` captions of a sprite uint8 (h, w, 4).

    A third of them are its text, if it has one; of a `recolored` sprite or a short text, a third are some words of it.
    Captions of a recolored sprite name the colors that it shows, not those of its text.
    """
    text = str(labels.get("text", ""))
    words = [word for word in text.split() if not (recolored and word in NAMES)]
    covered, colors = float((pixels[..., 3] > 0).mean()), colors_of(pixels)
    lines = []
    for i in range(count):
        if text and i % 3 == 2 and not recolored:
            lines.append(text)
        elif words and len(words) <= NAME and i % 3:
            adjectives = _adjectives(covered, colors, rng) if recolored or rng.random() < 0.5 else []
            lines.append(" ".join([*adjectives, *_some(words, rng)]))
        else:
            adjectives = _adjectives(covered, colors, rng) if rng.random() < 0.85 else []
            lines.append(" ".join([*adjectives, *_composed(labels, rng)]))
    return lines


def _composed(labels: Labels, rng: np.random.Generator) -> list[str]:
    """A type, a shape and the view, each now and then left out."""
    types = labels.get("types", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    shape = str(labels.get("shape", ""))
    kind = [str(rng.choice(list(types)))] if types and rng.random() < 0.6 else []
    forms = SHAPES.get(shape, (shape,)) if shape else ()
    noun = str(rng.choice(list(forms))) if forms and rng.random() < 0.8 else _noun(kind, rng)
    view = ["seen from behind"] if labels.get("view") == "back" else []
    kinds = [f"{each}-type" if each in TYPES else each for each in kind if each != noun]
    return [word for word in (*kinds, noun, *view) if word]


def _some(words: Sequence[str], rng: np.random.Generator) -> list[str]:
    """A random part of the words, at least one, in their order."""
    keep = rng.random(len(words)) < rng.uniform(0.2, 1)
    keep[rng.integers(len(words))] = True
    return [word for word, is_kept in zip(words, keep, strict=True) if is_kept]


def _adjectives(covered: float, colors: Sequence[tuple[str, float]], rng: np.random.Generator) -> list[str]:
    """Words for the share of the picture that is covered and for the colors."""
    words = ["small"] if covered < SMALL else ["large"] if covered > LARGE else []
    words = words if rng.random() < 0.5 else []
    if not colors:
        return words
    first = colors[0][0]
    both = len(colors) > 1 and colors[1][1] > SECOND_COLOR and rng.random() < 0.5
    return [*words, f"{first} and {colors[1][0]}" if both else first]


def _noun(kind: list[str], rng: np.random.Generator) -> str:
    if kind and kind[0] not in TYPES:
        return ""
    return str(rng.choice(["creature", "monster"] if kind else ["creature", "monster", "sprite"]))
