"""Tuxemon's monsters, from a checkout of the game or an archive of one: pictures, types, shapes, texts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from spriteloom.data.source import Item
from spriteloom.data.sources.catalogue import Catalogue
from spriteloom.data.sources.tree import Tree

LICENCE = "Tuxemon's contributors, mostly CC BY-SA 4.0: see ATTRIBUTIONS.md in Tuxemon"
PICTURE = re.compile(
    r"(?:^|/)gfx/sprites/battle/(?P<path>(?P<slug>[^/]+)-(?P<view>front|back|menu)\d*\.png)$"
)
MONSTER = re.compile(r"(?:^|/)db/monster/[^/]+\.json$")
ENGLISH = re.compile(r"(?:^|/)l18n/en_US/LC_MESSAGES/base\.po$")
PO_LINE = re.compile(r'^(?:(?P<key>msgid|msgstr)\s+)?"(?P<text>(?:[^"\\]|\\.)*)"\s*$')


def is_tuxemon(paths: Sequence[str]) -> bool:
    return any(map(PICTURE.search, paths)) and any(map(MONSTER.search, paths))


def tuxemon(tree: Tree) -> Catalogue:
    """Front, back and two icons of each monster; one whose own file is damaged has pictures only."""
    monsters: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for path, data in tree.read(
        [path for path in tree.paths if MONSTER.search(path) or ENGLISH.search(path)]
    ):
        if ENGLISH.search(path):
            texts = messages(data.decode("utf-8", "replace"))
        else:
            monsters |= _monster(data)
    found = {path: match for path in tree.paths if (match := PICTURE.search(path))}
    labels = {path: _label(match, monsters.get(match["slug"], {}), texts) for path, match in found.items()}
    return Catalogue(name="tuxemon", licence=LICENCE, tree=tree, labels=labels)


def messages(po: str) -> dict[str, str]:
    """The translations of a gettext .po file: msgid -> msgstr, the lines of each joined."""
    found: dict[str, str] = {}
    key, parts = "", {"msgid": "", "msgstr": ""}
    for line in [*po.splitlines(), 'msgid ""']:
        if not (match := PO_LINE.match(line)):
            continue
        if match["key"] == "msgid":
            found[parts["msgid"]] = parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        key = match["key"] or key
        if key:
            parts[key] += re.sub(
                r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), match["text"]
            )
    return found


def _monster(data: bytes) -> dict[str, Any]:
    try:
        monster = json.loads(data)
        return {monster["slug"]: monster}
    except (ValueError, KeyError, TypeError):
        return {}


def _label(match: re.Match[str], monster: dict[str, Any], texts: dict[str, str]) -> Item:
    slug = match["slug"]
    return Item(
        path=match["path"],
        data=b"",
        species=slug,
        types=tuple(map(str, monster.get("types") or ())),
        shape=str(monster.get("shape") or ""),
        view="icon" if match["view"] == "menu" else match["view"],
        text=" ".join(texts.get(f"{slug}_description", "").split()),
    )
