"""ONNX files give the library's own codes and bytes, in another runtime."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from run_kit import narrow, narrow_kmeans, small_set, trained
from spriteloom.export.onnx_codec import export_onnx
from spriteloom.models.load import load


def run(path, **inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


@pytest.mark.parametrize("size", ["lowres", "medres", "hires"])
def test_codes_and_bytes_are_the_librarys(size, tmp_path):
    preprocessing = narrow(size)
    codec = load(trained(tmp_path / "run", preprocessing, steps=2)).codec
    decoder, nearest, network = export_onnx(codec, tmp_path / "onnx")
    rgb = small_set().all_pictures("train").rgb
    own = codec.encode_rgb(rgb)
    assert np.array_equal(run(network, rgb=rgb), own)
    assert np.array_equal(run(nearest, rgb=rgb), codec.compile().encode_nearest(rgb))
    assert np.array_equal(run(decoder, codes=own.astype(np.int64)), codec.decode_rgb(own))


def test_a_codec_without_a_network_has_two_files(tmp_path):
    codec = load(trained(tmp_path / "run", narrow_kmeans(), steps=1)).codec
    assert [path.name for path in export_onnx(codec, tmp_path / "onnx")] == [
        "decoder.onnx",
        "encoder-nearest.onnx",
    ]
    wide = np.zeros((1, 8, 20, 3), np.uint8)
    assert run(tmp_path / "onnx" / "encoder-nearest.onnx", rgb=wide).shape == (1, 4, 10)
