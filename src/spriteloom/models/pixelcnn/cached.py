"""Exact sampling that computes every position once, from cached rows and columns.

Source: Ramachandran et al. 2017, "Fast Generation for Convolutional Autoregressive Models", arXiv:1704.06001.
The vertical stack does not see its own row, so a whole row of it is computed at once, from the cached rows of each
layer, with its input to the horizontal stack. Position by position, only the horizontal stack remains, with three
products a layer, and the output. The values are those of `naive`.

Axes: w columns, n rows of the batch (twice the samples under guidance), features last, so that a shift by columns is
a slice, and a convolution is a sum of a few matrix products.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from spriteloom.models.pixelcnn.choosing import Chooser
from spriteloom.models.pixelcnn.gated import CausalConv, GatedLayer, Shift
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.nn.devices import exact_inference
from spriteloom.priors.draw import Draw
from spriteloom.progress import tracked

_FEW_ROWS = 64  # of a batch that one thread computes


def sample(model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> Tensor:
    """Grids int64 (b, gh, gw) or (b, channels, gh, gw) for conditions float32 (b, c) and as many seeds.

    The same values as `naive.sample`. Raises ImpossibleModel if conditions, seeds and model do not fit together.
    """
    with exact_inference(model):
        chooser = Chooser(model, grid, conditions, draw)
        return fill(model, chooser).squeeze(1)


def fill(model: GatedPixelCNN, chooser: Chooser) -> Tensor:
    """Grids of the chooser's batch: int64 (b, channels, gh, gw)."""
    vertical = _Vertical(model, chooser)
    horizontal = _Horizontal(model, chooser, vertical.links)
    planes = chooser.empty()
    for r in tracked(range(chooser.grid[0]), "sampling"):
        chooser.next_row()
        vertical.compute(planes, r)
        with _threads_for(len(chooser.conditions)):
            _fill_row(model, chooser, horizontal, planes, r)
    return planes


def _fill_row(
    model: GatedPixelCNN, chooser: Chooser, horizontal: _Horizontal, planes: Tensor, r: int
) -> None:
    for c in range(chooser.grid[1]):
        features = horizontal.compute(c)  # (n, width)
        for j, head in enumerate(model.heads.each):
            logits = head(features, planes[:, :j, r, c].repeat(chooser.copies, 1))
            planes[:, j, r, c] = chooser.choose(logits, planes, (j, r, c))
        horizontal.set_left(planes[:, :, r, c])


