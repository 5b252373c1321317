"""The inner loops of the count prior, compiled by numba: number contexts, weigh orders, score, draw.

Contexts are nodes of one tree: node 0 is the empty context, and a node of order j is its parent of order j − 1 with
the value of the j-th step. The value of a step (dy, dx) is the code of that neighbor, k outside the grid; with
dy > 0, which no earlier neighbor has, it is the index of the cell's part among dy × dx equal parts of the grid. A
node's key is parent · width + value, so that `keys` rise from order to order. The codes that followed a node are a
run of `codes` and `counts`, codes rising, from starts[node] to starts[node + 1]. A `tree` is (steps, k, width,
slots, keys, starts, codes, counts, totals): `slots` finds a node by its key, and `totals` are the sums of the runs.

    p_j(c) = (1 − γ) n_c / N + γ p_{j−1}(c),  p_{−1} = 1 / k

with n_c the number of times that c followed the node of order j, N = Σ n_c, and γ the weight of its order and bucket.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SIZES, SPREADS = 12, 5  # buckets of N, by doubling, and of the number of codes: 1, 2, 3–4, 5–8, more
BUCKETS = SIZES * SPREADS


@njit(cache=True)
def see(grid, y, x, dy, dx, k):
    """The value of the step (dy, dx) at (y, x) of a grid (gh, gw)."""
    if dy > 0:
        return np.int64(y * dy // grid.shape[0] * dx + x * dx // grid.shape[1])
    y, x = y + dy, x + dx
    if y < 0 or x < 0 or x >= grid.shape[1]:
        return np.int64(k)
    return np.int64(grid[y, x])


@njit(cache=True)
def _slot(slots, keys, key):
    """The slot of `key`, or its free slot, in the open-addressing table `slots` of indices into `keys`."""
    mask = np.uint64(slots.shape[0] - 1)
    h = np.uint64(key) * _GOLDEN
    at = (h ^ (h >> np.uint64(32))) & mask
    while slots[at] >= 0 and keys[slots[at]] != key:
        at = (at + np.uint64(1)) & mask
    return at


@njit(cache=True)
def rehash(keys, used, slots):
    """Fill the empty table `slots` (a power of two long, −1 empty) with the first `used` of `keys`."""
    for i in range(used):
        slots[_slot(slots, keys, keys[i])] = i


@njit(cache=True)
def number(grids, parents, first, step, k, width, slots, keys, tally, used, ids):
    """Number the pairs (parent, value of `step`) of every cell from grid `first` on, and count them.

    `parents`, `ids` (n, gh, gw) int32; a parent of −1 gives −1. New pairs are added to `keys`. Returns (grid
    reached, keys used); stops before a grid that might not fit, so that the caller can grow the table.
    """
    n, gh, gw = grids.shape
    last, node = np.int64(-1), np.int64(0)
    for i in range(first, n):
        if used + gh * gw > keys.shape[0]:
            return i, used
        for y in range(gh):
            for x in range(gw):
                if parents[i, y, x] < 0:
                    ids[i, y, x] = -1
                    continue
                key = np.int64(parents[i, y, x]) * width + see(grids[i], y, x, step[0], step[1], k)
                if key != last:  # runs are common: backgrounds, flat areas
                    last = key
                    at = _slot(slots, keys, key)
                    if slots[at] < 0:
                        keys[used] = key
                        slots[at] = used
                        used += 1
                    node = np.int64(slots[at])
                tally[node] += 1
                ids[i, y, x] = node
    return n, used


@njit(cache=True)
def _descend(grid, y, x, tree, path):
    """Write the nodes of a cell's context, order by order, to `path`; returns their number, 1 or more."""
    steps, k, width, slots, keys, _, _, _, _ = tree
    path[0] = 0
    for j in range(steps.shape[0]):
        value = see(grid, y, x, steps[j, 0], steps[j, 1], k)
        node = slots[_slot(slots, keys, path[j] * width + value)]
        if node < 0:
            return j + 1
        path[j + 1] = node
    return steps.shape[0] + 1


@njit(cache=True)
def _bucket(total, spread):
    """The bucket of a context that occurred `total` times and was followed by `spread` codes."""
    size = 0
    while size < SIZES - 1 and total >= np.int64(2) << size:
        size += 1
    kinds = 0
    while kinds < SPREADS - 1 and spread > np.int64(1) << kinds:
        kinds += 1
    return size * SPREADS + kinds


