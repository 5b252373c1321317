"""The results as Markdown: every table, no picture. Lays out what `chapters.py` gives."""

from __future__ import annotations

from spriteloom.report.numbers import duration
from spriteloom.reproduce import words
from spriteloom.reproduce.chapters import chapters
from spriteloom.reproduce.drawn import bullets, safe, table_in_words
from spriteloom.reproduce.results import Confusion, Results


def markdown(results: Results) -> str:
    """The whole as a text for `results/`."""
    data, machine = results.data, results.machine
    parts = [
        "# The Pixel VQ-VAE paper, reproduced",
        f"`{results.command}`: scale `{results.scale}`, {duration(results.seconds)} in all, on "
        f"{machine.cores} cores of {safe(machine.processor)}, {machine.precision}.",
        f"{safe(words.counts(data))} {safe(words.beside())}",
    ]
    if results.waiting:
        parts.append(safe(words.waiting(results)))
    if results.sentences:
        parts += ["## In words", bullets(results.sentences)]
    for one in chapters(results):
        parts += [f"## {one.title}", safe(one.said), *(table_in_words(grid) for grid in one.grids if grid)]
    parts += [_confusions(results)] if results.conditioning else []
    if results.notes:
        parts += ["## Notes", bullets(results.notes)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _confusions(results: Results) -> str:
    parts = []
    for one in results.conditioning:
        for field, found in (("type", one.confusion_types), ("shape", one.confusion_shapes)):
            if found and found.labels:
                parts.append(f"Requested {field} (rows) and recognised ones, {safe(one.label)}, per cent:")
                parts.append(_matrix(found))
    return "\n\n".join(parts)


def _matrix(found: Confusion) -> str:
    head = "| | " + " | ".join(safe(label) for label in found.labels) + " |"
    rule = "| --- |" + " ---: |" * len(found.labels)
    rows = [
        f"| {safe(label)} | " + " | ".join(f"{100 * part:.0f}" for part in shares) + " |"
        for label, shares in zip(found.labels, found.shares(), strict=True)
    ]
    return "\n".join([head, rule, *rows])
