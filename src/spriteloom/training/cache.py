"""`DatasetCache`: a set's pictures, and what is counted and fitted of them, kept for several trainings.

Everything is a function of the set and a seed; here it is made once.
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


class DatasetCache:
    """A prepared set and what was made of it. `rounds` are those of Lloyd for its k-means tables."""

    def __init__(self, data: SpriteSet, *, seed: int = 0, rounds: int = 30) -> None:
        self.data, self.seed = data, seed
        self._rounds = rounds
        self._has_noise = data.without_noise().preprocessing != data.preprocessing
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
        held, made = self._held[split], self.data.preprocessing.variants(split)
        kept = np.isin(made, wanted.preprocessing.variants(split))
        step = max(1, _AT_ONCE // len(made)) * len(made)
        for start in range(0, len(held), step):
            some = held[start : start + step]
            chosen = np.resize(kept, len(some))
            yield some if kept.all() else Pictures(some.rgb[chosen], some.inside[chosen])

    def rgb(self, split: str, *, noise: bool) -> NDArray[np.uint8]:
        """A split's pictures at once, uint8 (n, h, w, 3)."""
        if noise:
            return self.whole(split).rgb
        return np.concatenate([some.rgb for some in self.pictures(split, noise=False)])

    def rgba(self, split: str) -> NDArray[np.uint8]:
        """A split's pictures without noise, hard alpha: uint8 (n, h, w, 4).

        Where the preprocessing mirrors pictures itself, those that it leaves as they are.
        """
        from spriteloom.codecs.signed import as_rgba

        names = self.data.without_noise().preprocessing.variants(split)
        kept = np.array([not name.startswith("flip") for name in names])
        some = list(self.pictures(split, noise=False))
        rgb = np.concatenate([pictures.rgb for pictures in some])
        inside = np.concatenate([pictures.inside for pictures in some])
        chosen = np.resize(kept, len(rgb))
        return as_rgba(rgb[chosen], inside[chosen])

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
