"""Write a codec as ONNX files: the decoder is a Gather, the encoders are MatMul and ArgMin.

    decoder.onnx           codes int64 (b, gh, gw) → rgb uint8 (b, gh·m, gw·m, 3)
    encoder-nearest.onnx   rgb uint8 (b, h, w, 3) → codes int64 (b, h/m, w/m), the nearest patch of the table
    encoder.onnx           the same with the network's encoder, if the codec has one

b, h and w are free; h and w must be multiples of m. The sums of the nearest search are whole numbers below 2²⁴,
which float32 holds exactly; the network computes in float64. Of two codes equally near, the lower one is taken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.patches import raster, z_order
from spriteloom.errors import RunError, SourceError
from spriteloom.nn import patchwise
from spriteloom.pixels.disk import make_folder, write_bytes

OPSET, IR = 17, 8
INSTALL = "pip install 'spriteloom[onnx]'"


def export_onnx(codec: Codec, out: Path) -> list[Path]:
    """Write the files into a folder, each atomically. Raises SourceError without the extra `onnx`, or RunError."""
    models = {"decoder": decoder(codec), "encoder-nearest": nearest_encoder(codec)}
    if codec.network is not None:
        models["encoder"] = network_encoder(codec)
    make_folder(out, RunError)
    paths = []
    for name, model in models.items():
        paths.append(out / f"{name}.onnx")
        write_bytes(paths[-1], model.SerializeToString(), RunError)
    return paths


def decoder(codec: Codec) -> Any:
    """The model that looks patches up by code and puts their pixels in place."""
    graph = _Graph("decoder", codec)
    table = raster(codec.table, codec.m).reshape(codec.k, -1)
    rows = graph.add("Gather", graph.constant(table), "codes", axis=0)  # (b, gh, gw, m²·3)
    grid = graph.add("Transpose", graph.cast(rows, np.float32), perm=[0, 3, 1, 2])
    image = graph.add("DepthToSpace", grid, blocksize=codec.m, mode="DCR")
    graph.finish(graph.cast(graph.add("Transpose", image, perm=[0, 2, 3, 1]), np.uint8), "rgb")
    return graph.model({"codes": (np.int64, ["b", "gh", "gw"])}, {"rgb": (np.uint8, ["b", "h", "w", 3])})


def nearest_encoder(codec: Codec) -> Any:
    """The model that finds the patch t of the table nearest to each patch x: the least |t|² − 2·x·t."""
    graph = _Graph("encoder_nearest", codec)
    table = raster(codec.table, codec.m).reshape(codec.k, -1).astype(np.float32)
    patches = graph.patches(np.float32)
    score = graph.add("MatMul", patches, graph.constant(-2 * table.T))
    score = graph.add("Add", score, graph.constant(np.square(table).sum(1)))
    return graph.encoder(score)


def network_encoder(codec: Codec) -> Any:
    """The model of the encoder's convolutions, as products over patches, and the nearest embedding."""
    assert codec.network is not None
    graph = _Graph("encoder", codec)
    pixels = codec.m**2
    in_order = np.array([(y * codec.m + x) * 3 + c for y, x in z_order(codec.m) for c in range(3)])
    x = graph.add("Gather", graph.patches(np.float64), graph.constant(in_order), axis=3)
    x = graph.add("Div", x, graph.constant(np.array(255.0)))
    positions, channels = pixels, 3
    for weight, bias, relu in _products(codec.network.model.encoder):
        positions //= weight.shape[0] // channels  # a product joins neighboring positions
        channels = weight.shape[1]
        shape = np.array([0, 0, 0, positions, weight.shape[0]])
        x = graph.add("Reshape", x, graph.constant(shape))
        x = graph.add("Add", graph.add("MatMul", x, graph.constant(weight)), graph.constant(bias))
        x = graph.add("Relu", x) if relu else x
    x = graph.add("Reshape", x, graph.constant(np.array([0, 0, 0, channels])))
    codebook = codec.network.model.quantizer.codebook.detach().double().numpy()
    score = graph.add("MatMul", x, graph.constant(np.ascontiguousarray(-2 * codebook.T)))
    return graph.encoder(graph.add("Add", score, graph.constant(np.square(codebook).sum(1))))


@torch.no_grad()
def _products(encoder: nn.Module) -> list[tuple[NDArray[np.float64], NDArray[np.float64], bool]]:
    """Each convolution as (weight (in, out), bias (out,), ReLU follows), measured on zeros and unit vectors."""
    stages = encoder if isinstance(encoder, nn.Sequential) else nn.Sequential(encoder)
    products = []
    for stage in stages:
        parts = list(stage) if isinstance(stage, nn.Sequential) else [stage]
        relu = isinstance(parts[-1], nn.ReLU)
        linear = nn.Sequential(*(part for part in parts if not isinstance(part, nn.ReLU))).eval()
        conv = parts[0]
        assert isinstance(conv, nn.Conv2d)
        area, c = conv.kernel_size[0] * conv.kernel_size[1], conv.in_channels
        units = torch.eye(area * c, dtype=torch.float64).reshape(-1, area, c)
        bias = patchwise.run(linear, torch.zeros(1, area, c, dtype=torch.float64))[0, 0]
        rows = patchwise.run(linear, units)[:, 0] - bias
        products.append((rows.numpy(), bias.numpy(), relu))
    return products


class _Graph:
    """Builds a graph node by node; values are named by their number."""

    def __init__(self, name: str, codec: Codec) -> None:
        try:
            import onnx
        except ImportError:
            raise SourceError(f"ONNX files need a package that is not installed: {INSTALL}") from None
        self._onnx, self._name, self._m = onnx, name, codec.m
        self._metadata = {"m": str(codec.m), "k": str(codec.k), "fingerprint": codec.fingerprint}
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, values: NDArray[Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def cast(self, value: str, to: type) -> str:
        return self.add("Cast", value, to=self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(to)))

    def patches(self, to: type) -> str:
        """rgb (b, h, w, 3) → (b, gh, gw, m²·3), the pixels of each patch row by row."""
        image = self.add("Transpose", self.cast("rgb", to), perm=[0, 3, 1, 2])
        grid = self.add("SpaceToDepth", image, blocksize=self._m)
        return self.add("Transpose", grid, perm=[0, 2, 3, 1])

    def encoder(self, score: str) -> Any:
        """The model whose codes have the least of the scores (b, gh, gw, k)."""
        self.finish(self.add("ArgMin", score, axis=3, keepdims=0, select_last_index=0), "codes")
        return self.model({"rgb": (np.uint8, ["b", "h", "w", 3])}, {"codes": (np.int64, ["b", "gh", "gw"])})

    def finish(self, value: str, name: str) -> None:
        self._nodes.append(self._onnx.helper.make_node("Identity", [value], [name]))

    def model(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> Any:
        helper = self._onnx.helper

        def typed(values: dict[str, Any]) -> list[Any]:
            return [
                helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)
                for name, (kind, shape) in values.items()
            ]

        ends = (typed(inputs), typed(outputs))
        graph = helper.make_graph(self._nodes, self._name, *ends, initializer=self._constants)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, producer_name="spriteloom")
        model.ir_version = IR
        helper.set_model_props(model, self._metadata)
        self._onnx.checker.check_model(model)
        return model
