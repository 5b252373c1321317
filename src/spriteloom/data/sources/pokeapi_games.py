"""The still sprites of generations iv to vii, from a checkout of PokeAPI's sprites: the second paper's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spriteloom.data.sources.catalogue import Catalogue
from spriteloom.data.sources.pokeapi import LICENCE, labelled
from spriteloom.data.sources.tree import Tree

# generation-iv/platinum/back/shiny/25.png; the icons of generation vii are no sprites of this style.
STILL = re.compile(
    r"(?:^|/)versions/(?P<path>generation-(?:iv|v|vi|vii)/(?!icons/)[^/]+/"
    r"(?P<folders>(?:(?:back|shiny|female)/)*)(?P<number>\d+)(?:-(?P<form>[^/]+))?\.png)$"
)


def is_pokeapi_games(paths: Sequence[str]) -> bool:
    return any(map(STILL.search, paths))


def pokeapi_games(tree: Tree) -> Catalogue:
    """Every species, form, sex, side and coloring of every game, by its file's name.

    A file that cannot be read stops nothing: it is passed over when a set is prepared, and reported.
    """
    found = {path: match for path in tree.paths if (match := STILL.search(path))}
    labels = {
        path: labelled(match["path"], match["folders"], match["number"], match["form"])
        for path, match in found.items()
    }
    return Catalogue(name="pokeapi-games", licence=LICENCE, tree=tree, labels=labels)
