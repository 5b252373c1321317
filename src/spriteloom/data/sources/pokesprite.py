"""Box icons of eight generations, 68×56, from the npm package of pokesprite or a checkout of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from spriteloom.data import facts
from spriteloom.data.source import Item
from spriteloom.data.sources.catalogue import Catalogue
from spriteloom.data.sources.packages import Package
from spriteloom.data.sources.tree import Tree
from spriteloom.errors import SourceError

PACKAGE = Package(
    name="pokesprite-images",
    version="2.7.0",
    size=5_861_710,
    integrity="sha512-LQuzyaEDl4ow75fPzrVuJB0cIRmxVq4XBecDFajA0WrZI1xHCmXn5OSBul44D+24tA1kMT7GSROmct5FRg8dtQ==",
)
LICENCE = (
    "© The Pokémon Company, as collected by pokesprite; for study on your own machine, not to be passed on"
)

# The eighth generation's folder holds the icons of all before it too.
ICON = re.compile(
    r"(?:^|/)pokemon-gen8/(?P<path>(?P<coloring>regular|shiny)/(?P<female>female/)?(?P<stem>[^/]+)\.png)$"
)
FORMS = {("darmanitan", "galar"): "galar-standard"}  # where the facts have another name for it
DEX = re.compile(r"(?:^|/)data/pokemon\.json$")


def is_pokesprite(paths: Sequence[str]) -> bool:
    return any(map(ICON.search, paths)) and any(map(DEX.search, paths))


def pokesprite(tree: Tree) -> Catalogue:
    """Every icon, by species and form as the package's own dex has them."""
    stems = _stems(tree)
    found = {path: match for path in tree.paths if (match := ICON.search(path))}
    labels = {
        path: _label(match, *stems.get(match["stem"], ("", match["stem"], "")))
        for path, match in found.items()
    }
    return Catalogue(name="pokesprite", licence=LICENCE, tree=tree, labels=labels)


def _stems(tree: Tree) -> dict[str, tuple[str, str, str]]:
    """File stem -> (dex number, slug, form): "mr-mime" by itself might be the form "mime" of "mr"."""
    where = [path for path in tree.paths if DEX.search(path)]
    try:
        dex: dict[str, Any] = json.loads(next(data for _, data in tree.read(where)))
        return {
            entry["slug"]["eng"] + ("" if form == "$" else f"-{form}"): (
                number,
                entry["slug"]["eng"],
                form.strip("$"),
            )
            for number, entry in dex.items()
            for form in entry.get("gen-8", {}).get("forms", {})
        }
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise SourceError(
            f"{tree.place}: data/pokemon.json is not pokesprite's list of species ({error!r})"
        ) from error


def _label(match: re.Match[str], number: str, slug: str, form: str) -> Item:
    known = facts.species(number, FORMS.get((slug, form), form))
    return Item(
        path=match["path"],
        data=b"",
        species=known.name if known else slug,
        types=known.types if known else (),
        shape=known.shape if known else "",
        color=known.color if known else "",
        view="icon",
        form="-".join(filter(None, (form, "female" if match["female"] else ""))),
        shiny=match["coloring"] == "shiny",
    )
