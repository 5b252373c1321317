"""`Material`: what is learned from. A set's pictures, and what is counted and fitted of those for training.

Everything is a function of the set and a seed; here it is made once and kept, for several trainings and
measurements on one set. Knows no model.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.census import Census, take_census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.data.pictures import Pictures
from spriteloom.data.store import SpriteSet

_AT_ONCE = 1024  # pictures of a batch, about
_DRAWS = 1_000_000  # patches that k-means is fitted on before it sees them all
_DRAWS_OF_NOISE = 300_000  # where half of them are noise: no two are alike, and more of them teach nothing


class Material:
    """A prepared set at work. `rounds` are those of Lloyd that its k-means tables are fitted by."""

    def __init__(self, data: SpriteSet, *, seed: int = 0, rounds: int = 30) -> None:
        self.data, self.seed = data, seed
        self._rounds = rounds
        self._has_noise = data.without_noise().recipe != data.recipe
        self._held: dict[str, Pictures] = {}
        self._census: dict[tuple[int, bool], Census] = {}
        self._tables: dict[tuple[int, int, bool], NDArray[np.uint8]] = {}

    @property
    def held_out(self) -> str:
        """The split to look at during training: validation, or train where a set is too small to have one."""
        return "validation" if self.data.count("validation") else "train"

    def hold(self, split: str) -> None:
        """Keep a split's pictures in memory: looking at them again costs nothing."""
        if split not in self._held:
            self._held[split] = self.data.all_pictures(split)

    def whole(self, split: str) -> Pictures:
        """A split's pictures at once."""
        return self._held.get(split) or self.data.all_pictures(split)

    def pictures(self, split: str, *, noise: bool = True) -> Iterator[Pictures]:
        """A split's pictures in the set's order, with those over noise backgrounds or without."""
        wanted = self.data if noise else self.data.without_noise()
        if split not in self._held:
            yield from wanted.pictures(split)
            return
        held, made = self._held[split], self.data.recipe.variants(split)
        kept = np.isin(made, wanted.recipe.variants(split))
        step = max(1, _AT_ONCE // len(made)) * len(made)
        for start in range(0, len(held), step):
            some = held[start : start + step]
            chosen = np.resize(kept, len(some))
            yield some if kept.all() else Pictures(some.rgb[chosen], some.inside[chosen])

    def census(self, m: int, *, noise: bool, split: str = "train") -> Census:
        """The m×m patches of a split. Of the training split the last one is kept: they are large."""
        if split != "train":
            return take_census((pictures.rgb for pictures in self.pictures(split, noise=noise)), m)
        noise = noise and self._has_noise
        if (m, noise) not in self._census:
            self._census.clear()
            self._census[m, noise] = take_census((p.rgb for p in self.pictures(split, noise=noise)), m)
        return self._census[m, noise]

    def table(self, m: int, k: int, *, noise: bool) -> NDArray[np.uint8]:
        """k-means of that census: k patches (k, 3·m²), the best or near it at this structure."""
        noise = noise and self._has_noise
        if (m, k, noise) not in self._tables:
            chance = np.random.default_rng(self.seed)
            draws = _DRAWS_OF_NOISE if noise else _DRAWS
            census = self.census(m, noise=noise)
            table = fit_table(census, k, rng=chance, draws=draws, rounds=self._rounds)
            self._tables[m, k, noise] = table
        return self._tables[m, k, noise]
