"""`open_source`: a name, a folder or an archive in; a source out. Tells layouts apart, by paths alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

from spriteloom.data.source import Source
from spriteloom.data.sources import npm
from spriteloom.data.sources.catalogue import Catalogue
from spriteloom.data.sources.crawl import crawl, is_crawl
from spriteloom.data.sources.folder import folder
from spriteloom.data.sources.metadata import read_metadata
from spriteloom.data.sources.nouns import COUNT as NOUNS_COUNT
from spriteloom.data.sources.nouns import PACKAGE as NOUNS
from spriteloom.data.sources.nouns import Nouns, is_nouns
from spriteloom.data.sources.pokeapi import PACKAGE as POKEAPI
from spriteloom.data.sources.pokeapi import is_pokeapi, pokeapi
from spriteloom.data.sources.pokeapi_games import is_pokeapi_games, pokeapi_games
from spriteloom.data.sources.pokesprite import PACKAGE as POKESPRITE
from spriteloom.data.sources.pokesprite import is_pokesprite, pokesprite
from spriteloom.data.sources.sheets import Sheets
from spriteloom.data.sources.tree import Tree, open_tree
from spriteloom.data.sources.tuxemon import is_tuxemon, tuxemon
from spriteloom.errors import SourceError

PACKAGES = {"pokeapi": POKEAPI, "pokesprite": POKESPRITE, "nouns": NOUNS}
NAMES = (*PACKAGES, "procedural")  # what a name alone brings
# Layouts, each with how its paths are recognised and how it is read; a plain folder is what no other one is.
COLLECTED: dict[str, tuple[Callable[[Sequence[str]], bool], Callable[[Tree], Catalogue]]] = {
    "pokeapi": (is_pokeapi, pokeapi),
    "pokeapi-games": (is_pokeapi_games, pokeapi_games),
    "pokesprite": (is_pokesprite, pokesprite),
    "tuxemon": (is_tuxemon, tuxemon),
    "crawl": (is_crawl, crawl),
    "folder": (lambda _: True, folder),
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

    `spec` is one of `NAMES`, or a folder, or an archive (.zip, .tar, .tgz) whose layout is recognised;
    "tuxemon:PATH", "folder:PATH" and the like take the layout as said. A name goes before a folder of the
    same name ("./nouns"). `n` (how many) and `seed` are for the sources that are made: nouns and procedural.
    `grid` = (width, height) of a cell cuts each picture of a plain folder or archive as a sprite sheet.
    `cache` is where packages are kept.

    Raises SourceError: no such name or path, nothing in it, no network, a damaged archive or metadata.
    """
    if grid is not None and spec in NAMES:
        raise SourceError(f"{spec}: a grid cuts sheets of a plain folder or archive; leave it out here")
    if spec == "procedural":
        from spriteloom.data.procedural import ProceduralSource

        return ProceduralSource(n=PROCEDURAL_COUNT if n is None else n, seed=seed, size=PROCEDURAL_SIZE)
    if spec in PACKAGES:
        layout, tree = spec, open_tree(npm.archive(PACKAGES[spec], cache))
    else:
        layout, place = _place(spec)
        tree = open_tree(place)
    if grid is not None:
        return _sheets(tree, layout, grid)
    return _read(tree, layout or _recognise(tree), n, seed)


def _place(spec: str) -> tuple[str, Path]:
    """(layout or "", path) of a spec that is no name."""
    prefix, colon, rest = spec.partition(":")
    if colon and prefix in LAYOUTS:
        return prefix, Path(rest).expanduser()
    place = Path(spec).expanduser()
    if not place.exists() and len(place.parts) <= 1 and not place.suffix:
        near = get_close_matches(spec, NAMES, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise SourceError(
            f"{spec}: neither a source nor a folder or archive here; sources are {', '.join(NAMES)}{meant}"
        )
    return "", place


def _recognise(tree: Tree) -> str:
    if is_nouns(tree.paths):
        return "nouns"
    return next(layout for layout, (fits, _) in COLLECTED.items() if fits(tree.paths))


def _read(tree: Tree, layout: str, n: int | None, seed: int) -> Source:
    if layout == "nouns":
        return Nouns(tree, NOUNS_COUNT if n is None else n, seed)
    _, read = COLLECTED[layout]
    source = read(tree)
    if not len(source):
        what = "are no pictures" if layout == "folder" else f"is nothing in the layout of {layout}"
        raise SourceError(f"{tree.place}: there {what} in it; name a folder or archive that has some")
    return source


def _sheets(tree: Tree, layout: str, grid: tuple[int, int]) -> Source:
    if layout not in ("", "folder"):
        raise SourceError(f"{tree.place}: a grid cuts sheets in a plain folder or archive, not {layout}")
    if min(grid) < 1:
        raise SourceError(f"a grid of {grid[0]}×{grid[1]}: cells are at least 1×1 pixels")
    named = frozenset(path for path, fields in read_metadata(tree).items() if "species" in fields)
    return Sheets(_read(tree, "folder", None, 0), grid, named)
