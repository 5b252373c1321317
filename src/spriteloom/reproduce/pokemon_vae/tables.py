"""The figures of the second paper's reproduction as tables. Lays out; computes none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spriteloom.report.numbers import DASH, duration, fixed, share, small, times, whole
from spriteloom.reproduce.grid import Cell, Grid, cell, grid

Figures = Mapping[str, Any]  # what `Measures` found, by name of the row
RATIO = "of the best of the paper’s after the same minutes"


def reconstructions(rows: Figures) -> Grid:
    """Figure 1 in numbers."""
    columns = ("model", "MSE", "SSIM", "exact pixels", "of the figure")
    found = [
        (
            name,
            (
                small(row["mse"]),
                fixed(row["ssim"], 4),
                share(row["exact_pixels"]),
                share((row.get("foreground") or {}).get("exact_pixels")),
            ),
        )
        for name, row in rows.items()
    ]
    return grid("Figure 1 in numbers. Test pictures there and back", columns, found)


def generations(rows: Figures, floor: Mapping[str, Any], rivals: Mapping[str, Sequence[str]]) -> Grid:
    """Figures 5 and 6 in numbers: FD and KID of every diffusion.

    Their ratios are to the best of its `rivals`, rows of the paper's after the same minutes.
    """
    columns = ("model", "FD-EffLite0", "KID-EffLite0", "FD ratio", "KID ratio", "close excess", "time")
    found: list[tuple[str, Sequence[Cell | str]]] = []
    for name, row in rows.items():
        memory = row["memorisation"] or {}
        found.append(
            (
                name,
                (
                    cell(fixed(row["fd"], 1), note=_range(row["fd_interval"], 0)),
                    cell(fixed(row["kid"], 4), note=_range(row["kid_interval"], 4)),
                    *(
                        times(row[key] / min(rows[rival][key] for rival in rivals[name]))
                        for key in ("fd", "kid")
                    ),
                    share(memory.get("close_excess")),
                    duration(row["seconds_to_sample"]),
                ),
            )
        )
    bottom = ("training pictures", (fixed(floor["fd"], 1), fixed(floor["kid"], 4), *[DASH] * 4))
    title = f"Figures 5 and 6 in numbers. Samples beside test pictures; ratios are {RATIO}"
    return grid(title, columns, [*found, bottom])


def crossfades(rows: Figures) -> Grid:
    """Figure 7 in numbers."""
    columns = ("model", "from the overlay", "from the nearer end", "from real ones, over samples")
    found = [
        (name, (fixed(row["overlay"]), fixed(row["to_ends"]), times(row["manifold"])))
        for name, row in rows.items()
    ]
    return grid("Figure 7 in numbers. What lies between two sprites", columns, found)


def pixel_art(rows: Figures) -> Grid:
    """Whether samples are pixel art, as they are painted and as they are finished."""
    columns = ("sprites", "≤ 16 colors", "hard alpha", "one figure", "loose pixels", "color drift")
    keys = ("colors_at_most_16", "hard_alpha", "one_figure", "loose", "drift")
    found = [(name, tuple(share(row[key]) for key in keys)) for name, row in rows.items()]
    return grid("Pixel art", columns, found)


def guidances(rows: Figures) -> Grid:
    """Requested and recognised, of each model over strengths of guidance."""
    columns = ("model", "guidance", "types", "over chance", "shape", "over chance")
    found: list[tuple[str, Sequence[Cell | str]]] = []
    for name, strengths in rows.items():
        for strength, row in strengths.items():
            cells: list[Cell | str] = [strength]
            for field in ("types", "shape"):
                one = row[field]
                cells += (
                    [share(one["agreement"]), cell(times(one["ratio"]), note=_range(one["interval"], 2))]
                    if one
                    else [DASH, DASH]
                )
            found.append((name, cells))
    return grid("Does it make what was asked for?", columns, found)


def prompted(row: Mapping[str, Any]) -> Grid:
    """Prompts and the commonest hue of what was made."""
    found = [(one["prompt"], (one["color"], one["seen"])) for one in row["prompts"]]
    return grid(
        f"Words: {row['hits']} of {row['n']} in the color that was named", ("prompt", "asked", "seen"), found
    )


def speeds(rows: Figures) -> Grid:
    columns = ("model", "sprites", "size", "steps", "time")
    found = [
        (
            name,
            (
                whole(row["sprites"]),
                f"{row['size']}×{row['size']}",
                str(row["steps"]),
                duration(row["seconds"]),
            ),
        )
        for name, row in rows.items()
    ]
    return grid("Speed", columns, found)


def models(rows: Sequence[Mapping[str, Any]]) -> Grid:
    """Every training: what was asked, what it came to."""
    columns = ("training", "recipe", "parameters", "minutes asked", "steps", "took")
    found = [
        (
            row["label"],
            (
                row["recipe"],
                whole(row["parameters"]),
                f"{row['minutes']:g}" if row["minutes"] is not None else DASH,
                whole(row["steps"]),
                duration(row["seconds"]),
            ),
        )
        for row in rows
    ]
    return grid("What was trained", columns, found)


def _range(interval: Sequence[float], digits: int) -> str:
    return f"{fixed(interval[0], digits)} to {fixed(interval[1], digits)}"
