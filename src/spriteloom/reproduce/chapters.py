"""What is shown, in which order: tables and the words before them. A page and a text both follow it."""

from __future__ import annotations

from dataclasses import dataclass

from spriteloom.reproduce import tables, tables_made, words
from spriteloom.reproduce.grid import Grid
from spriteloom.reproduce.results import Results


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """`key` says which pictures go with it."""

    key: str
    title: str
    said: str
    grids: tuple[Grid | None, ...]  # None: there is nothing to show


def chapters(results: Results) -> list[Chapter]:
    """All of them, whether or not there are figures yet."""
    made = tables_made
    return [
        Chapter(
            key="embedding",
            title="How well pictures come back",
            said=words.there(),
            grids=(tables.table2(results), tables.table8(results)),
        ),
        Chapter(
            key="ablation",
            title="What each part is worth",
            said=words.ablation(),
            grids=(tables.table3(results),),
        ),
        Chapter(
            key="generation",
            title="Made pictures",
            said=words.generation(),
            grids=(made.table5(results), made.pixel_art(results)),
        ),
        Chapter(
            key="memorisation",
            title="Learned by heart?",
            said=words.memorisation(),
            grids=(made.memorisation(results),),
        ),
        Chapter(
            key="bits",
            title="Bits per code",
            said=words.bits(),
            grids=(made.bits(results),),
        ),
        Chapter(
            key="conditioning",
            title="Does it make what was asked for?",
            said=words.conditioning(),
            grids=(made.conditioning(results), made.judge(results)),
        ),
        Chapter(
            key="swaps",
            title="Palette swaps",
            said=words.swaps(),
            grids=(made.table6(results),),
        ),
        Chapter(
            key="run",
            title="What was run",
            said=words.budgets(),
            grids=(tables.models(results), tables.stages(results)),
        ),
    ]
