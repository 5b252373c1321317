"""`CountPrior`: predict each code by counting the codes that followed the same context in training.

A code is predicted from longer and longer contexts of earlier codes. Each order is mixed with the one below it, with
weights that depend on the count of its context and on the number of different codes that followed it (Jelinek & Mercer
1980). The weights are fitted on held-out grids by expectation and maximization, which finds the optimum of a mixture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import RunError
from spriteloom.priors import count_kernels as kernels

if TYPE_CHECKING:
    from spriteloom.priors.draw import Draw

Grids = NDArray[np.integer]  # (n, gh, gw), codes 0..k−1

# Neighbors in the order of their gain; (4, 4) is the cell's part of the grid.
STEPS = ((0, -1), (-1, 0), (-1, 1), (4, 4), (-1, -1), (0, -2), (-2, 0))
HELD_OUT = 10  # one grid in ten is held out to fit the weights, if none are given
CELLS = 500_000  # the most cells that the weights are fitted on
ROUNDS = 30  # of expectation and maximisation
PSEUDO_COUNT = 0.1  # cells added to both sides of a weight, so that it is never 0 or 1


@dataclass(frozen=True, kw_only=True)
class CountPriorConfig:
    """`steps` are the neighbors in a context (see `count_kernels`), the first ones in the lowest orders.

    A context that occurs fewer than `least` times is not stored. On sprites, each of which occurs over several
    backgrounds, 4 costs under 0.001 bits per code and stores a tenth of the contexts.
    """

    steps: tuple[tuple[int, int], ...] = STEPS
    least: int = 4

    def __post_init__(self) -> None:
        for dy, dx in self.steps:
            if not (dy < 0 or (dy == 0 and dx < 0) or (dy > 0 and dx > 0)):
                raise ValueError(f"({dy}, {dx}) cannot be in a context: it comes after the code")


@dataclass(frozen=True, eq=False, kw_only=True)
class CountPrior:
    """Contexts and the codes that followed them; fields as in `count_kernels`. Made by `fit` or `from_arrays`."""

    k: int
    steps: NDArray[np.int64]  # (orders, 2)
    keys: NDArray[np.int64]  # (nodes,)
    starts: NDArray[np.int64]  # (nodes + 1,)
    codes: NDArray[np.integer]  # (runs,)
    counts: NDArray[np.uint32]  # (runs,)
    weights: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, kernels.BUCKETS)))

    @classmethod
    def fit(
        cls, codes: Grids, k: int, *, held: Grids | None = None, config: CountPriorConfig | None = None
    ) -> CountPrior:
        """Count the grids `codes` (n, gh, gw), values 0..k−1, and fit the weights on `held`.

        Without `held` the weights are fitted on the last tenth of `codes` with the rest counted, and then all
        are counted; similar grids should be next to each other. Raises ValueError for other grids, or if one
        grid alone is given.
        """
        config = config or CountPriorConfig()
        codes = _checked(codes, k)
        if held is None:
            if len(codes) < 2:
                raise ValueError("one grid alone cannot be counted and held out: give held ones")
            cut = len(codes) - max(1, len(codes) // HELD_OUT)
            weights = cls._counted(codes[:cut], k, config)._weighed(codes[cut:]).weights
            return replace(cls._counted(codes, k, config), weights=weights)
        return cls._counted(codes, k, config)._weighed(_checked(held, k))

    def bits(self, codes: Grids) -> NDArray[np.float64]:
        """Mean bits per code of each grid: (n, gh, gw) → (n,)."""
        codes = _checked(codes, self.k)
        bits = np.empty(len(codes))
        kernels.score(codes, self._tree, self.weights, bits)
        return bits

    def sample(self, grid: tuple[int, int], draw: Draw) -> NDArray[np.int64]:
        """Sample grids (b, gh, gw); sample i depends on this prior, the temperature and seeds[i] of `draw` only."""
        chances = np.empty((len(draw.seeds), *grid))
        for chance, seed in zip(chances, draw.seeds, strict=True):
            chance[:] = np.random.default_rng(seed).random(grid)
        codes = np.zeros(chances.shape, _dtype(self.k))
        kernels.draw(chances, 1 / draw.temperature, self._tree, self.weights, codes)
        return codes.astype(np.int64)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All fields, as a file of arrays can hold them."""
        return {"k": np.array([self.k]), **{name: np.array(getattr(self, name)) for name in _SHAPES}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> CountPrior:
        """The inverse of `to_arrays`. Raises RunError for invalid arrays, which the compiled loops do not check."""
        try:
            parts = {name: np.ascontiguousarray(arrays[name]) for name in _SHAPES}
            k = int(np.asarray(arrays["k"]).reshape(1)[0])
        except (KeyError, ValueError) as reason:
            raise RunError(f"this is not a count prior, it lacks {reason}: train it again") from None
        for name, (kind, dimensions) in _SHAPES.items():
            if parts[name].dtype.kind not in kind or parts[name].ndim != dimensions:
                raise RunError(f"this count prior's {name} are damaged: train it again")
        if fault := _fault(k, parts):
            raise RunError(f"this count prior is damaged, {fault}: train it again")
        return cls(k=k, **parts)

    @cached_property
    def _tree(self) -> tuple[Any, ...]:
        slots = _empty_slots(len(self.keys))
        kernels.rehash(self.keys, len(self.keys), slots)
        totals = np.add.reduceat(self.counts.astype(np.int64), self.starts[:-1])
        width = _width(self.k, self.steps)
        return self.steps, self.k, width, slots, self.keys, self.starts, self.codes, self.counts, totals

    @classmethod
    def _counted(cls, codes: Grids, k: int, config: CountPriorConfig) -> CountPrior:
        steps = np.array(config.steps, np.int64).reshape(-1, 2)
        width = _width(k, steps)
        ids = np.zeros(codes.shape, np.int32)  # every cell in node 0
        levels = [np.array([-1])]  # no cell has the root's key
        followed = [_followed(codes, ids, k, width)]
        for step in steps:
            ids, keys, tally = _number(codes, ids, step, k, width)
            frequent = tally >= config.least
            nodes = np.where(frequent, sum(map(len, levels)) + np.cumsum(frequent) - 1, -1)
            ids = np.append(nodes, -1).astype(np.int32)[ids]  # a cell without a node, −1, stays without
            levels.append(keys[frequent])
            followed.append(_followed(codes, ids, k, width))
        keys, run, counts = np.concatenate(levels), *map(np.concatenate, zip(*followed, strict=True))
        starts = np.searchsorted(run, np.arange(len(keys) + 1) * width)
        codes, counts = (run % width).astype(_dtype(k)), counts.astype(np.uint32)
        return cls(k=k, steps=steps, keys=keys, starts=starts, codes=codes, counts=counts)

    def _weighed(self, held: Grids) -> CountPrior:
        """This prior with the weights under which `held` is likeliest."""
        stride = max(1, math.ceil(held.size / CELLS))
        held = np.ascontiguousarray(held[::stride])
        orders = len(self.steps) + 1
        shares = np.empty((held.size, orders))
        buckets = np.empty((held.size, orders), np.int8)
        kernels.witness(held, self._tree, shares, buckets)
        weights = np.full((orders, kernels.BUCKETS), 0.5)
        for _ in range(ROUNDS):
            lower, reached = np.full_like(weights, PSEUDO_COUNT), np.full_like(weights, 2 * PSEUDO_COUNT)
            kernels.weigh(shares, buckets, self.k, weights, lower, reached)
            weights = lower / reached
        return replace(self, weights=weights)


_ITSELF = np.zeros(2, np.int64)  # the step whose value is the code itself
_SHAPES = {  # dtype kind and dimensions of each array in a file
    "steps": ("i", 2), "keys": ("i", 1), "starts": ("i", 1), "codes": ("u", 1), "counts": ("u", 1), "weights": ("f", 2),
}  # fmt: skip
_CAPACITY = 2**16  # keys of a new table


def _checked(codes: Grids, k: int) -> Grids:
    grids = np.ascontiguousarray(codes)
    if grids.ndim != 3 or grids.dtype.kind not in "iu" or not grids.size:
        raise ValueError(f"grids are whole numbers (n, gh, gw), not {grids.dtype} {grids.shape}")
    if int(grids.min()) < 0 or int(grids.max()) >= k:
        raise ValueError(f"codes are from 0 to {k - 1}, these run from {grids.min()} to {grids.max()}")
    return grids.astype(_dtype(k), copy=False)


def _dtype(k: int) -> np.dtype[Any]:
    """The smallest unsigned type for k codes; the kernels are compiled for each."""
    return np.min_scalar_type(k - 1)


def _width(k: int, steps: NDArray[np.int64]) -> int:
    return max([k + 1, *(int(dy * dx) for dy, dx in steps if dy > 0)])


def _empty_slots(keys: int) -> NDArray[np.int32]:
    return np.full(1 << (2 * keys).bit_length(), -1, np.int32)


def _followed(
    codes: Grids, nodes: NDArray[np.int32], k: int, width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of nodes and the codes that followed, as rising node · width + code, and their counts."""
    _, keys, tally = _number(codes, nodes, _ITSELF, k, width)
    order = np.argsort(keys)
    return keys[order], tally[order]


def _number(
    grids: Grids, parents: NDArray[np.int32], step: NDArray[np.int64], k: int, width: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """(ids (n, gh, gw), the key of each id, the count of each id), as in `kernels.number`."""
    ids = np.empty(grids.shape, np.int32)
    capacity = max(_CAPACITY, 2 * grids[0].size)
    keys, tally, slots = np.zeros(capacity, np.int64), np.zeros(capacity, np.int64), _empty_slots(capacity)
    reached = used = 0
    while True:
        reached, used = kernels.number(grids, parents, reached, step, k, width, slots, keys, tally, used, ids)
        if reached == len(grids):
            return ids, keys[:used], tally[:used]
        keys, tally = np.resize(keys, 2 * len(keys)), np.pad(tally, (0, len(tally)))
        slots = _empty_slots(len(keys))
        kernels.rehash(keys, used, slots)


def _fault(k: int, parts: Mapping[str, NDArray[Any]]) -> str:
    """The fault of a prior that was read, or ""."""
    steps, keys, starts, codes, counts, weights = (parts[name] for name in _SHAPES)
    if not 1 <= k < 2**31 or (len(codes) and int(codes.max()) >= k):
        return "its codes are beyond its k"
    if len(codes) != len(counts) or not len(counts) or not counts.all():
        return "its counts do not fit its codes"
    if len(starts) != len(keys) + 1 or starts[0] != 0 or starts[-1] != len(codes):
        return "its runs do not fit its contexts"
    if (np.diff(starts) < 1).any():
        return "a context of it is empty"
    if steps.shape[1:] != (2,) or weights.shape != (len(steps) + 1, kernels.BUCKETS):
        return "its weights do not fit its orders"
    if not ((weights >= 0) & (weights <= 1)).all():
        return "a weight is no share"
    return ""
