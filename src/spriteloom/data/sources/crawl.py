"""The tiles of Dungeon Crawl Stone Soup, from a checkout or an archive of one. Labels come from paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from spriteloom.data.source import Item
from spriteloom.data.sources.catalogue import Catalogue, common_folder
from spriteloom.data.sources.tree import Tree

LICENCE = "Dungeon Crawl Stone Soup's tile artists, CC0: in the public domain"
ROOMS = frozenset({"mon", "dngn", "item"})  # the folders that tell tiles of Crawl from other pictures
TILE = re.compile(
    r"(?P<root>(?:.*?/)??)(?P<room>dngn|effect|gui|item|misc|mon|player|UNUSED)/(?:.+/)?[^/]+\.png$"
)
WORDS = {"mon": "monster", "dngn": "dungeon", "gui": "interface"}
NUMBER = re.compile(r"(?<=\D)[-_]?\d+$")  # "orb5", "jackal_2"


def is_crawl(paths: Sequence[str]) -> bool:
    return bool(_roots(paths))


def crawl(tree: Tree) -> Catalogue:
    """Every tile below a folder that has monsters, dungeon and items in it."""
    roots = _roots(tree.paths)
    tiles = [path for path in tree.paths if (match := TILE.match(path)) and match["root"] in roots]
    above = roots.pop() if len(roots) == 1 else common_folder(tiles)
    labels = {path: _label(path.removeprefix(above)) for path in tiles}
    return Catalogue(name="crawl", licence=LICENCE, tree=tree, labels=labels)


def _roots(paths: Sequence[str]) -> set[str]:
    rooms: dict[str, set[str]] = {}
    for path in paths:
        if match := TILE.match(path):
            rooms.setdefault(match["root"], set()).add(match["room"])
    return {root for root, found in rooms.items() if found >= ROOMS}


def _label(path: str) -> Item:
    species = NUMBER.sub("", PurePosixPath(path).stem)
    folders = [WORDS.get(part, part) for part in PurePosixPath(path).parent.parts]
    words = re.split(r"[-_\W]+", " ".join([*folders, species]))
    return Item(path=path, data=b"", species=species, text=" ".join(filter(None, words)))
