"""The demo's page: one file that needs no other, no script and no network. Arranges words, tables and pictures."""

from __future__ import annotations

import shlex
from importlib.resources import files

from spriteloom.report import shelves, tables
from spriteloom.report.chart import chart
from spriteloom.report.figures import SIZES, Figures
from spriteloom.report.gallery import Gallery
from spriteloom.report.markup import Html, el, join
from spriteloom.report.numbers import duration, whole

_RESULTS = "results.json"


def page(figures: Figures, gallery: Gallery) -> str:
    """The whole page as text."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", "spriteloom: sprites in, codes out, sprites back"),
        el("style", Html(_style())),
    )
    sections = [
        _there_and_back(figures, gallery),
        _how_good(figures),
        _how_fast(figures),
        _recoloured(figures, gallery),
        _how_made(figures),
    ]
    body = el("body", _opening(figures, gallery), el("main", *sections), _end(figures))
    return "<!doctype html>\n" + el("html", head, body, lang="en") + "\n"


def _style() -> str:
    return files("spriteloom.report").joinpath("style.css").read_text(encoding="utf-8")


def _opening(figures: Figures, gallery: Gallery) -> Html:
    setting = figures.setting
    what = (
        "A Pixel VQ-VAE turns a sprite into a small grid of codes, each one of 256, and the codes back into a "
        "sprite. Three of them were trained on this machine just now, at one, four and sixteen pixels a code. "
        f"Below is what they make of {setting.species['test']} species that none of them has seen."
    )
    lines = [
        el("p", "spriteloom", class_="brand"),
        el("h1", "Sprites in, codes out, sprites back"),
        el("p", what, class_="lede"),
        _whose(figures),
        shelves.hero(gallery),
        shelves.street(gallery),
    ]
    return el("header", *lines)


def _whose(figures: Figures) -> Html:
    setting = figures.setting
    words = [f"The art is of the source {setting.source}: {setting.licence}."]
    if setting.instead_of:
        words.append(f" It stands in for another, which could not be had: {setting.instead_of}.")
    return el("p", *words, class_="whose")


def _there_and_back(figures: Figures, gallery: Gallery) -> Html:
    del figures
    words = (
        "Held-out species at their own size, their transparency kept, chosen evenly from the alphabet and not by how "
        "well they come back. HiRes has a code for every pixel, MedRes for 2×2, LowRes for 4×4. The figures are over "
        "the visible pixels; MSE is of colours from 0 to 1."
    )
    measured = (
        "What the tables measure are pictures made of the sprites the first paper’s way: brought to 64×64 by bicubic "
        "resampling, turned, over black or white. Resampling leaves thousands of colours where the artist used a dozen, "
        "so these are harder."
    )
    return _section(
        "Sprites in, sprites back",
        el("p", words),
        shelves.there_and_back(gallery.shown),
        el("h3", "As the tables see them"),
        el("p", measured),
        shelves.there_and_back(gallery.tested, scale=3),
    )


def _how_good(figures: Figures) -> Html:
    setting = figures.setting
    main = (
        f"{whole(setting.pictures['test'])} test pictures of {setting.species['test']} species; "
        f"{whole(setting.pictures['train'])} to learn from, of {setting.species['train']} others. The yardstick is k-means "
        "with as many patches of the same size, fitted on the pictures the model learned from: for squared error at "
        "this structure it is the best there is, or near it. The paper’s figures (Table 2, arXiv:2203.12130) are of its own "
        "trained models on its own, different, data: they give the order of magnitude, not a contest."
    )
    return _section(
        "How good",
        el("p", main),
        tables.main_table(figures),
        chart(figures),
        tables.more_table(figures),
        el("h3", "The paper’s recipe and ours"),
        el("p", _duel_words(figures)),
        tables.duel_table(figures),
        el("h3", "Refitting the table"),
        el("p", _refit_words()),
        tables.refit_table(figures),
    )


def _duel_words(figures: Figures) -> str:
    return (
        f"The same network, the same pictures, {figures.setting.budget} each. The paper’s recipe starts from codes drawn "
        "from N(0, 1), ends in BatchNorm and a sigmoid, and runs convolutions over whole images, those over noise included; it "
        "was made for 25 epochs, so a short budget is hard on it. Ours starts from the pixels and learns from "
        "distinct patches and how often they occur, which is the same sum over far fewer products. Both have the "
        "same number of parameters."
    )


def _refit_words() -> str:
    return (
        "A code means one patch, so the decoder is a table. With the table as the network learned it, choosing the "
        "nearest patch is the best encoder there can be. Putting the mean of its patches in each place and choosing again, "
        "over and over, is Lloyd’s algorithm started from what was learned; on the training pictures the error can only fall. "
        "These are the test pictures."
    )


def _how_fast(figures: Figures) -> Html:
    words = (
        "64 test pictures, one process, every path in turn. The tables give the network’s own codes and the "
        "very same bytes; the nearest code is never worse in squared error. Encoding by exact tables asks the "
        "network about what it has not met; encoding again asks nothing."
    )
    return _section("How fast", el("p", words), tables.speed_table(figures))


def _recoloured(figures: Figures, gallery: Gallery) -> Html:
    words = (
        "The first sprite takes the colours of the second: its commonest colour becomes the other’s commonest, and so on "
        "down both lists, as one permutation, so no two colours run together. By colours it works on the palette itself; by "
        "HiRes codes, as in the paper’s appendix, on the codes of the trained model."
    )
    if any(one.shiny for one in gallery.recoloured):
        words += " Last, where there is one, the artist’s own other colouring."
    del figures
    return _section("Recoloured", el("p", words), shelves.recolourings(gallery.recoloured))


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
    return _section(
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
    lines = [
        f"spriteloom data prepare {shlex.quote(setting.source)} --recipe {setting.recipe}{view}{seed} --out set.parquet"
    ]
    for size in SIZES:
        name = f"pixel-vqvae-{size}"
        lines.append(f"spriteloom train {name} --data set.parquet --{unit} {value}{seed} --out runs/{name}")
    name = f"runs/pixel-vqvae-{next(iter(SIZES))}"
    lines += [
        f"spriteloom evaluate --model {name} --data set.parquet --split test --json",
        f"spriteloom bench codec --model {name} --data set.parquet",
        f"spriteloom recolor a.png --like b.png --model {name} --out c.png",
    ]
    return "\n".join(lines)


def _end(figures: Figures) -> Html:
    return el("footer", el("p", f"spriteloom made this page in {duration(figures.seconds)}."))


def _section(title: str, *parts: str) -> Html:
    return el("section", el("h2", title), join(*parts))
