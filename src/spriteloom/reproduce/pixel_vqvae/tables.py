"""The tables of the Pixel VQ-VAE paper and ours beside them, from the figures of results.json."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spriteloom.reproduce.jobs import row_title
from spriteloom.reproduce.page import Figures
from spriteloom.reproduce.pixel_vqvae.published import SAMPLES, SIZES, TABLE2, TABLE3, TABLE5, TABLE8
from spriteloom.reproduce.tables import (
    DASH,
    PROTOCOLS,
    Cell,
    Column,
    Matrix,
    Table,
    cell,
    columns_table,
    duration,
    fixed,
    interval,
    mark_best,
    share,
    small,
    table,
    times,
    whole,
)

FLOOR = "real training pictures (the floor)"

ResultRow = Mapping[str, Any]  # a row of results.json


def title_of(row: ResultRow) -> str:
    return row_title(row["label"], row["size"])


def paper_first(rows: Sequence[ResultRow], published: Mapping[str, Any]) -> list[ResultRow]:
    """The paper's rows in its order, then its other ones, then ours."""
    order = {name: i for i, name in enumerate(published)}

    def place(row: ResultRow) -> tuple[bool, int]:
        return row["whose"] != "paper", order.get(title_of(row), len(order)) if row["whose"] == "paper" else 0

    return sorted(rows, key=place)


def reconstructions(figures: Figures) -> dict[str, Table]:
    """Tables 2, 8 and 3; in Table 3 the best of each size is marked."""
    rows = figures["table3"]
    sizes = [[row for row in rows if row["size"] == size] for size in SIZES.values()]
    return {
        "table2": _scores(figures, "2. Test pictures there and back", TABLE2, [figures["table2"]]),
        "table8": _scores(
            figures, "8. Test pictures there and back, with the Pixel VAE", TABLE8, [figures["table8"]]
        ),
        "table3": _scores(figures, "3. Ablation: Adapter and PixelSight one by one", TABLE3, sizes),
    }


def _scores(
    figures: Figures, title: str, published: Mapping[str, Any], groups: Sequence[Sequence[ResultRow]]
) -> Table:
    rows = paper_first(figures[f"table{title[0]}"], published)
    columns: dict[str, Column] = {
        "MSE": lambda row: _beside_paper(small(row["mse"]), row, "mse"),
        "SSIM": lambda row: _beside_paper(fixed(row["ssim"], 4), row, "ssim"),
        "k-means MSE": lambda row: small(row["kmeans_mse"]),
        "seeds": lambda row: str(row["seeds"]),
        "training, each": lambda row: _training_time(figures, row["jobs"]),
    }
    best = [place for group in groups for place in _best(group)]
    return mark_best(
        columns_table(f"Table {title}", "model", ((title_of(row), row) for row in rows), columns), best
    )


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


def table5(figures: Figures) -> Table:
    """Table 5: samples against test pictures. FD-EffLite0 is no FID: compare orders, not figures."""
    rows = paper_first(figures["table5"], TABLE5)
    named = [*((title_of(row), row) for row in rows), (FLOOR, {"paper_fid": None, **figures["floor"]})]
    columns: dict[str, Column] = {
        "parameters": _parameters,
        "FD-EffLite0 (beside: the paper’s FID)": lambda row: cell(
            small(row.get("fd")), _paper_fid(row), interval(row.get("fd_interval"))
        ),
        "KID-EffLite0": lambda row: cell(small(row.get("kid")), note=interval(row.get("kid_interval"))),
        "precision": lambda row: fixed(row.get("precision")),
        "recall": lambda row: fixed(row.get("recall")),
        "samples": lambda row: cell(whole(row["n"]), whole(SAMPLES) if _paper_fid(row) else ""),
        "training took": lambda row: _training_time(figures, [row.get("job", "")]),
        "sampling took": lambda row: duration(row.get("seconds_to_sample")),
    }
    if any("fid" in row for row in rows):
        columns["FID"] = lambda row: cell(fixed(row.get("fid"), 1), _paper_fid(row))
    best = min((row for row in rows if row.get("fd") is not None), key=lambda row: row["fd"], default=None)
    drawn = columns_table("Table 5. Made pictures against the test pictures", "model", named, columns)
    return mark_best(drawn, [(2, title_of(best))] if best else [])


