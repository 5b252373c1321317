"""The tables of the Pixel VQ-VAE paper and ours beside them, from the figures of results.json."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spriteloom.reproduce.charts import Chart, dots
from spriteloom.reproduce.jobs import row_title
from spriteloom.reproduce.page import Figures, Part
from spriteloom.reproduce.pixel_vqvae.published import (
    EPOCHS,
    SAMPLES,
    SIZES,
    TABLE2,
    TABLE3,
    TABLE5,
    TABLE8,
)
from spriteloom.reproduce.tables import (
    PROTOCOLS,
    Cell,
    Column,
    Matrix,
    Table,
    cell,
    figure,
    stages_table,
    table,
    trainings_table,
)
from spriteloom.reproduce.texts import DASH, duration, fixed, interval, share, small, times, whole

FLOOR = "real training pictures (the floor)"

ResultRow = Mapping[str, Any]  # a row of results.json


def parts(figures: Figures) -> dict[str, Part]:
    """Every table, chart and matrix of the page."""
    heads = "model | protocol | parameters | minutes | steps | epochs | time"
    memory = [(title_of(row), row["memorisation"]) for row in figures["table5"]]
    pixel_art = [(row["label"], row["figures"]) for row in figures["pixel_art"]]
    sizes = [[row for row in figures["table3"] if row["size"] == size] for size in SIZES.values()]
    return {
        "table2": _scores(figures, "2. Reconstruction of test pictures", TABLE2, [figures["table2"]]),
        "table8": _scores(
            figures, "8. Reconstruction of test pictures, with the Pixel VAE", TABLE8, [figures["table8"]]
        ),
        "table3": _scores(figures, "3. Ablation: Adapter and PixelSight one by one", TABLE3, sizes),
        "distances": _distances(figures),
        "table5": _table5(figures),
        "pixel_art": _by_name("Distance from pixel art", pixel_art),
        "memorisation": _by_name("Memorization", [*memory, (FLOOR, figures["floor"]["memorisation"])]),
        "bits": _bits(figures),
        **_conditioning(figures["conditioning"]),
        "table6": _table6(figures),
        "models": trainings_table(figures["models"], "job", heads, EPOCHS),
        "stages": stages_table(figures),
    }


def title_of(row: ResultRow) -> str:
    return row_title(row["label"], row["size"])


def paper_first(rows: Sequence[ResultRow], published: Mapping[str, Any]) -> list[ResultRow]:
    """The paper's rows in its order, then its other ones, then ours."""
    order = {name: i for i, name in enumerate(published)}

    def place(row: ResultRow) -> tuple[bool, int]:
        return row["whose"] != "paper", order.get(title_of(row), len(order)) if row["whose"] == "paper" else 0

    return sorted(rows, key=place)


def _scores(
    figures: Figures, title: str, published: Mapping[str, Any], groups: Sequence[Sequence[ResultRow]]
) -> Table:
    """A table of reconstructions; the best of each group of rows is marked."""
    rows = paper_first(figures[f"table{title[0]}"], published)
    columns: dict[str, Column] = {
        "MSE": lambda row: _beside_paper(small(row["mse"]), row, "mse"),
        "SSIM": lambda row: _beside_paper(fixed(row["ssim"], 4), row, "ssim"),
        "k-means MSE": figure("kmeans_mse", small),
        "seeds": figure("seeds"),
        "training, each": lambda row: _training_time(figures, row["jobs"]),
    }
    best = [place for group in groups for place in _best(group)]
    return table(f"Table {title}", "model", _titled(rows), columns).with_best(best)


def _titled(rows: Sequence[ResultRow]) -> list[tuple[str, ResultRow]]:
    return [(title_of(row), row) for row in rows]


def _beside_paper(text: str, row: ResultRow, measure: str) -> Cell:
    paper, spread = row[f"paper_{measure}"], row[f"{measure}_spread"]
    note = "" if spread is None or not math.isfinite(spread) else f"± {small(spread, 2)}"
    return cell(text, "" if paper is None else f"{paper:.5f}", note)


def _best(rows: Sequence[ResultRow]) -> list[tuple[int, str]]:
    """The columns MSE and SSIM, and the row that is best in each."""
    finite = [row for row in rows if None not in (row["mse"], row["ssim"])]
    if not finite:
        return []
    least, most = min(finite, key=lambda row: row["mse"]), max(finite, key=lambda row: row["ssim"])
    return [(1, title_of(least)), (2, title_of(most))]


def _training_time(figures: Figures, jobs: Sequence[str]) -> str:
    """The mean over jobs."""
    seconds = [model["seconds"] for model in figures["models"] if model["job"] in jobs]
    return duration(sum(seconds) / len(seconds)) if seconds else DASH


def _distances(figures: Figures) -> Chart:
    """FD-EffLite0 of every row of Table 5 with its interval."""
    rows = [row for row in paper_first(figures["table5"], {}) if row.get("fd") is not None]
    colors = {"paper": "published", "ours": "ours"}
    values = {title_of(row): {colors[row["whose"]]: row["fd"]} for row in rows}
    return dots(
        "FD-EffLite0 of samples, further left is better",
        values | {FLOOR: {"kmeans": figures["floor"].get("fd", 0)}},
        {"published": "the paper’s protocol", "ours": "ours", "kmeans": "real pictures"},
        intervals={title_of(row): row["fd_interval"] for row in rows},
        log=False,
    )


