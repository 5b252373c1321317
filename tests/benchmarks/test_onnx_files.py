"""What ONNX files say otherwise than the library is counted."""

from __future__ import annotations

import pytest

import onnx_files
from onnx_files import bench_onnx
from run_kit import narrow, small_set, trained
from spriteloom.models.load import load


@pytest.fixture(scope="module")
def codec(tmp_path_factory):
    return load(trained(tmp_path_factory.mktemp("runs") / "run", narrow(), steps=2)).codec


def test_nothing_differs(codec):
    rows = bench_onnx(codec, small_set().all_pictures("test", limit=3).rgb)
    assert [row.file for row in rows] == ["decoder.onnx", "encoder-nearest.onnx", "encoder.onnx"]
    assert all(row.different == 0 and row.n == 3 and row.values > 100 for row in rows)


def test_what_differs_is_counted(codec, monkeypatch):
    class Wrong:
        def run(self, _, given):
            ((name, values),) = given.items()
            found = codec.decode_rgb(values) if name == "codes" else codec.encode_rgb(values)
            found = found.copy()
            found[0, 0, 0] += 1
            return [found]

    monkeypatch.setattr(onnx_files, "_session", lambda path: Wrong())  # noqa: ARG005
    rows = bench_onnx(codec, small_set().all_pictures("test", limit=3).rgb)
    assert rows[0].different == 3 and rows[2].different == 1