@contextmanager
def _threads_for(n: int) -> Iterator[None]:
    """One thread for products of few rows: two are faster by a third, but much slower on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if n <= _FEW_ROWS else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _RowCache:
    """The input rows that a vertical convolution still needs: a ring buffer, with zeros to either side."""

    def __init__(self, conv: CausalConv, w: int, like: Tensor) -> None:
        assert conv.bias is not None
        self.bias = conv.bias
        self._w, self._side, self._depth = w, conv.columns[-1], 1 - conv.rows[0]
        self._taps = conv.taps()
        self._rows = like.new_zeros(self._depth, w + 2 * self._side, len(like), conv.in_channels)

    def row(self, r: int) -> Tensor:
        """The buffer of row r: (w, n, c_in)."""
        return self._rows[r % self._depth, self._side : self._side + self._w]

    def add_to(self, out: Tensor, r: int) -> None:
        """Add the convolution at row r, without its bias, to out (w, n, c_out)."""
        flat = out.flatten(0, 1)
        for row, column, matrix in self._taps:
            if r + row >= 0:  # rows above the grid are 0
                start = self._side + column
                inputs = self._rows[(r + row) % self._depth, start : start + self._w]
                flat.addmm_(inputs.flatten(0, 1), matrix)


class _Vertical:
    """The vertical stack, a row at a time; `links` (w, n, 2·width) of each layer go to the horizontal stack."""

    def __init__(self, model: GatedPixelCNN, chooser: Chooser) -> None:
        w, conditions = chooser.grid[1], chooser.conditions
        self._inputs, self._copies = model.inputs, chooser.copies
        self._values = _RowCache(model.vertical, w, conditions)
        self._caches = [_RowCache(layer.vertical, w, conditions) for layer in model.stack]
        self._joins = [_matrix(layer.link) for layer in model.stack]
        shifts = model.shifts(conditions)
        self._biases = [_plus(cache.bias, v) for cache, (v, _) in zip(self._caches, shifts, strict=True)]
        self._link_biases = [
            _plus(_bias(layer.link) + _bias(layer.horizontal), h)
            for layer, (_, h) in zip(model.stack, shifts, strict=True)
        ]
        new = conditions.new_empty
        self._features = new(w, len(conditions), 2 * model.config.width)
        self.links = [new(self._features.shape) for _ in model.stack]

    def compute(self, planes: Tensor, r: int) -> None:
        """Compute row r of all layers, from planes (b, channels, gh, gw) whose rows above are drawn."""
        if r:
            above = self._inputs(planes[:, :, r - 1], self._features.dtype)  # (b, c_in, w)
            self._values.row(r - 1).copy_(above.repeat(self._copies, 1, 1).permute(2, 0, 1))
        first = self._caches[0].row(r)
        self._values.add_to(first.copy_(self._values.bias), r)
        for i, cache in enumerate(self._caches):
            cache.add_to(self._features.copy_(self._biases[i]), r)
            link = self.links[i].copy_(self._link_biases[i])
            link.flatten(0, 1).addmm_(self._features.flatten(0, 1), self._joins[i])
            if i + 1 < len(self._caches):
                value, gate = self._features.chunk(2, -1)
                torch.mul(value.tanh_(), gate.sigmoid_(), out=self._caches[i + 1].row(r))


class _Horizontal:
    """The horizontal stack, a position at a time. It adds into `links` in place."""

    def __init__(self, model: GatedPixelCNN, chooser: Chooser, links: list[Tensor]) -> None:
        conditions = chooser.conditions
        shape = (chooser.grid[1], len(conditions), model.config.width)
        self._inputs, self._copies = model.inputs, chooser.copies
        self._bias = _bias(model.horizontal)
        self._start = model.horizontal.taps()[0][2]
        self._left = conditions.new_empty(0)
        self._first = conditions.new_empty(shape).unbind()
        self._layers = []
        inputs = self._first
        for layer, link in zip(model.stack, links, strict=True):
            outputs = conditions.new_empty(shape).unbind()
            self._layers.append(_LayerStep(layer, link, inputs, outputs))
            inputs = outputs

    def compute(self, c: int) -> Tensor:
        """Features (n, width) at column c of the current row."""
        first = self._first[c].copy_(self._bias)
        if c:
            first.addmm_(self._left, self._start)
        for step in self._layers:
            step.compute(c)
        return self._layers[-1].outputs[c]

    def set_left(self, values: Tensor) -> None:
        """Set the values (b, channels) to the left of the next position."""
        self._left = self._inputs(values, self._bias.dtype).repeat(self._copies, 1)


class _LayerStep:
    """One layer of the horizontal stack; inputs and outputs are w tensors (n, width)."""

    def __init__(
        self, layer: GatedLayer, link: Tensor, inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]
    ) -> None:
        (_, left, self._left), (_, _, self._center) = layer.horizontal.taps()
        self._distance = -left
        self._project, self._bias = _matrix(layer.project), _bias(layer.project)
        self._sums = link.unbind()
        self._halves = [each.chunk(2, 1) for each in self._sums]
        self._gated = torch.empty_like(inputs[0])
        self._inputs, self.outputs = inputs, outputs

    def compute(self, c: int) -> None:
        inputs, sums = self._inputs, self._sums[c]
        sums.addmm_(inputs[c], self._center)
        if c >= self._distance:
            sums.addmm_(inputs[c - self._distance], self._left)
        value, gate = self._halves[c]
        torch.mul(value.tanh_(), gate.sigmoid_(), out=self._gated)
        torch.addmm(inputs[c], self._gated, self._project, out=self.outputs[c]).add_(self._bias)


def _matrix(conv: nn.Conv2d) -> Tensor:
    """A 1×1 convolution as a matrix (c_in, c_out)."""
    return conv.weight.detach().flatten(1).t().contiguous()


def _bias(conv: nn.Conv2d) -> Tensor:
    assert conv.bias is not None
    return conv.bias.detach()


def _plus(bias: Tensor, shift: Shift) -> Tensor:
    return bias if shift is None else bias + shift
