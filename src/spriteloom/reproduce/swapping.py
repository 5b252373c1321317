"""Table 6: sprites recolored like their shiny forms, beside what the artists drew. Trains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.editing.shinies import (
    BACK,
    Pair,
    color_codec,
    creature_pairs,
    pairs_in,
    recolored,
    score_shinies,
)
from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.results import Swap

CREATURES = 24  # procedural ones, where the source is those
SHOWN = 8  # pairs on the page


@dataclass(frozen=True, eq=False)
class Swaps:
    """The test species of a set of exact sprites, each beside its shiny form."""

    exact: SpriteSet
    seed: int

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Drawn anew where the source is our own, whose sets keep no shiny forms."""
        made = self.exact.info["source"]["name"] == "procedural"
        return (creature_pairs(CREATURES, seed=self.seed) if made else pairs_in(self.exact)).pairs

    @cached_property
    def codec(self) -> Codec:
        """The codec of the paper's own method."""
        return color_codec((some.rgb for some in self.exact.pictures("train")), seed=self.seed)

    def rows(self) -> list[dict[str, Any]]:
        """Of `score_shinies`, as plain values."""
        return [score.to_json() for score in score_shinies(self.pairs, self.codec, seed=self.seed)]

    def plates(self) -> dict[str, Bytes]:
        """Sprite, shiny form, and what each method makes of the one that has seen the other from behind."""
        from_behind = [pair for pair in self.pairs if BACK in pair.references]
        shown = from_behind[:: max(1, len(from_behind) // SHOWN)][:SHOWN]
        if not shown:
            return {}
        rows = {
            "sprite": [pair.ordinary.pixels for pair in shown],
            "shiny": [pair.shiny.pixels for pair in shown],
            "shiny from behind": [pair.references[BACK].pixels for pair in shown],
            **recolored(shown, self.codec, BACK),
        }
        return {label: np.stack(pictures) for label, pictures in rows.items() if label != "none"}


def swap(row: dict[str, Any]) -> Swap:
    """A row as the results have it."""
    interval = {name: (low, high) for name, (low, high) in row["interval"].items()}
    return Swap(
        **{key: row[key] for key in ("method", "setting", "exact", "near", "error", "n")}, interval=interval
    )
