"""The page of a reproduction: one file that needs no other. Arranges what other files make."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from spriteloom.errors import RunError
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.report.document import document, section, sheet
from spriteloom.report.markup import Html, el, join
from spriteloom.report.numbers import duration
from spriteloom.reproduce import plates as shown
from spriteloom.reproduce import words
from spriteloom.reproduce.chapters import Chapter, chapters
from spriteloom.reproduce.drawn import nothing, table
from spriteloom.reproduce.results import Plates, Results

PAGE, RESULTS = "index.html", "results.json"


def write(results: Results, plates: Plates, folder: Path) -> None:
    """`index.html` and `results.json` in a folder, each replaced whole. Raises RunError."""
    make_folder(folder, RunError)
    plain = json.dumps(results.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_bytes(folder / RESULTS, plain.encode(), RunError)
    write_bytes(folder / PAGE, page(results, plates).encode(), RunError)


def page(results: Results, plates: Plates) -> str:
    """The whole page as text. What is not there yet is said to be missing."""
    main = el("main", _said(results), *(_chapter(one, results, plates) for one in chapters(results)))
    end = el("footer", el("p", f"spriteloom made these figures in {duration(results.seconds)}."))
    title = "The Pixel VQ-VAE paper, reproduced"
    return document(title, _opening(title, results), main, end, style=sheet("spriteloom.reproduce"))


def _opening(title: str, results: Results) -> Html:
    parts = [
        el("p", "spriteloom", class_="brand"),
        el("h1", title),
        el("p", words.lede(), class_="lede"),
        el("p", words.counts(results.data)),
        el("p", words.beside()),
        el("p", f"The art is of the source {results.data.source}: {results.data.licence}.", class_="whose"),
    ]
    if results.waiting:
        parts.append(el("p", words.waiting(results), class_="waiting"))
    return el("header", *parts)


def _said(results: Results) -> Html:
    """The order of models, in sentences."""
    if not results.sentences:
        return section("In words", nothing("Nothing can be compared yet."))
    return section("In words", el("ul", *(el("li", one) for one in results.sentences), class_="said"))


def _chapter(one: Chapter, results: Results, plates: Plates) -> Html:
    more = _PICTURES.get(one.key, _none)
    tables = [table(each) for each in one.grids if each is not None]
    parts = tables or [nothing("No figures yet.")]
    facts = [_facts(results)] if one.key == "run" else []
    return section(one.title, el("p", one.said), *facts, *parts, *more(results, plates))


def _facts(results: Results) -> Html:
    machine = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    facts = {
        "command": el("code", results.command),
        "scale": results.scale,
        "machine": f"{machine.cores} cores, {machine.processor}; {machine.precision}",
        "versions": versions,
        "finished": machine.finished,
        "every figure": el("a", RESULTS, href=RESULTS),
    }
    rows = [part for name, value in facts.items() if value for part in (el("dt", name), el("dd", value))]
    notes = [el("ul", *(el("li", note) for note in results.notes))] if results.notes else []
    return join(el("dl", *rows), *notes)


Pictures = Callable[[Results, Plates], Iterator[Html]]


def _none(results: Results, plates: Plates) -> Iterator[Html]:  # noqa: ARG001
    yield from ()


def _embedding(results: Results, plates: Plates) -> Iterator[Html]:  # noqa: ARG001
    yield _if_any("Table 1. Test pictures, and what comes back of them", plates.table1, shown.compared)
    yield _if_any("Table 7. The VAE and the Pixel VAE", plates.table7, shown.compared)


def _generation(results: Results, plates: Plates) -> Iterator[Html]:  # noqa: ARG001
    yield _if_any("Table 4. Chosen samples", plates.table4, shown.heaps, words.chosen(plates))
    yield _if_any("Figure 2. Random samples", plates.figure2, shown.heaps, words.drawn())


def _memorisation(results: Results, plates: Plates) -> Iterator[Html]:  # noqa: ARG001
    yield _if_any("Nearest training pictures", plates.neighbours, shown.neighbours, words.neighbours())


def _conditioning(results: Results, plates: Plates) -> Iterator[Html]:  # noqa: ARG001
    for one in results.conditioning:
        maps = [("Types", one.confusion_types), ("Shapes", one.confusion_shapes)]
        found = [shown.heat(f"{title}, {one.label}", each) for title, each in maps if each and each.labels]
        if found:
            yield join(el("p", words.heat()), el("div", *found, class_="maps"))


def _swaps(results: Results, plates: Plates) -> Iterator[Html]:  # noqa: ARG001
    yield _if_any(
        "Table 6. A sprite, its shiny form, and what each method makes", plates.table6, shown.compared
    )


_PICTURES: Mapping[str, Pictures] = {
    "embedding": _embedding,
    "generation": _generation,
    "memorisation": _memorisation,
    "conditioning": _conditioning,
    "swaps": _swaps,
}


def _if_any(title: str, plates: Mapping[str, Bytes], draw: Callable[..., Html], *said: str) -> Html:
    return draw(title, plates, *said) if plates else nothing(f"{title}: no pictures yet.")
