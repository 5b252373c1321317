"""Any tree of pictures as a source: labels from metadata where there is some, else from file names.

Without metadata, words at the end of a file's name are labels, so are folders named by such a word, and the
rest of the name is its species: `slime-back_02.png`, `slime-shiny.png` and `shiny/slime.png` are of "slime".
Where nothing is left of the name (`slime/front.png`, `slime/0001.png`) the folder names the species. So
frames, views and colorings of a creature stay together when species are split.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from spriteloom.data.source import Item
from spriteloom.data.sources.catalogue import Catalogue, is_picture
from spriteloom.data.sources.metadata import read_metadata
from spriteloom.data.sources.tree import Tree

LICENCE_FILE = "LICENCE.txt"  # its first line is the source's licence; `fetch` writes it
UNKNOWN_LICENCE = "not known: that of the files you named"

ARCHIVE = re.compile(r"\.(?:zip|tgz|tar(?:\.\w+)?)$", re.IGNORECASE)
SUFFIX = re.compile(r"(?:^|[-_ .])(?:(?P<word>[a-z]+)[-_ ]?\d*|f?\d+)$", re.IGNORECASE)
LABELS: dict[str, dict[str, Any]] = {
    "front": {"view": "front"},
    "back": {"view": "back"},
    "icon": {"view": "icon"},
    "menu": {"view": "icon"},
    "shiny": {"shiny": True},
    "female": {"form": "female"},
    "male": {},
    "frame": {},
}


def folder(tree: Tree) -> Catalogue:
    """Every picture below, hidden files left out. Raises SourceError where metadata does not fit."""
    given = read_metadata(tree)
    pictures = [path for path in tree.paths if is_picture(path)]
    name = ARCHIVE.sub("", tree.place.resolve().name)
    labels = {path: replace(label(path, alone=name), **given.get(path, {})) for path in pictures}
    return Catalogue(name=name, licence=_licence(tree), tree=tree, labels=labels)


def label(path: str, alone: str = "") -> Item:
    """What a path says by itself. `alone` is the species of a file in no folder whose name is only labels."""
    file = PurePosixPath(path)
    folders = [part for part in file.parent.parts if part.lower() not in LABELS]
    fields = {key: value for part in file.parent.parts for key, value in LABELS.get(part.lower(), {}).items()}
    rest = file.stem
    while (match := SUFFIX.search(rest)) and (match["word"] is None or match["word"].lower() in LABELS):
        fields |= LABELS.get((match["word"] or "").lower(), {})
        rest = rest[: match.start()]
    if not rest:
        rest = folders[-1] if folders else file.stem if file.stem.isdecimal() else alone
    return Item(path=path, data=b"", species=rest or file.stem, **fields)


def _licence(tree: Tree) -> str:
    for _, data in tree.read([path for path in tree.paths if path == LICENCE_FILE]):
        if first := data.decode("utf-8", "replace").strip().partition("\n")[0]:
            return first.strip()
    return UNKNOWN_LICENCE