def _parameters(row: ResultRow) -> Cell | str:
    if "parameters" not in row:
        return DASH
    prior = f"+ {whole(row['prior_parameters'])} prior" if row["prior_parameters"] else ""
    return cell(whole(row["parameters"]), whole(row["paper_parameters"]) if _paper_fid(row) else "", prior)


def _paper_fid(row: ResultRow) -> str:
    return "" if row["paper_fid"] is None else f"FID {row['paper_fid']:g}"


def pixel_art(figures: Figures) -> Table:
    """The figures of pixel art of each row."""
    rows = [(row["label"], row["figures"]) for row in figures["pixel_art"]]
    return _by_name("How far from pixel art", rows)


def memorisation(figures: Figures) -> Table:
    """How near samples come to training pictures."""
    rows = [(title_of(row), row["memorisation"]) for row in figures["table5"]]
    return _by_name("What was learned by heart", [*rows, (FLOOR, figures["floor"]["memorisation"])])


def _by_name(title: str, rows: Sequence[tuple[str, Mapping[str, float | None]]]) -> Table:
    """A column for each figure that a row has; rows without any are left out."""
    keys = dict.fromkeys(key for _, parts in rows for key in parts)
    columns: dict[str, Column] = {
        key.replace("_", " "): lambda row, key=key: small(row.get(key))  # type: ignore[misc]
        for key in keys
    }
    return columns_table(title, "pictures of", [row for row in rows if row[1]], columns)


def bits(figures: Figures) -> Table:
    """Bits per code on codes of held-out pictures."""
    columns: dict[str, Column] = {
        "codes of": lambda row: row["codec"],
        "bits per code": lambda row: cell(small(row["bits_per_code"]), note=interval(row["interval"])),
        "protocol": lambda row: PROTOCOLS[row["whose"]],
        "trained for": lambda row: DASH if row["minutes"] is None else f"{row['minutes']:g} min",
        "": lambda row: row["note"],
    }
    rows = ((row["label"], row) for row in figures["bits"])
    return columns_table("Bits per code, held-out pictures", "prior", rows, columns)


def table6(figures: Figures) -> Table:
    """Table 6 in figures, which the paper could only judge by eye."""

    def percent(row: ResultRow, name: str) -> Cell:
        return cell(share(row[name]), note=interval([100 * bound for bound in row["interval"][name]], 1))

    columns: dict[str, Column] = {
        "is given": lambda row: row["setting"],
        "exact pixels": lambda row: percent(row, "exact"),
        "near pixels": lambda row: percent(row, "near"),
        "mean error": lambda row: cell(small(row["error"]), note=interval(row["interval"]["error"])),
        "pairs": lambda row: whole(row["n"]),
    }
    title = "Table 6. Recolored like their shiny forms, against what the artist drew"
    return columns_table(title, "method", ((row["method"], row) for row in figures["table6"]), columns)


def conditioning(figures: Figures) -> dict[str, Table | Matrix]:
    """Whether samples show what was requested, how often the judge is right, and confusions without guidance."""
    rows = figures["conditioning"]
    columns = [
        "samples of",
        *("type agrees", "by chance", "times", "shape agrees", "by chance", "times"),
        "samples",
    ]
    texts = (("agreement", share), ("chance", share), ("ratio", times))
    cells = [
        [text(row[f"{field}_{key}"]) for field in ("type", "shape") for key, text in texts]
        + [whole(row["n"])]
        for row in rows
    ]
    labelled = [(row["label"], texts) for row, texts in zip(rows, cells, strict=True)]
    accuracy = rows[0]["accuracy"].items()
    return {
        "conditioning": table("Conditioning, as a judge sees it", columns, labelled),
        "judge": columns_table("The judge on real held-out sprites", "figure", accuracy, {"share": share}),
        **{f"confusion{i}": matrix for i, matrix in enumerate(_confusions(rows))},
    }


def _confusions(rows: Sequence[ResultRow]) -> Iterator[Matrix]:
    for row in rows:
        for field in ("type", "shape"):
            matrix = row[f"confusion_{field}s"]
            if matrix and matrix["labels"]:
                title = f"Requested {field} (rows) and recognised ones, {row['label']}, per cent"
                yield Matrix(title=title, labels=matrix["labels"], counts=matrix["counts"])
