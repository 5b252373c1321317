"""Words and progress on stderr, figures on stdout: as a table or as one JSON value."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from spriteloom.progress import listening

if TYPE_CHECKING:
    from rich.progress import Progress

BAR_SECONDS = 1.0  # without a bar


def say(words: str) -> None:
    """Print a line about the progress of a verb on stderr."""
    print(words, file=sys.stderr, flush=True)


def show_json(value: Any) -> None:
    """Print the one JSON value of a verb on stdout."""
    print(json.dumps(value, indent=2))


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table on stdout, numbers to the right."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for i, column in enumerate(columns):
        is_number = any(isinstance(row[i], int | float) for row in rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)


def cell(value: Any) -> str:
    """A value for a table: numbers with four significant digits."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


@contextmanager
def progress_bars() -> Iterator[None]:
    """Show a bar for every tracked loop of the block that takes over a second, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    bar = _LateBar()
    with listening(bar.update):
        try:
            yield
        finally:
            bar.close()


class _LateBar:
    """A bar that appears a second after the first report, and goes with the end of each loop."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._bar: Progress | None = None

    def update(self, stage: str, done: float, total: float) -> None:
        now = time.monotonic()
        self._start = now if self._start is None else self._start
        if 0 < total <= done:
            self.close()
        elif self._bar is not None or now - self._start > BAR_SECONDS:
            bar = self._open(stage)
            bar.update(bar.task_ids[0], description=stage, completed=done, total=total or None)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _open(self, stage: str) -> Progress:
        from rich.console import Console
        from rich.progress import Progress

        if self._bar is None:
            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.add_task(stage, total=None)
            self._bar.start()
        return self._bar


@contextmanager
def counting(words: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar if stderr is a terminal; yields `progress(stage, done, total)`."""
    from rich.console import Console
    from rich.progress import Progress

    quiet = not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar, listening(None):
        task = bar.add_task(words, total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=f"{words}: {stage}", completed=done, total=total or None)

        yield tell


@contextmanager
def training_bar(name: str) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Show the progress of a training if stderr is a terminal: loss, codes used, dB to k-means, time left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[state]}"),
        TimeRemainingColumn(),
    )
    quiet = not sys.stderr.isatty()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar, listening(None):
        task = bar.add_task(name, total=None, state="")

        def tell(figures: dict[str, Any]) -> None:
            parts = [f"step {figures['step']}", f"loss {figures['loss']:.5f}"]
            if "codes_used" in figures:
                parts.append(f"{figures['codes_used']} codes")
            if "db_to_kmeans" in figures:
                parts.append(f"{figures['db_to_kmeans']:+.2f} dB to k-means")
            bar.update(task, total=figures["total"], completed=figures["step"], state=" · ".join(parts))

        yield tell
