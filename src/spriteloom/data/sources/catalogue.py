"""`Catalogue`: a source made of a tree and what is known of its pictures. Knows no layout of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from spriteloom.data.source import Item
from spriteloom.data.sources.tree import Tree

PICTURES = frozenset({".png", ".apng", ".gif", ".webp", ".bmp", ".jpg", ".jpeg", ".aseprite", ".ase"})


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The pictures of `tree` named in `labels`, in the tree's order.

    `labels` maps a path of the tree to its item without bytes. A file that cannot be read comes as an item
    with b"", which no decoder takes: so it gets its line in an audit and stops nothing.
    """

    name: str
    licence: str
    tree: Tree
    labels: Mapping[str, Item]

    def __len__(self) -> int:
        return len(self.labels)

    def items(self) -> Iterator[Item]:
        for path, data in self.tree.read(self.labels):
            yield replace(self.labels[path], data=data)


def is_picture(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in PICTURES


def common_folder(paths: Collection[str]) -> str:
    """The folder that all of these paths are in, "" or ending in "/"."""
    if not paths:
        return ""
    first, last = (PurePosixPath(path).parent.parts for path in (min(paths), max(paths)))
    shared = [a for a, b in zip(first, last, strict=False) if a == b]
    return "".join(f"{part}/" for part in shared)
