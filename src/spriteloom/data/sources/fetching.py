"""`fetch`: some of a named source as a folder of pictures with metadata.jsonl, whole or not at all."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from spriteloom.data.source import Item, Source
from spriteloom.data.sources.folder import LICENCE_FILE
from spriteloom.data.sources.metadata import as_row
from spriteloom.data.sources.opening import NAMES, open_source
from spriteloom.errors import SourceError


def fetch(source_name: str, out: Path, n: int | None, seed: int, *, cache: Path | None = None) -> int:
    """Write `n` pictures (None: all) of a source into the new or empty folder `out`; returns how many.

    Collected sources: evenly over the source's order, from a start drawn with `seed`, so the same `seed`
    gives the same pictures. Made ones (nouns, procedural): the first `n` of that seed. `out` gets
    metadata.jsonl in the Hugging Face imagefolder convention and a LICENCE.txt that says whose art it is, and
    appears only when all is written.

    Raises SourceError: no such source, `out` in use, no room, and what `open_source` raises.
    """
    if source_name not in NAMES:
        raise SourceError(f"{source_name}: cannot be fetched; sources to fetch are {', '.join(NAMES)}")
    if n is not None and n < 1:
        raise SourceError(f"{n} pictures wanted: ask for at least 1")
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise SourceError(f"{out}: is there and not empty; name a new folder or clear it")
        return _write(open_source(source_name, cache=cache, seed=seed, n=n), out, n, seed)
    except OSError as error:
        raise SourceError(
            f"{out}: cannot be written ({error.strerror or error}); name another folder"
        ) from error


def _write(source: Source, out: Path, n: int | None, seed: int) -> int:
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        count = _write_items(picked(source, n, seed), part)
        (part / LICENCE_FILE).write_text(f"{source.licence}\n\nFetched as {source.name}.\n", encoding="utf-8")
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def _write_items(items: Iterator[Item], folder: Path) -> int:
    count = 0
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as rows:
        for count, item in enumerate(items, start=1):  # noqa: B007 - the last number is the count
            file = folder / item.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(item.data)
            rows.write(as_row(item))
    return count


def picked(source: Source, n: int | None, seed: int) -> Iterator[Item]:
    """`n` items evenly over the source's order, from a start drawn with `seed`; all if there are no more."""
    total = len(source)
    if n is None or n >= total:
        yield from source.items()
        return
    start = random.Random(seed).random()
    wanted = [int((number + start) * total / n) for number in range(n)]
    items, at = source.items(), 0
    for index in wanted:
        yield from islice(items, index - at, index - at + 1)
        at = index + 1
