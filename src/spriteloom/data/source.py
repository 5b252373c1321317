"""What a source is: a stream of picture files with what is known of each. Knows no pixels, no preprocessing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Item:
    """One picture file of a source, not yet decoded.

    `species` is the key that splits go by: all forms, colors, views and frames of a creature share it.
    Unknown facts are empty. `data` is the file's bytes, whatever the format.
    """

    path: str  # inside the source, "/"-separated; unique there
    data: bytes
    species: str
    types: tuple[str, ...] = ()
    shape: str = ""
    color: str = ""
    view: str = ""  # "front", "back", "icon", ...
    form: str = ""  # "" is the ordinary form; "female", "attack", ...
    shiny: bool = False
    canvas: int = 0  # side of the square the game draws it on, where the file is cropped closer; 0: unknown
    text: str = ""  # a description in words, where the source has one


class Source(Protocol):
    """A named, countable, repeatable stream of items: the same order every time."""

    @property
    def name(self) -> str: ...

    @property
    def licence(self) -> str:
        """One line: whose art this is and under what terms."""
        ...

    def __len__(self) -> int:
        """How many items there are (known without decoding any)."""
        ...

    def items(self) -> Iterator[Item]:
        """All items, one at a time; holds no more than one file in memory."""
        ...
