"""Recolor sprites like their shiny forms by every method, and compare with the forms that artists drew.

    python benchmarks/shinies.py [--data SET.parquet] [--json]

Settings and methods are described in `spriteloom/editing/shinies.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common import SEED_HELP, options, pictures, run, show
from spriteloom.cli.printing import say
from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.editing.shinies import Pairs, color_codec, creature_pairs, pairs_in, score_shinies

CREATURES = 64  # pairs that are drawn where no set is named


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument(
        "--data", type=Path, help="a set prepared with --preprocessing pixel (default: procedural creatures)"
    )
    parser.add_argument("--split", default="test", help="the species to measure on (default test)")
    parser.add_argument("--seed", type=int, default=0, help=SEED_HELP)
    given = parser.parse_args(words)
    pairs, codec = material(given.data, given.split, given.seed)
    say(f"{len(pairs.pairs)} pairs; {pairs.differing} more differ in shape and are left out")
    scores = score_shinies(pairs.pairs, codec, seed=given.seed)
    title = f"{scores[0].n} pairs of {scores[0].species} species"
    show(title, [score.to_json() for score in scores], as_json=given.json)


def material(data: Path | None, split: str, seed: int) -> tuple[Pairs, Codec]:
    """The pairs to measure on, and the codec of colors that the paper's method needs."""
    if data is None:
        return creature_pairs(CREATURES, seed=seed), color_codec([pictures(CREATURES, seed + 1)], seed=seed)
    prepared = SpriteSet.open(data)
    train = (batch.rgb for batch in prepared.without_noise().pictures("train"))
    return pairs_in(prepared, split), color_codec(train, seed=seed)


if __name__ == "__main__":
    run(main)
