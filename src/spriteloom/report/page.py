"""The demo's page: one file that needs no other, no script, no network. Arranges what other files make."""

from __future__ import annotations

import shlex

from spriteloom.report import shelves, tables, words
from spriteloom.report.chart import chart
from spriteloom.report.document import document, section
from spriteloom.report.figures import SIZES, Figures
from spriteloom.report.gallery import Gallery
from spriteloom.report.markup import Html, el
from spriteloom.report.numbers import duration

_RESULTS = "results.json"


def page(figures: Figures, gallery: Gallery) -> str:
    """The whole page as text."""
    sections = [
        _there_and_back(gallery),
        _how_good(figures),
        _how_fast(figures),
        _recolored(gallery),
        _how_made(figures),
    ]
    title = "spriteloom: sprites in, codes out, sprites back"
    return document(title, _opening(figures, gallery), el("main", *sections), _end(figures))


def _opening(figures: Figures, gallery: Gallery) -> Html:
    return el(
        "header",
        el("p", "spriteloom", class_="brand"),
        el("h1", "Sprites in, codes out, sprites back"),
        el("p", words.lede(figures), class_="lede"),
        el("p", words.whose(figures), class_="whose"),
        shelves.hero(gallery),
        shelves.street(gallery),
    )


def _there_and_back(gallery: Gallery) -> Html:
    return section(
        "Sprites in, sprites back",
        el("p", words.there_and_back()),
        shelves.there_and_back(gallery.shown),
        el("h3", "As the tables see them"),
        el("p", words.as_measured()),
        shelves.there_and_back(gallery.tested, scale=3),
    )


def _how_good(figures: Figures) -> Html:
    return section(
        "How good",
        el("p", words.how_good(figures)),
        tables.main_table(figures),
        chart(figures),
        tables.more_table(figures),
        el("h3", "The paper’s recipe and ours"),
        el("p", words.duel(figures)),
        tables.duel_table(figures),
        el("h3", "Refitting the table"),
        el("p", words.refitting()),
        tables.refit_table(figures),
    )


def _how_fast(figures: Figures) -> Html:
    return section("How fast", el("p", words.how_fast(figures.timed)), tables.speed_table(figures))


def _recolored(gallery: Gallery) -> Html:
    shiny = any(one.shiny for one in gallery.recolored)
    return section("Recolored", el("p", words.recolored(shiny=shiny)), shelves.recolorings(gallery.recolored))


def _how_made(figures: Figures) -> Html:
    setting = figures.setting
    versions = ", ".join(f"{name} {version}" for name, version in setting.versions.items())
    facts = {
        "command": el("code", setting.command),
        "machine": f"{setting.cores} cores, {setting.processor}; {_precision(setting.precision)}",
        "versions": versions,
        "seed": str(setting.seed),
        "finished": setting.finished,
        "every figure": el("a", _RESULTS, href=_RESULTS),
    }
    rows = [part for name, value in facts.items() for part in (el("dt", name), el("dd", value))]
    return section(
        "How this was made",
        el("dl", *rows),
        tables.steps_table(figures),
        el("p", "The same models one by one:"),
        el("pre", el("code", _commands(figures))),
    )


def _precision(name: str) -> str:
    return "bf16 where it is safe" if name.startswith("bf16") else "float32"


def _commands(figures: Figures) -> str:
    setting = figures.setting
    value, unit = setting.budget.split()
    seed = f" --seed {setting.seed}" if setting.seed else ""
    view = " --view front" if setting.views else ""
    options = f"--preprocessing {setting.recipe}{view}{seed}"
    lines = [f"spriteloom data prepare {shlex.quote(setting.source)} {options} --out set.parquet"]
    for size in SIZES:
        name = f"pixel-vqvae-{size}"
        lines.append(f"spriteloom train {name} --data set.parquet --{unit} {value}{seed} --out runs/{name}")
    name = f"runs/pixel-vqvae-{next(iter(SIZES))}"
    lines += [
        f"spriteloom evaluate --model {name} --data set.parquet --split test --json",
        f"python benchmarks/codec.py --model {name} --data set.parquet",
        f"spriteloom recolor a.png --like b.png --model {name} --out c.png",
    ]
    return "\n".join(lines)


def _end(figures: Figures) -> Html:
    return el("footer", el("p", f"spriteloom made this page in {duration(figures.seconds)}."))
