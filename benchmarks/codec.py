"""Time every path of a codec: the network's convolutions, compiled tables, nearest patch, a plain copy.

    python benchmarks/codec.py [--model RUN …] [--data SET.parquet] [-n 64] [--json]

Rows are {path, stage, model, mpx_per_s, ratio}; `spriteloom/evaluation/speed.py` describes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common import networks, options, pictures, positive, run, show
from spriteloom.codecs.codec import PatchNetwork
from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError
from spriteloom.evaluation.speed import time_codecs
from spriteloom.models.capabilities import HasCodec, need
from spriteloom.models.load import load


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument(
        "--model",
        nargs="+",
        metavar="RUN",
        help="run folders of codecs (default: the three presets, untrained)",
    )
    parser.add_argument("--data", type=Path, help="a prepared set (default: procedural creatures)")
    parser.add_argument("-n", type=positive, default=64, help="number of pictures (default 64)")
    given = parser.parse_args(words)
    rgb = (
        SpriteSet.open(given.data).all_pictures("test", limit=given.n).rgb
        if given.data
        else pictures(given.n)
    )
    chosen = {name: network_of(name) for name in given.model} if given.model else networks()
    rows = [timing.to_json() for timing in time_codecs(chosen, rgb)]
    show(f"{len(rgb)} pictures of {rgb.shape[1]}×{rgb.shape[2]}", rows, as_json=given.json)


def network_of(name: str) -> PatchNetwork:
    """The network of a codec's run. Raises RunError for a codec without one."""
    network = need(load(name, "cpu"), HasCodec).codec.network
    if network is None:
        raise RunError(f"{name} is a table without a network: there is nothing to compare it with")
    return network


if __name__ == "__main__":
    run(main)
