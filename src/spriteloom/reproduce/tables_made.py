"""Table 5, the figures behind it, bits per code, conditioning, Table 6. Lays figures out; computes none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from spriteloom.report.numbers import DASH, duration, fixed, share, small, times, whole
from spriteloom.reproduce import paper
from spriteloom.reproduce.grid import Cell, Grid, cell, grid, marked
from spriteloom.reproduce.results import PAPER, Distances, Generation, Interval, Results
from spriteloom.reproduce.tables import WHOSE, absent, trained_in

Rows = list[tuple[str, Sequence[Cell | str]]]

_FLOOR = "real training pictures (the floor)"


def table5(results: Results) -> Grid:
    """Table 5: made pictures against test pictures. FD-EffLite0 is no FID: orders compare, figures do not."""
    columns = (
        "model", "parameters", "FD-EffLite0 (beside: the paper’s FID)", "KID-EffLite0", "precision", "recall",
        "samples", "training took", "sampling took",
    )  # fmt: skip
    theirs = {paper.plain(one.name): one for one in results.table5 if one.whose == PAPER}
    rows: Rows = []
    for name, row in paper.TABLE5.items():
        parameters, fid = whole(row.parameters), f"FID {row.fid:g}"
        if name in theirs:
            rows.append((name, _made(results, theirs[name], parameters, fid)))
        else:
            nothing = absent(results)
            samples = cell(DASH, whole(paper.SAMPLES))
            rows.append(
                (name, (cell(DASH, parameters), cell(nothing, fid), DASH, DASH, DASH, samples, DASH, DASH))
            )
    more = [one for one in results.table5 if one.whose != PAPER or paper.plain(one.name) not in paper.TABLE5]
    rows += [(one.name, _made(results, one, "", "")) for one in more]
    sound = [one for one in results.table5 if one.fd is not None and math.isfinite(one.fd)]
    first = min(sound, key=lambda one: one.fd or 0.0, default=None)
    best = [] if first is None else [(2, paper.plain(first.name))]
    if results.floor is not None:
        rows.append((_FLOOR, (DASH, *_distances(results.floor, ""), whole(results.floor.n), DASH, DASH)))
    return marked(grid("Table 5. Made pictures against the test pictures", columns, rows), best)


def _made(results: Results, one: Generation, parameters: str, fid: str) -> tuple[Cell | str, ...]:
    prior = f"+ {whole(one.prior_parameters)} prior" if one.prior_parameters else ""
    samples = whole(paper.SAMPLES) if fid else ""
    took = duration(one.seconds_to_sample) if one.seconds_to_sample is not None else DASH
    return (
        cell(whole(one.parameters), parameters, prior),
        *_distances(one, fid),
        cell(whole(one.n), samples),
        trained_in(results, (one.job,)),
        took,
    )


def _distances(one: Distances, fid: str) -> tuple[Cell, ...]:
    return (
        cell(small(one.fd), fid, _between(one.fd_interval)),
        cell(small(one.kid), "", _between(one.kid_interval)),
        cell(fixed(one.precision)),
        cell(fixed(one.recall)),
    )


def _between(interval: Interval | None) -> str:
    return "" if interval is None else f"{small(interval[0])} to {small(interval[1])}"


def pixel_art(results: Results) -> Grid | None:
    """The figures of pixel art of each row; None where there are none."""
    return _figures("How far from pixel art", [(one.label, one.figures) for one in results.pixel_art])


def memorisation(results: Results) -> Grid | None:
    """How near samples come to training pictures; None where nobody measured it."""
    return _figures(
        "What was learned by heart", [(name, one.memorisation) for name, one in _sampled(results)]
    )


def _sampled(results: Results) -> Iterable[tuple[str, Distances]]:
    yield from ((paper.plain(one.name) if one.whose == PAPER else one.name, one) for one in results.table5)
    if results.floor is not None:
        yield _FLOOR, results.floor


def _figures(title: str, found: Sequence[tuple[str, Mapping[str, float | None]]]) -> Grid | None:
    keys = list(dict.fromkeys(key for _, figures in found for key in figures))
    if not keys:
        return None
    rows: Rows = [(name, [small(figures.get(key)) for key in keys]) for name, figures in found if figures]
    return grid(title, ["pictures of", *(key.replace("_", " ") for key in keys)], rows)


def bits(results: Results) -> Grid:
    """Bits per code on codes of held-out pictures."""
    columns = ("prior", "codes of", "bits per code", "recipe is", "trained for", "")
    rows: Rows = []
    for one in results.bits:
        minutes = f"{one.minutes:g} min" if one.minutes is not None else DASH
        figure = cell(small(one.bits_per_code), note=_between(one.interval))
        rows.append((one.label, (one.codec, figure, WHOSE.get(one.whose, one.whose), minutes, one.note)))
    return grid("Bits per code, held-out pictures", columns, rows)


def table6(results: Results) -> Grid:
    """Table 6 in figures, which the paper could only judge by eye."""
    columns = ("method", "is given", "exact pixels", "near pixels", "mean error", "pairs")
    rows: Rows = [
        (
            one.method,
            (
                one.setting,
                cell(share(one.exact), note=_share_between(one.interval.get("exact"))),
                cell(share(one.near), note=_share_between(one.interval.get("near"))),
                cell(small(one.error), note=_between(one.interval.get("error"))),
                whole(one.n),
            ),
        )
        for one in results.table6
    ]
    return grid("Table 6. Recolored like their shiny forms, against what the artist drew", columns, rows)


def _share_between(interval: Interval | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"


def conditioning(results: Results) -> Grid:
    """Does a sample show what was asked for?"""
    columns = (
        "samples of",
        "type agrees",
        "by chance",
        "times",
        "shape agrees",
        "by chance",
        "times",
        "samples",
    )
    rows: Rows = [
        (
            one.label,
            (
                share(one.type_agreement),
                share(one.type_chance),
                times(one.type_ratio),
                share(one.shape_agreement),
                share(one.shape_chance),
                times(one.shape_ratio),
                whole(one.n),
            ),
        )
        for one in results.conditioning
    ]
    return grid("Conditioning, as a judge sees it", columns, rows)


def judge(results: Results) -> Grid | None:
    """How often the judge itself is right on real held-out sprites."""
    found = next((one.accuracy for one in results.conditioning if one.accuracy), None)
    if found is None:
        return None
    rows: Rows = [(key.replace("_", " "), (share(value),)) for key, value in found.items()]
    return grid("The judge on real held-out sprites", ("figure", "share"), rows)
