"""Where our order of the models differs from the paper's, and where its main claims hold. Lays nothing out.

Only rows of the paper's own protocol take part in orders; ours are set beside them in `claims.py`. Pairs: all
of Table 2 and of Table 5, those of one size in Table 3, those with the Pixel VAE in Table 8. Ours in Table 5
is FD-EffLite0, the paper's is FID: what is compared is the order, never the figure.

"Within the spread" is said of a difference that is no larger than √(a² + b²), where a and b are the standard
deviations over seeds or half the widths of the 95 % intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spriteloom.report.numbers import small
from spriteloom.reproduce import claims, paper
from spriteloom.reproduce.claims import listed
from spriteloom.reproduce.ranking import Disagreement, Measure, Row, close, compared, disagreements
from spriteloom.reproduce.results import PAPER, Generation, Reconstruction, Results

MSE = Measure(name="MSE", paper_name="MSE")
SSIM = Measure(name="SSIM", paper_name="SSIM", sign=-1)
FD = Measure(name="FD-EffLite0", paper_name="FID")


def sentences(results: Results) -> list[str]:
    """Table by table, a plain sentence each. Silent on tables that are not there yet."""
    parts = (
        claims.embedding, claims.best, claims.ours_there, _table2, claims.ablation, _table3,
        claims.pixel_vae, _table8, claims.generation, _table5, claims.bits, claims.conditioning,
    )  # fmt: skip
    return [sentence for part in parts for sentence in part(results)]


def _table2(results: Results) -> Iterator[str]:
    for measure in (MSE, SSIM):
        rows = _there(results.table2, measure)
        yield from _compare("Table 2", measure, [rows], "over seeds")


def _table3(results: Results) -> Iterator[str]:
    for measure in (MSE, SSIM):
        rows = _there(results.table3, measure)
        groups = [[row for row in rows if paper.size_of(row.name) == size] for size in paper.SIZES]
        yield from _compare("Table 3", measure, groups, "over seeds")


def _table8(results: Results) -> Iterator[str]:
    """Table 2 has said the rest."""
    for measure in (MSE, SSIM):
        rows = _there(results.table8, measure)
        mine = [row for row in rows if row.name == "Pixel VAE"]
        groups = [[one, row] for one in mine for row in rows if row is not one]
        yield from _compare("Table 8", measure, groups, "over seeds")


def _table5(results: Results) -> Iterator[str]:
    rows = [row for one in results.table5 if (row := _made(one)) is not None]
    yield from _compare("Table 5", FD, [rows], "of the bootstrap")


def _compare(table: str, measure: Measure, groups: Sequence[Sequence[Row]], spread: str) -> Iterator[str]:
    """One sentence of agreement, or one of each disagreement."""
    found = [compared(group, measure) for group in groups]
    many = sum(count for count, _ in found)
    wrong = [pair for _, pairs in found for pair in pairs]
    if many and not wrong:
        yield f"{table}, {measure.name}: the order of models is the paper’s in all {many} pairs."
    for one in disagreements(wrong):
        yield f"{table}, {measure.name}: {_words(one, measure, spread)}"


def _words(found: Disagreement, measure: Measure, spread: str) -> str:
    here, there = ("behind", "ahead of") if found.behind == 1 else ("ahead of", "behind")
    row, others = found.row, found.others
    sure = [_SURE[close(row, one)] for one in others]
    alike = len(set(sure)) == 1
    said = [
        f"{one.name} ({small(one.ours)}, {_by(row, one, measure)}{'' if alike else word})"
        for one, word in zip(others, sure, strict=True)
    ]
    end = f"{sure[0]} {spread}" if alike and sure[0] else ""
    whom = _WHOM.get(len(others), f"all {len(others)}")
    published = ", ".join(_printed(one.paper, measure) for one in others)
    return (
        f"{row.name} ({small(row.ours)}) stands {here} {listed(said)}{end}; the paper has "
        f"it {there} {whom} ({measure.paper_name} {_printed(row.paper, measure)} against {published})."
    )


_SURE = {True: ", within the spread", False: ", beyond the spread", None: ""}
_WHOM = {1: "that one", 2: "both", 3: "all three", 4: "all four", 5: "all five", 6: "all six"}


def _by(row: Row, other: Row, measure: Measure) -> str:
    """By how much they differ: SSIM as a difference, the others as a ratio."""
    less, more = sorted((row.ours, other.ours))
    if measure is SSIM or less <= 0:
        return f"by {small(more - less, 2)}"
    ratio = more / less
    return f"by {100 * (ratio - 1):.2g} %" if ratio < 1.995 else f"by a factor of {small(ratio, 2)}"


def _printed(value: float, measure: Measure) -> str:
    """As the paper has it."""
    return f"{value:.3f}" if measure is FD else f"{value:.5f}"


def _there(rows: Sequence[Reconstruction], measure: Measure) -> list[Row]:
    """The rows of a table that both have, by the paper's protocol."""
    return [
        Row(name=paper.plain(one.name), ours=ours, paper=published, spread=spread)
        for one in rows
        for ours, published, spread in [
            (one.mse, one.paper_mse, one.mse_spread)
            if measure is MSE
            else (one.ssim, one.paper_ssim, one.ssim_spread)
        ]
        if one.whose == PAPER and published is not None
    ]


def _made(one: Generation) -> Row | None:
    if one.whose != PAPER or one.fd is None or one.paper_fid is None:
        return None
    interval = one.fd_interval
    spread = (interval[1] - interval[0]) / 2 if interval else None
    return Row(name=paper.plain(one.name), ours=one.fd, paper=one.paper_fid, spread=spread)
