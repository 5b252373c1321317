"""Sprites of open games, from a checkout or an archive of one: Tuxemon's monsters, Dungeon Crawl's tiles."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from spriteloom.data.source import Item
from spriteloom.data.sources.folder import TreeSource, common_folder, matching_paths
from spriteloom.data.sources.tree import Tree

TUXEMON_LICENCE = "Tuxemon's contributors, mostly CC BY-SA 4.0: see ATTRIBUTIONS.md in Tuxemon"
TUXEMON_PICTURE = re.compile(
    r"(?:^|/)gfx/sprites/battle/(?P<path>(?P<slug>[^/]+)-(?P<view>front|back|menu)\d*\.png)$"
)
TUXEMON_MONSTER = re.compile(r"(?:^|/)db/monster/[^/]+\.json$")
TUXEMON_ENGLISH = re.compile(r"(?:^|/)l18n/en_US/LC_MESSAGES/base\.po$")
ESCAPES = {"n": "\n", "t": "\t"}
PO_LINE = re.compile(r'^(?:(?P<key>msgid|msgstr)\s+)?"(?P<text>(?:[^"\\]|\\.)*)"\s*$')

CRAWL_LICENCE = "Dungeon Crawl Stone Soup's tile artists, CC0: in the public domain"
CRAWL_FOLDERS = frozenset({"mon", "dngn", "item"})  # Crawl's tiles have all of these folders
CRAWL_TILE = re.compile(
    r"(?P<root>(?:.*?/)??)(?P<folder>dngn|effect|gui|item|misc|mon|player|UNUSED)/(?:.+/)?[^/]+\.png$"
)
FOLDER_WORDS = {"mon": "monster", "dngn": "dungeon", "gui": "interface"}
TILE_NUMBER = re.compile(r"(?<=\D)[-_]?\d+$")  # "orb5", "jackal_2"


def tuxemon(tree: Tree) -> TreeSource:
    """Front, back and two icons of each monster, with types, shape and text. A damaged monster file gives
    pictures without labels.
    """
    monsters: dict[str, Any] = {}
    texts: dict[str, str] = {}
    tables = matching_paths(tree.paths, TUXEMON_MONSTER) | matching_paths(tree.paths, TUXEMON_ENGLISH)
    for path, data in tree.read(tables):
        if TUXEMON_ENGLISH.search(path):
            texts = parse_messages(data.decode("utf-8", "replace"))
        else:
            monsters |= _monster(data)
    labels = {
        path: _tuxemon_item(match, monsters.get(match["slug"], {}), texts)
        for path, match in matching_paths(tree.paths, TUXEMON_PICTURE).items()
    }
    return TreeSource(name="tuxemon", licence=TUXEMON_LICENCE, tree=tree, labels=labels)


def parse_messages(po: str) -> dict[str, str]:
    """The translations in a gettext .po file: msgid → msgstr, the lines of each joined."""
    messages: dict[str, str] = {}
    key, parts = "", {"msgid": "", "msgstr": ""}
    for line in [*po.splitlines(), 'msgid ""']:
        if not (match := PO_LINE.match(line)):
            continue
        if match["key"] == "msgid":
            messages[parts["msgid"]] = parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        key = match["key"] or key
        if key:
            parts[key] += re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), match["text"])
    return messages


def _monster(data: bytes) -> dict[str, Any]:
    try:
        monster = json.loads(data)
        return {monster["slug"]: monster}
    except (ValueError, KeyError, TypeError):
        return {}


def _tuxemon_item(match: re.Match[str], monster: dict[str, Any], texts: dict[str, str]) -> Item:
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


def crawl(tree: Tree) -> TreeSource:
    """Every tile below a folder that holds monsters, dungeon and items; labels come from paths."""
    roots = crawl_roots(tree.paths)
    tiles = [path for path in tree.paths if (match := CRAWL_TILE.match(path)) and match["root"] in roots]
    root = roots.pop() if len(roots) == 1 else common_folder(tiles)
    labels = {path: _crawl_item(path.removeprefix(root)) for path in tiles}
    return TreeSource(name="crawl", licence=CRAWL_LICENCE, tree=tree, labels=labels)


def crawl_roots(paths: Sequence[str]) -> set[str]:
    """The folders that hold monsters, dungeon and items."""
    folders: dict[str, set[str]] = {}
    for path in paths:
        if match := CRAWL_TILE.match(path):
            folders.setdefault(match["root"], set()).add(match["folder"])
    return {root for root, names in folders.items() if names >= CRAWL_FOLDERS}


def _crawl_item(path: str) -> Item:
    species = TILE_NUMBER.sub("", PurePosixPath(path).stem)
    folders = [FOLDER_WORDS.get(part, part) for part in PurePosixPath(path).parent.parts]
    words = re.split(r"[-_\W]+", " ".join([*folders, species]))
    return Item(path=path, data=b"", species=species, text=" ".join(filter(None, words)))
