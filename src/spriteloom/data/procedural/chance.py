"""`Chance`: random choices that a seed makes the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Chance:
    """Only uniform draws, because numpy keeps their stream between versions."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    @classmethod
    def of(cls, *key: int) -> Chance:
        """The choices of `key` (integers ≥ 0)."""
        return cls(cls.stream(*key))

    @staticmethod
    def stream(*key: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(self._generator.random())

    def happens(self, probability: float) -> bool:
        return float(self._generator.random()) < probability

    def count(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + int(float(self._generator.random()) * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.count(0, len(options) - 1)]

    def side(self) -> int:
        return 1 if self.happens(0.5) else -1

    def seed(self) -> int:
        return self.count(0, 2**48 - 1)
