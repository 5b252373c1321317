"""The inner loops over patches, compiled by numba: gather, number, find the nearest, paint.

Notation: n patches of d = 3·m² bytes, each patch's pixels in Z-order (see `patches`); k table rows.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FAR = 2**22 * 1.75  # beyond every |row|² - 2·row·patch of 48 bytes, and still a packed int32
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@njit(parallel=True, cache=True)
def gather(flat, starts, offsets, out):
    """out[i, j] = flat[starts[i] + offsets[j]]: patches (n, d) out of a flat uint8 picture buffer."""
    for i in prange(starts.shape[0]):
        start = starts[i]
        for j in range(offsets.shape[0]):
            out[i, j] = flat[start + offsets[j]]


@njit(cache=True)
def _hash(words, i):
    h = np.uint64(words.shape[1])
    for j in range(words.shape[1]):
        h = (h ^ np.uint64(words[i, j])) * _GOLDEN
        h ^= h >> np.uint64(29)
    h *= _MIX
    return h ^ (h >> np.uint64(32))


@njit(cache=True)
def _same(a, i, b, j):
    for w in range(a.shape[1]):  # noqa: SIM110 - numba compiles loops, not all(…)
        if a[i, w] != b[j, w]:
            return False
    return True


@njit(cache=True)
def insert(words, first, slots, keys, used, ids):
    """Number the rows of `words` (n, w) uint32 from row `first` on; new rows are added to `keys`.

    `slots` is an open-addressing table (a power of two long, -1 empty) of row numbers in `keys`.
    Returns (row reached, keys used); stops early when `keys` is full, so that the caller can grow it.
    """
    mask = np.uint64(slots.shape[0] - 1)
    for i in range(first, words.shape[0]):
        if i > first and _same(words, i, words, i - 1):  # runs are common: backgrounds, flat areas
            ids[i] = ids[i - 1]
            continue
        at = _hash(words, i) & mask
        while slots[at] >= 0 and not _same(keys, slots[at], words, i):
            at = (at + np.uint64(1)) & mask
        if slots[at] < 0:
            if used == keys.shape[0]:
                return i, used
            for w in range(words.shape[1]):
                keys[used, w] = words[i, w]
            slots[at] = used
            used += 1
        ids[i] = slots[at]
    return words.shape[0], used


@njit(cache=True)
def rehash(keys, used, slots):
    """Fill the empty table `slots` with the first `used` rows of `keys`."""
    mask = np.uint64(slots.shape[0] - 1)
    for i in range(used):
        at = _hash(keys, i) & mask
        while slots[at] >= 0:
            at = (at + np.uint64(1)) & mask
        slots[at] = i


@njit(cache=True)
def tally_colors(colors, histogram):
    """histogram[r·2¹⁶ + g·2⁸ + b] += 1 for each of `colors` (n, 3) uint8."""
    for i in range(colors.shape[0]):
        number = (np.int64(colors[i, 0]) << 16) | (np.int64(colors[i, 1]) << 8) | np.int64(colors[i, 2])
        histogram[number] += 1


@njit(parallel=True, cache=True)
def recall_colors(colors, codes, out):
    """out[i] = codes[the 24-bit number of colors[i]]; returns how many of them are negative."""
    unknown = 0
    for i in prange(colors.shape[0]):
        number = (np.int64(colors[i, 0]) << 16) | (np.int64(colors[i, 1]) << 8) | np.int64(colors[i, 2])
        out[i] = codes[number]
        unknown += out[i] < 0
    return unknown


@njit(parallel=True, cache=True, fastmath=True)
def nearest(patches, tables, norms, codes, errors):
    """The table row nearest to each patch, ties to the lowest row; exact.

    `patches` (n, d) uint8; `tables` (blocks, d, 256) float32 holds the table transposed, 256 rows a block; `norms`
    (blocks, 256) |row|², or FAR for padding. With d ≤ 48 every sum is a whole number below 2²³, so float32 is exact,
    and score·256 + row fits an int32, whose least is the argmin: the compiler can vectorize a minimum.
    """
    n, d = patches.shape
    for block in prange((n + 255) // 256):
        score = np.empty(256, np.float32)
        for i in range(block * 256, min(n, block * 256 + 256)):
            if i > block * 256 and _same(patches, i, patches, i - 1):
                codes[i] = codes[i - 1]
                errors[i] = errors[i - 1]
                continue
            best_score = np.int32(FAR)
            best_row = np.int32(0)
            for t in range(tables.shape[0]):
                table = tables[t]
                norm = norms[t]
                for c in range(256):
                    score[c] = norm[c]
                for j in range(0, d, 3):
                    x = np.float32(2) * np.float32(patches[i, j])
                    y = np.float32(2) * np.float32(patches[i, j + 1])
                    z = np.float32(2) * np.float32(patches[i, j + 2])
                    for c in range(256):
                        score[c] -= x * table[j, c] + y * table[j + 1, c] + z * table[j + 2, c]
                packed = np.int32(2147483647)
                for c in range(256):
                    packed = min(packed, (np.int32(score[c]) << np.int32(8)) | np.int32(c))
                if (packed >> 8) < best_score:
                    best_score = packed >> 8
                    best_row = t * 256 + (packed & 255)
            size = np.int32(0)
            for j in range(d):
                size += np.int32(patches[i, j]) * np.int32(patches[i, j])
            codes[i] = best_row
            errors[i] = best_score + size


@njit(parallel=True, cache=True)
def paint(codes, words, out):
    """Any patch: out[row, y, x] = words[codes[row, x], y].

    `words` (k, m, w) are the table's pixel rows as machine words, `out` (rows, m, gw, w) the picture as such words.
    """
    for row in prange(codes.shape[0]):
        for y in range(words.shape[1]):
            for x in range(codes.shape[1]):
                code = codes[row, x]
                for j in range(words.shape[2]):
                    out[row, y, x, j] = words[code, y, j]


@njit(parallel=True, cache=True)
def paint_blocks(codes, words, out):
    """Patches of 4×4, a row of which is three words: `words` (k, 4, 3), `out` (rows, 4, gw·3) uint32."""
    for row in prange(codes.shape[0]):
        line = codes[row]
        for y in range(4):
            to = out[row, y]
            for x in range(line.shape[0]):
                code = line[x]
                to[3 * x] = words[code, y, 0]
                to[3 * x + 1] = words[code, y, 1]
                to[3 * x + 2] = words[code, y, 2]


@njit(parallel=True, cache=True)
def paint_colors(codes, table, out):
    """Patches of one pixel, eight at a time as three words: `table` (k,) uint64, `out` (rows, gw·3/8) uint64."""
    for row in prange(codes.shape[0]):
        line, to = codes[row], out[row]
        for q in range(line.shape[0] // 8):
            i = 8 * q
            a = table[line[i]] | (table[line[i + 1]] << np.uint64(24))
            b = table[line[i + 2]] | (table[line[i + 3]] << np.uint64(24))
            c = table[line[i + 4]] | (table[line[i + 5]] << np.uint64(24))
            d = table[line[i + 6]] | (table[line[i + 7]] << np.uint64(24))
            to[3 * q] = a | (b << np.uint64(48))
            to[3 * q + 1] = (b >> np.uint64(16)) | (c << np.uint64(32))
            to[3 * q + 2] = (c >> np.uint64(32)) | (d << np.uint64(16))


@njit(parallel=True, cache=True)
def paint_pairs(codes, table, out):
    """Patches of 2×2, four at a time: `table` (k, 2) uint64 of 48 bits, `out` (rows, 2, gw·3/4) uint64."""
    for row in prange(codes.shape[0]):
        line = codes[row]
        for y in range(2):
            to = out[row, y]
            for q in range(line.shape[0] // 4):
                i = 4 * q
                a, b = table[line[i], y], table[line[i + 1], y]
                c, d = table[line[i + 2], y], table[line[i + 3], y]
                to[3 * q] = a | (b << np.uint64(48))
                to[3 * q + 1] = (b >> np.uint64(16)) | (c << np.uint64(32))
                to[3 * q + 2] = (c >> np.uint64(32)) | (d << np.uint64(16))
