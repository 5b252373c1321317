"""Whether a codec's ONNX files give, in another runtime, the library's own codes and bytes. Knows no run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.errors import SourceError
from spriteloom.export.onnx_codec import INSTALL, export_onnx

GROUP = 64  # pictures that a session gets at once

Arrays = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class OnnxRow:
    """One file on `n` pictures: of so many `values`, codes or bytes, how many differ; seconds of both."""

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
    with TemporaryDirectory() as room:
        return [_row(path, *ours[path.stem]) for path in export_onnx(codec, Path(room))]


def _row(path: Path, name: str, given: Arrays, function: Callable[[Arrays], Arrays]) -> OnnxRow:
    session = _session(path)
    parts = [given[i : i + GROUP] for i in range(0, len(given), GROUP)]
    began = time.perf_counter()
    theirs = np.concatenate([session.run(None, {name: part})[0] for part in parts])
    between = time.perf_counter()
    ours = np.concatenate([function(part) for part in parts])
    ended = time.perf_counter()
    return OnnxRow(
        file=path.name,
        n=len(given),
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
