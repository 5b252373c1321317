"""`JoinedSource`: several sources, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spriteloom.data.source import GENERATED, DerivedSource, Item, Source


@dataclass(frozen=True)
class JoinedSource:
    """The items of several sources, with the source's name before each path. A species may be in several."""

    sources: Sequence[Source]

    @property
    def name(self) -> str:
        return "+".join(source.name for source in self.sources)

    @property
    def licence(self) -> str:
        return "; ".join(f"{source.name}: {source.licence}" for source in self.sources)

    def __len__(self) -> int:
        return sum(len(source) for source in self.sources)

    def items(self) -> Iterator[Item]:
        for source in self.sources:
            for item in source.items():
                yield replace(item, path=f"{source.name}/{item.path}")


@dataclass(frozen=True)
class GeneratedSource(DerivedSource):
    """The items of a source that a program draws, marked as such."""

    def items(self) -> Iterator[Item]:
        return (replace(item, form=GENERATED) for item in self.source.items())
