"""The tables of the page. Lays out figures; computes none."""

from __future__ import annotations

from collections.abc import Sequence

from spriteloom.report.figures import PAPER_EPOCHS, PUBLISHED, SIZES, Figures, Trained
from spriteloom.report.markup import Html, el, join
from spriteloom.report.numbers import DASH, duration, fixed, share, small, speed, times, whole

Row = Sequence[str]


def table(columns: Row, rows: Sequence[Row], *, caption: str = "") -> Html:
    """The first column names the row; the others are figures. It scrolls by itself where it is too wide."""
    head = el("tr", *(el("th", name, scope="col") for name in columns))
    body = [el("tr", el("th", row[0], scope="row"), *(el("td", cell) for cell in row[1:])) for row in rows]
    parts = [el("caption", caption)] if caption else []
    whole_table = el("table", *parts, el("thead", head), el("tbody", *body))
    return el("div", whole_table, class_="scroll", tabindex="0", role="region", aria_label=caption or "table")


def main_table(figures: Figures) -> Html:
    """Ours, beside k-means and beside what the paper prints."""
    columns = [
        "model", "parameters", "MSE", "SSIM", "exact pixels", "codes used",
        "k-means MSE", "ours / k-means", "paper’s MSE", "paper’s SSIM", "trained in",
    ]  # fmt: skip
    rows = [_main_row(run) for run in figures.ours]
    return table(columns, rows, caption="Ours, on pictures of species that no run has seen")


def _main_row(run: Trained) -> Row:
    found, published = run.evaluation, PUBLISHED[run.size]
    return [
        SIZES[run.size],
        whole(run.parameters),
        el("strong", small(found.scores.mse)),
        el("strong", fixed(found.scores.ssim)),
        share(found.scores.exact_pixels),
        whole(found.codes_used),
        small(found.kmeans.mse),
        times(run.over_kmeans),
        f"{published.mse:.5f}",
        f"{published.ssim:.3f}",
        duration(run.seconds),
    ]


def more_table(figures: Figures) -> Html:
    """The figure alone, the codes, the other yardsticks."""
    columns = [
        "model", "PSNR", "MSE, figure only", "SSIM, figure only", "exact, figure only", "perplexity",
        "bits per pixel", "nearest code’s MSE", "k-means SSIM", "k-means MSE, noise included",
    ]  # fmt: skip
    rows = []
    for run in figures.ours:
        found = run.evaluation
        figure, noise = found.scores.foreground, found.kmeans_noise
        rows.append(
            [
                SIZES[run.size],
                f"{fixed(found.scores.psnr, 1)} dB",
                small(figure.mse),
                fixed(figure.ssim),
                share(figure.exact_pixels),
                fixed(found.perplexity, 1),
                fixed(found.bits_per_pixel, 2),
                small(found.nearest_mse),
                fixed(found.kmeans.ssim),
                small(noise.mse if noise else None),
            ]
        )
    return table(columns, rows, caption="The same runs in more detail")


def duel_table(figures: Figures) -> Html:
    """The paper's own recipe beside ours: same pictures, same time."""
    columns = [
        "model",
        "recipe",
        "MSE",
        "SSIM",
        "exact pixels",
        "codes used",
        "perplexity",
        "steps",
        "epochs",
    ]
    rows = []
    for ours, paper in zip(figures.ours, figures.paper, strict=True):
        for run, name in ((ours, "ours"), (paper, "the paper’s")):
            found = run.evaluation
            epochs = small(run.epochs) + (f" of its {PAPER_EPOCHS}" if run is paper else "")
            rows.append(
                [
                    SIZES[run.size] if run is ours else "",
                    name,
                    small(found.scores.mse),
                    fixed(found.scores.ssim),
                    share(found.scores.exact_pixels),
                    f"{found.codes_used} of 256",
                    fixed(found.perplexity, 1),
                    whole(run.steps),
                    epochs,
                ]
            )
    return table(columns, rows, caption=f"Same pictures, {figures.setting.budget} of training each")


def refit_table(figures: Figures) -> Html:
    """How far Lloyd's algorithm goes from what was learned."""
    rounds = sorted({refit.rounds for refit in figures.refits})
    columns = ["model", "network’s own codes", "nearest code"]
    columns += [f"after {n} round{'s' if n > 1 else ''}" for n in rounds]
    columns += ["k-means"]
    found = {(refit.size, refit.rounds): refit for refit in figures.refits}
    rows = [
        [
            SIZES[run.size],
            small(run.evaluation.scores.mse),
            small(run.evaluation.nearest_mse),
            *(small(found[run.size, n].mse) for n in rounds),
            small(run.evaluation.kmeans.mse),
        ]
        for run in figures.ours
    ]
    return table(columns, rows, caption="MSE on the same pictures, the table refitted")


def speed_table(figures: Figures) -> Html:
    """Million pixels a second, and how many times the network's own speed."""
    found = {(timing.model, timing.stage, timing.path): timing for timing in figures.timings}
    columns = [
        "model", "decode: network", "decode: table", "encode: network", "encode: exact tables",
        "encode again: exact tables", "encode: nearest code",
    ]  # fmt: skip

    def cell(model: str, stage: str, path: str) -> Html | str:
        timing = found.get((model, stage, path))
        if timing is None:
            return DASH
        number = speed(timing.mpx_per_s)
        if path == "network":
            return number
        return join(el("strong", number), " ", el("small", times(timing.ratio)))

    rows = []
    for run in figures.ours:
        name = run.recipe
        first, again = ("encode-first", "encode") if run.size == "hires" else ("encode", "encode-again")
        rows.append(
            [
                SIZES[run.size],
                cell(name, "decode", "network"),
                cell(name, "decode", "compiled"),
                cell(name, "encode", "network"),
                cell(name, first, "compiled"),
                cell(name, again, "compiled"),
                cell(name, "encode", "nearest"),
            ]
        )
    copy = found.get(("", "decode", "memcpy"))
    rows.append(["a plain copy", DASH, speed(copy.mpx_per_s) if copy else DASH, DASH, DASH, DASH, DASH])
    return table(
        columns, rows, caption="Million pixels a second; beside it, how many times the network’s speed"
    )


def steps_table(figures: Figures) -> Html:
    rows = [[step.words, duration(step.seconds)] for step in figures.steps]
    return table(
        ["step", "time"], [*rows, ["in all", duration(figures.seconds)]], caption="What took how long"
    )