def _table5(figures: Figures) -> Table:
    """Samples against test pictures. FD-EffLite0 is no FID: compare orders, not figures."""
    rows = paper_first(figures["table5"], TABLE5)
    columns: dict[str, Column] = {
        "parameters": _parameters,
        "FD-EffLite0 (beside: the paper’s FID)": lambda row: cell(
            small(row.get("fd")), _paper_fid(row), interval(row.get("fd_interval"))
        ),
        "KID-EffLite0": figure("kid", small, interval),
        "precision": figure("precision", fixed),
        "recall": figure("recall", fixed),
        "samples": lambda row: cell(whole(row["n"]), whole(SAMPLES) if _paper_fid(row) else ""),
        "training time": lambda row: _training_time(figures, [row.get("job", "")]),
        "sampling time": figure("seconds_to_sample", duration),
    }
    if any("fid" in row for row in rows):
        columns["FID"] = lambda row: cell(fixed(row.get("fid"), 1), _paper_fid(row))
    scored = [row for row in rows if row.get("fd") is not None]
    best = [(2, title_of(row)) for row in sorted(scored, key=lambda row: row["fd"])[:1]]
    named = [*_titled(rows), (FLOOR, {"paper_fid": None, **figures["floor"]})]
    return table("Table 5. Samples against test pictures", "model", named, columns).with_best(best)


def _parameters(row: ResultRow) -> Cell | str:
    if "parameters" not in row:
        return DASH
    prior = f"+ {whole(row['prior_parameters'])} prior" if row["prior_parameters"] else ""
    return cell(whole(row["parameters"]), whole(row["paper_parameters"]) if _paper_fid(row) else "", prior)


def _paper_fid(row: ResultRow) -> str:
    return "" if row["paper_fid"] is None else f"FID {row['paper_fid']:g}"


def _by_name(title: str, rows: Sequence[tuple[str, Mapping[str, float | None]]]) -> Table:
    """A column for each figure that a row has; rows without any are left out."""
    keys = dict.fromkeys(key for _, measures in rows for key in measures)
    columns = {key.replace("_", " "): figure(key, small) for key in keys}
    return table(title, "pictures of", [row for row in rows if row[1]], columns)


def _bits(figures: Figures) -> Table:
    """Bits per code on codes of held-out pictures."""
    columns: dict[str, Column] = {
        "codes of": figure("codec"),
        "bits per code": lambda row: cell(small(row["bits_per_code"]), note=interval(row["interval"])),
        "protocol": lambda row: PROTOCOLS[row["whose"]],
        "trained for": figure("minutes", "{:g} min".format),
        "": figure("note"),
    }
    rows = ((row["label"], row) for row in figures["bits"])
    return table("Bits per code, held-out pictures", "prior", rows, columns)


def _table6(figures: Figures) -> Table:
    """Table 6 in figures, which the paper could only judge by eye."""

    def percent(row: ResultRow, name: str) -> Cell:
        return cell(share(row[name]), note=interval([100 * bound for bound in row["interval"][name]], 1))

    columns: dict[str, Column] = {
        "reference": figure("setting"),
        "exact pixels": lambda row: percent(row, "exact"),
        "near pixels": lambda row: percent(row, "near"),
        "mean error": lambda row: cell(small(row["error"]), note=interval(row["interval"]["error"])),
        "pairs": figure("n", whole),
    }
    title = "Table 6. Recolored like their shiny forms, against the artist’s"
    return table(title, "method", ((row["method"], row) for row in figures["table6"]), columns)


def _conditioning(rows: Sequence[ResultRow]) -> dict[str, Table | Matrix]:
    """Whether samples show what was requested, how often the judge is right, and confusions without guidance."""
    columns = [
        (head, figure(f"{field}_{key}", text))
        for field in ("type", "shape")
        for head, key, text in (
            (f"{field} agrees", "agreement", share),
            ("by chance", "chance", share),
            ("times", "ratio", times),
        )
    ]
    columns.append(("samples", figure("n", whole)))
    labeled = ((row["label"], row) for row in rows)
    accuracy = rows[0]["accuracy"].items()
    return {
        "conditioning": table(
            "Agreement with the requested conditions, by a classifier", "samples of", labeled, columns
        ),
        "judge": table(
            "Accuracy of the classifier on held-out sprites", "figure", accuracy, {"share": share}
        ),
        **{f"confusion{i}": matrix for i, matrix in enumerate(_confusions(rows))},
    }


def _confusions(rows: Sequence[ResultRow]) -> Iterator[Matrix]:
    for row in rows:
        for field in ("type", "shape"):
            matrix = row[f"confusion_{field}s"]
            if matrix and matrix["labels"]:
                title = f"Requested {field} (rows) and recognized ones, {row['label']}, per cent"
                yield Matrix(title=title, labels=matrix["labels"], counts=matrix["counts"])
