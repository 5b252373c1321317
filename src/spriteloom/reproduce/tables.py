"""Tables 2, 3 and 8, what was trained and how long it took. Lays figures out; computes none.

Every row that the paper prints is there, measured or not, and after them come ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from spriteloom.report.numbers import DASH, duration, fixed, small, whole
from spriteloom.reproduce import paper
from spriteloom.reproduce.grid import Cell, Grid, cell, grid, marked
from spriteloom.reproduce.paper import There
from spriteloom.reproduce.results import PAPER, Model, Reconstruction, Results

WHOSE = {"paper": "the paper’s", "ours": "ours"}


def table2(results: Results) -> Grid:
    """Table 2: reconstruction of the test pictures."""
    drawn = _there(results, "Table 2. Test pictures there and back", results.table2, paper.TABLE2)
    return marked(drawn, _best(results.table2))


def table3(results: Results) -> Grid:
    """Table 3: the ablation, means over seeds. Best is the best of its size."""
    title = "Table 3. Ablation: Adapter and PixelSight one by one"
    drawn = _there(results, title, results.table3, paper.TABLE3)
    return marked(
        drawn, [best for size in paper.SIZES for best in _best([x for x in results.table3 if x.size == size])]
    )


def table8(results: Results) -> Grid:
    """Table 8: Table 2 with the Pixel VAE."""
    title = "Table 8. Test pictures there and back, with the Pixel VAE"
    return marked(_there(results, title, results.table8, paper.TABLE8), _best(results.table8))


def absent(results: Results) -> str:
    """What a cell says whose figure is not there."""
    return "not yet" if results.waiting else "not run"


def _there(
    results: Results, title: str, found: Sequence[Reconstruction], published: Mapping[str, There]
) -> Grid:
    columns = ("model", "MSE", "SSIM", "k-means MSE", "seeds", "training, each")
    theirs = {_called(one): one for one in found if one.whose == PAPER}
    ours = [one for one in found if one.whose != PAPER]
    extra = {name: one for name, one in theirs.items() if name not in published}
    rows: list[tuple[str, Sequence[Cell | str]]] = []
    for name, there in published.items():
        mse, ssim = f"{there.mse:.5f}", f"{there.ssim:.5f}"
        if name in theirs:
            rows.append((name, _row(results, theirs[name], mse, ssim)))
        else:
            rows.append((name, (cell(absent(results), mse), cell(absent(results), ssim), *[DASH] * 3)))
    rows += [(name, _row(results, one, "", "")) for name, one in extra.items()]
    rows += [(one.name, _row(results, one, "", "")) for one in ours]
    return grid(title, columns, rows)


def _called(one: Reconstruction) -> str:
    return paper.plain(one.name) if one.whose == PAPER else one.name


def _best(rows: Sequence[Reconstruction]) -> list[tuple[int, str]]:
    """The columns MSE and SSIM, and who is best in each."""
    sound = [one for one in rows if math.isfinite(one.mse) and math.isfinite(one.ssim)]
    if not sound:
        return []
    return [
        (1, _called(min(sound, key=lambda one: one.mse))),
        (2, _called(max(sound, key=lambda one: one.ssim))),
    ]


def _row(results: Results, one: Reconstruction, mse: str, ssim: str) -> tuple[Cell | str, ...]:
    return (
        cell(small(one.mse), mse, _spread(one.mse_spread)),
        cell(fixed(one.ssim, 4), ssim, _spread(one.ssim_spread)),
        small(one.kmeans_mse),
        str(one.seeds),
        trained_in(results, one.jobs),
    )


def _spread(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"± {small(value, 2)}"


def trained_in(results: Results, jobs: Sequence[str]) -> str:
    """Mean time of training."""
    taken = [one.seconds for one in results.models if one.job in jobs]
    return duration(sum(taken) / len(taken)) if taken else DASH


def models(results: Results) -> Grid:
    """Every training: what was asked, what it came to."""
    columns = ("training", "model", "recipe is", "parameters", "minutes asked", "steps", "epochs", "took")
    return grid("What was trained", columns, [(one.job, _model(one)) for one in results.models])


def _model(one: Model) -> tuple[Cell | str, ...]:
    return (
        one.name,
        WHOSE.get(one.whose, one.whose),
        whole(one.parameters) if one.parameters else DASH,
        f"{one.minutes:g}" if one.minutes is not None else DASH,
        whole(one.steps),
        cell(small(one.epochs), str(paper.EPOCHS) if one.whose == PAPER else ""),
        duration(one.seconds),
    )


def stages(results: Results) -> Grid:
    """What took how long."""
    rows: list[tuple[str, Sequence[Cell | str]]] = [
        (name, (duration(seconds),)) for name, seconds in results.stages.items()
    ]
    return grid("What took how long", ("stage", "time"), [*rows, ("in all", (duration(results.seconds),))])
