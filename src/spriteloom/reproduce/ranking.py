"""Rows that two rankings put in another order, few words for many pairs. Knows no table.

A `Row` has the paper's figure and ours for one measure. Where the two disagree about a pair, someone stands
on the wrong side; `disagreements` takes the row that explains most of the pairs first, then the next, so that
one row out of place is one sentence and not a dozen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is compared. `sign` is −1 where more is better, as of SSIM."""

    name: str
    paper_name: str
    sign: int = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """`ours` and the `paper`'s figure; `spread` is how far ours may be off by chance, None where unknown."""

    name: str
    ours: float
    paper: float
    spread: float | None = None


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """Here `row` stands behind (or ahead of) all `others`; in the paper it is the other way round."""

    row: Row
    others: tuple[Row, ...]
    behind: int  # 1 where `row` is behind here, −1 where it is ahead


Pair = tuple[Row, Row]  # the paper has the first ahead, we have the second


def compared(rows: Iterable[Row], measure: Measure) -> tuple[int, list[Pair]]:
    """How many pairs both rankings order, and those that they order otherwise."""
    many, wrong = 0, []
    for a, b in combinations([row for row in rows if math.isfinite(row.ours)], 2):
        paper, ours = measure.sign * (a.paper - b.paper), measure.sign * (a.ours - b.ours)
        if not paper or not ours:
            continue  # a tie is no order
        many += 1
        if (paper < 0) != (ours < 0):
            wrong.append((a, b) if paper < 0 else (b, a))
    return many, wrong


def disagreements(pairs: Sequence[Pair]) -> list[Disagreement]:
    """The pairs as few statements about single rows. Each pair is in one of them."""
    left, found = list(pairs), []
    while left:
        sides = [(row, behind) for pair in left for row, behind in zip(pair, (1, -1), strict=True)]
        row, behind = max(sides, key=sides.count)
        mine = [pair for pair in left if pair[0 if behind == 1 else 1] is row]
        others = tuple(pair[1 if behind == 1 else 0] for pair in mine)
        found.append(Disagreement(row=row, others=others, behind=behind))
        left = [pair for pair in left if pair not in mine]
    return found


def close(a: Row, b: Row) -> bool | None:
    """Whether chance may account for the difference; None where a spread is unknown."""
    if a.spread is None or b.spread is None:
        return None
    return abs(a.ours - b.ours) <= math.hypot(a.spread, b.spread)
