"""Compare a codec's ONNX files in onnxruntime with the library: codes and bytes that differ, seconds of both.

    python benchmarks/onnx_files.py --model RUN --data SET.parquet [-n 1000] [--json]

Needs the extra `onnx`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import options, positive, run, show
from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.errors import SourceError
from spriteloom.export.onnx_codec import INSTALL, export_onnx
from spriteloom.models.capabilities import HasCodec, need
from spriteloom.models.load import load

GROUP = 64  # pictures that a session gets at once

Arrays = NDArray[Any]


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--model", metavar="RUN", required=True, help="the run of a codec")
    parser.add_argument("--data", type=Path, required=True, help="a prepared set")
    parser.add_argument("-n", type=positive, default=1_000, help="number of pictures (default 1000)")
    parser.add_argument("--split", default="test", help="the split to measure on (default test)")
    given = parser.parse_args(words)
    codec = need(load(given.model, "cpu"), HasCodec).codec
    rows = bench_onnx(codec, SpriteSet.open(given.data).all_pictures(given.split, limit=given.n).rgb)
    show("ONNX beside the library", [row.to_json() for row in rows], as_json=given.json)


@dataclass(frozen=True, kw_only=True)
class OnnxRow:
    """One file on `n` pictures: how many `values`, codes or bytes, it gives, and how many are `different`."""

    file: str
    n: int
    values: int
    different: int
    seconds: float
    seconds_ours: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def bench_onnx(codec: Codec, rgb: Arrays) -> list[OnnxRow]:
    """Every file of the codec on pictures (n, h, w, 3). Raises SourceError without the extra `onnx`."""
    codes = codec.encode_rgb(rgb)
    ours: dict[str, tuple[str, Arrays, Callable[[Arrays], Arrays]]] = {
        "decoder": ("codes", codes.astype(np.int64), codec.decode_rgb),
        "encoder-nearest": ("rgb", rgb, codec.compile().encode_nearest),
        "encoder": ("rgb", rgb, codec.encode_rgb),
    }
    with TemporaryDirectory() as folder:
        return [_row(path, *ours[path.stem]) for path in export_onnx(codec, Path(folder))]


def _row(path: Path, name: str, inputs: Arrays, function: Callable[[Arrays], Arrays]) -> OnnxRow:
    session = _session(path)
    parts = [inputs[i : i + GROUP] for i in range(0, len(inputs), GROUP)]
    began = time.perf_counter()
    theirs = np.concatenate([session.run(None, {name: part})[0] for part in parts])
    between = time.perf_counter()
    ours = np.concatenate([function(part) for part in parts])
    ended = time.perf_counter()
    return OnnxRow(
        file=path.name,
        n=len(inputs),
        values=ours.size,
        different=int((theirs != ours).sum()),
        seconds=between - began,
        seconds_ours=ended - between,
    )


def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise SourceError(f"comparing ONNX files needs onnxruntime: {INSTALL}") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    run(main)
