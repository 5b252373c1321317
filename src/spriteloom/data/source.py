"""`Source`: a stream of picture files with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

GENERATED = "generated"  # the form of pictures that a program drew


@dataclass(frozen=True, kw_only=True)
class Item:
    """One picture file, not decoded; unknown labels are empty. Sets are split by `species`, with all its forms."""

    path: str  # in the source, "/"-separated, unique
    data: bytes  # of the file, in any picture format
    species: str
    types: tuple[str, ...] = ()
    shape: str = ""
    color: str = ""
    view: str = ""  # "front", "back", "icon", ...
    form: str = ""  # "" for the ordinary form; "female", "attack", ...
    shiny: bool = False
    canvas: int = 0  # side of the square on which the game draws it, if the file is cropped; 0: unknown
    text: str = ""  # a description in words


class Source(Protocol):
    """A named stream of items with a known length, in the same order every time."""

    @property
    def name(self) -> str: ...

    @property
    def licence(self) -> str:
        """One line: whose art this is and on what terms."""

    def __len__(self) -> int:
        """The number of items; nothing is decoded."""

    def items(self) -> Iterator[Item]:
        """All items; one file is in memory at a time."""


@dataclass(frozen=True)
class DerivedSource:
    """What a source made of another shares with it; a class adds `items`."""

    source: Source

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def licence(self) -> str:
        return self.source.licence

    def __len__(self) -> int:
        return len(self.source)