@njit(cache=True)
def _count(codes, counts, low, high, code):
    """The count of `code` in the run from `low` to `high`."""
    end = high
    while low < high:
        middle = (low + high) // 2
        if codes[middle] < code:
            low = middle + 1
        else:
            high = middle
    return np.int64(counts[low]) if low < end and codes[low] == code else np.int64(0)


@njit(parallel=True, cache=True)
def witness(grids, tree, shares, buckets):
    """Write n_c / N of each cell and order to `shares` (cells, orders), and its bucket, −1 for none, to `buckets`."""
    steps, _, _, _, _, starts, codes, counts, totals = tree
    n, gh, gw = grids.shape
    for i in prange(n):
        path = np.empty(steps.shape[0] + 1, np.int64)
        for y in range(gh):
            for x in range(gw):
                depth = _descend(grids[i], y, x, tree, path)
                row = (i * gh + y) * gw + x
                for j in range(shares.shape[1]):
                    if j >= depth:
                        shares[row, j], buckets[row, j] = 0.0, -1
                        continue
                    low, high = starts[path[j]], starts[path[j] + 1]
                    total = totals[path[j]]
                    shares[row, j] = _count(codes, counts, low, high, np.int64(grids[i, y, x])) / total
                    buckets[row, j] = _bucket(total, high - low)


@njit(cache=True)
def weigh(shares, buckets, k, weights, lower, reached):
    """One round of EM for γ: add how often each order is reached to `reached`, and left below to `lower`."""
    orders = shares.shape[1]
    p = np.empty(orders + 1)
    p[0] = 1.0 / k
    for i in range(shares.shape[0]):
        for j in range(orders):
            b = buckets[i, j]
            p[j + 1] = p[j] if b < 0 else (1 - weights[j, b]) * shares[i, j] + weights[j, b] * p[j]
        still = 1.0
        for j in range(orders - 1, -1, -1):
            b = buckets[i, j]
            if b >= 0:
                reached[j, b] += still
                still *= weights[j, b] * p[j] / p[j + 1]
                lower[j, b] += still


@njit(parallel=True, cache=True)
def score(grids, tree, weights, bits):
    """bits[i] = the mean of −log2 p over the cells of grid i."""
    steps, k, _, _, _, starts, codes, counts, totals = tree
    n, gh, gw = grids.shape
    for i in prange(n):
        path = np.empty(steps.shape[0] + 1, np.int64)
        bits_sum = 0.0
        for y in range(gh):
            for x in range(gw):
                depth = _descend(grids[i], y, x, tree, path)
                p = 1.0 / k
                for j in range(depth):
                    low, high = starts[path[j]], starts[path[j] + 1]
                    total = totals[path[j]]
                    share = _count(codes, counts, low, high, np.int64(grids[i, y, x])) / total
                    gamma = weights[j, _bucket(total, high - low)]
                    p = (1 - gamma) * share + gamma * p
                bits_sum -= np.log2(p)
        bits[i] = bits_sum / (gh * gw)


@njit(cache=True)
def _spread(grid, y, x, tree, weights, path, p):
    """Write the probability of every code at (y, x) to `p` (k,)."""
    _, k, _, _, _, starts, codes, counts, totals = tree
    depth = _descend(grid, y, x, tree, path)
    p[:] = 1.0 / k
    for j in range(depth):
        low, high = starts[path[j]], starts[path[j] + 1]
        total = totals[path[j]]
        gamma = weights[j, _bucket(total, high - low)]
        for c in range(k):
            p[c] *= gamma
        for at in range(low, high):
            p[codes[at]] += (1 - gamma) * counts[at] / total


@njit(parallel=True, cache=True)
def draw(chances, power, tree, weights, grids):
    """Fill `grids` in raster order with the least code whose cumulated p^power exceeds its chance in [0, 1)."""
    k = tree[1]
    for i in prange(grids.shape[0]):
        path = np.empty(tree[0].shape[0] + 1, np.int64)
        p = np.empty(k)
        for y in range(grids.shape[1]):
            for x in range(grids.shape[2]):
                _spread(grids[i], y, x, tree, weights, path, p)
                if power != 1.0:
                    p /= p.max()
                    for c in range(k):
                        p[c] = p[c] ** power
                left = chances[i, y, x] * p.sum()
                code = 0
                while code < k - 1 and left >= p[code]:
                    left -= p[code]
                    code += 1
                grids[i, y, x] = code
