"""`DatasetCache`: the pictures, census and k-means tables of a set, shared by several trainings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.census import Census, take_census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.data.pictures import Pictures
from spriteloom.data.store import SpriteSet

_BATCH = 1024  # pictures, about
_SAMPLE = 1_000_000  # patches that k-means is fitted on before it sees all of them
_NOISE_SAMPLE = 300_000  # the same with noise backgrounds, whose patches all differ: more do not help


class DatasetCache:
    """A prepared set and values derived from it and a seed. `rounds` of Lloyd make the k-means tables."""

    def __init__(self, data: SpriteSet, *, seed: int = 0, rounds: int = 30) -> None:
        self.data, self.seed = data, seed
        self._rounds = rounds
        self._has_noise = data.without_noise().preprocessing != data.preprocessing
        self._held: dict[str, Pictures] = {}
        self._census: dict[tuple[int, bool], Census] = {}
        self._tables: dict[tuple[int, int, bool], NDArray[np.uint8]] = {}

    @property
    def held_out(self) -> str:
        """The split to evaluate on during training: validation, or train if the set has none."""
        return "validation" if self.data.count("validation") else "train"

    def hold(self, split: str) -> None:
        """Keep a split's pictures in memory."""
        if split not in self._held:
            self._held[split] = self.data.all_pictures(split)

    def whole(self, split: str) -> Pictures:
        """All pictures of a split."""
        return self._held.get(split) or self.data.all_pictures(split)

    def pictures(self, split: str, *, noise: bool = True) -> Iterator[Pictures]:
        """Batches of a split's pictures in the set's order, with or without noise backgrounds."""
        data = self.data if noise else self.data.without_noise()
        if split not in self._held:
            yield from data.pictures(split)
            return
        held, variants = self._held[split], self.data.preprocessing.variants(split)
        included = np.isin(variants, data.preprocessing.variants(split))
        step = max(1, _BATCH // len(variants)) * len(variants)
        for start in range(0, len(held), step):
            batch = held[start : start + step]
            rows = np.resize(included, len(batch))
            yield batch if included.all() else Pictures(batch.rgb[rows], batch.inside[rows])

    def rgb(self, split: str, *, noise: bool) -> NDArray[np.uint8]:
        """All pictures of a split, uint8 (n, h, w, 3)."""
        if noise:
            return self.whole(split).rgb
        return np.concatenate([batch.rgb for batch in self.pictures(split, noise=False)])

    def rgba(self, split: str) -> NDArray[np.uint8]:
        """A split's pictures without noise and mirrored variants, alpha 0 or 255: uint8 (n, h, w, 4)."""
        from spriteloom.codecs.signed import as_rgba

        names = self.data.without_noise().preprocessing.variants(split)
        batches = list(self.pictures(split, noise=False))
        rgb = np.concatenate([batch.rgb for batch in batches])
        inside = np.concatenate([batch.inside for batch in batches])
        rows = np.resize([not name.startswith("flip") for name in names], len(rgb))
        return as_rgba(rgb[rows], inside[rows])

    def census(self, m: int, *, noise: bool, split: str = "train") -> Census:
        """The distinct m×m patches of a split. Of the training split only the last census is kept, for memory."""
        if split != "train":
            return take_census((pictures.rgb for pictures in self.pictures(split, noise=noise)), m)
        noise = noise and self._has_noise
        if (m, noise) not in self._census:
            self._census.clear()
            self._census[m, noise] = take_census((p.rgb for p in self.pictures(split, noise=noise)), m)
        return self._census[m, noise]

    def table(self, m: int, k: int, *, noise: bool) -> NDArray[np.uint8]:
        """k-means of the training census: k patches uint8 (k, 3·m²)."""
        noise = noise and self._has_noise
        if (m, k, noise) not in self._tables:
            draws, rng = _NOISE_SAMPLE if noise else _SAMPLE, np.random.default_rng(self.seed)
            census = self.census(m, noise=noise)
            self._tables[m, k, noise] = fit_table(census, k, rng=rng, draws=draws, rounds=self._rounds)
        return self._tables[m, k, noise]
