"""`fetch` writes pictures of a named source into a folder with metadata.jsonl, all or nothing."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from spriteloom.data.source import Item, Source
from spriteloom.data.sources.folder import LICENCE_FILE, metadata_line
from spriteloom.data.sources.opening import SOURCE_NAMES, open_source
from spriteloom.errors import SourceError


def fetch(source_name: str, out: Path, n: int | None, seed: int, *, cache: Path | None = None) -> int:
    """Write `n` pictures (None: all) of a source into the new or empty folder `out`; return how many.

    Collected sources: spread evenly over the source's order, from a start that `seed` chooses. Generated
    sources (nouns, procedural): the first `n` of that seed. `out` gets metadata.jsonl in the Hugging Face
    imagefolder convention and LICENCE.txt, and appears when everything is written.

    Raises SourceError: no such source, `out` in use, no room, and what `open_source` raises.
    """
    if source_name not in SOURCE_NAMES:
        raise SourceError(f"{source_name}: cannot be fetched; sources to fetch are {', '.join(SOURCE_NAMES)}")
    if n is not None and n < 1:
        raise SourceError(f"{n} pictures cannot be fetched: ask for at least 1")
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise SourceError(f"{out}: exists and is not empty; name a new folder or empty it")
        return _write(open_source(source_name, cache=cache, seed=seed, n=n), out, n, seed)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"{out}: cannot be written ({reason}); name another folder") from error


def _write(source: Source, out: Path, n: int | None, seed: int) -> int:
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        count = _write_items(evenly_spread(source, n, seed), part)
        (part / LICENCE_FILE).write_text(f"{source.licence}\n\nFetched as {source.name}.\n", encoding="utf-8")
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def _write_items(items: Iterator[Item], folder: Path) -> int:
    count = 0
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as lines:
        for count, item in enumerate(items, start=1):  # noqa: B007 - the last number is the count
            file = folder / item.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(item.data)
            lines.write(metadata_line(item))
    return count


def evenly_spread(source: Source, n: int | None, seed: int) -> Iterator[Item]:
    """`n` items spread evenly over the source's order, from a start that `seed` chooses; at most all."""
    total = len(source)
    if n is None or n >= total:
        yield from source.items()
        return
    start = random.Random(seed).random()
    items, position = source.items(), 0
    for index in (int((number + start) * total / n) for number in range(n)):
        yield from islice(items, index - position, index - position + 1)
        position = index + 1
