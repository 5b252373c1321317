"""Exact sampling that computes every position once, from rows and columns it keeps.

Source: Ramachandran et al. 2017, "Fast Generation for Convolutional Autoregressive Models", arXiv:1704.06001.
The vertical stack sees nothing of its own row, so a row of it is computed at once, from the rows kept of each
layer, with all it gives to the horizontal stack. What is left to do position by position is the horizontal
stack, two products and one more a layer, and the output. The values are those of `naive`.

Axes: w columns, n rows of the batch (twice the samples under guidance), features last; a shift by columns is
then a slice, and a convolution a few products of whole matrices added into one another.
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

_FEW = 64  # rows of the batch


def sample(model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw) -> Tensor:
    """Draw grids: conditions float32 (b, c), one seed each → int64 (b, gh, gw), or (b, channels, gh, gw).

    The same values as `naive.sample`. Raises ImpossibleModel where conditions, seeds and model do not fit one
    another.
    """
    with exact_inference(model):
        chooser = Chooser(model, grid, conditions, draw)
        return fill(model, chooser).squeeze(1)


def fill(model: GatedPixelCNN, chooser: Chooser) -> Tensor:
    """Draw all that the chooser is for: int64 (b, channels, gh, gw)."""
    vertical = _Vertical(model, chooser)
    horizontal = _Horizontal(model, chooser, vertical.links)
    planes = chooser.empty()
    for r in range(chooser.grid[0]):
        chooser.next_row()
        vertical.compute(planes, r)
        with _threads_for(len(chooser.conditions)):
            _fill_row(model, chooser, horizontal, planes, r)
    return planes


def _fill_row(
    model: GatedPixelCNN, chooser: Chooser, horizontal: _Horizontal, planes: Tensor, r: int
) -> None:
    for c in range(chooser.grid[1]):
        told = horizontal.compute(c)  # (n, width)
        for j, head in enumerate(model.heads.each):
            logits = head(told, planes[:, :j, r, c].repeat(chooser.copies, 1))
            planes[:, j, r, c] = chooser.choose(logits, planes, (j, r, c))
        horizontal.see(planes[:, :, r, c])


@contextmanager
def _threads_for(n: int) -> Iterator[None]:
    """One thread for products of few rows: two gain a third, and lose all on a machine that is not idle."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if n <= _FEW else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Kept:
    """The rows of its input that a vertical convolution can still see: a ring, with zeros to either side."""

    def __init__(self, conv: CausalConv, w: int, like: Tensor) -> None:
        assert conv.bias is not None
        self.bias = conv.bias
        self._w, self._side, self._depth = w, conv.columns[-1], 1 - conv.rows[0]
        self._taps = conv.taps()
        self._rows = like.new_zeros(self._depth, w + 2 * self._side, len(like), conv.in_channels)

    def row(self, r: int) -> Tensor:
        """Where row r is to be written: (w, n, c_in)."""
        return self._rows[r % self._depth, self._side : self._side + self._w]

    def add_to(self, out: Tensor, r: int) -> None:
        """Add the convolution at row r, without its bias, to out (w, n, c_out)."""
        flat = out.flatten(0, 1)
        for row, column, matrix in self._taps:
            if r + row >= 0:  # above the grid are zeros
                start = self._side + column
                seen = self._rows[(r + row) % self._depth, start : start + self._w]
                flat.addmm_(seen.flatten(0, 1), matrix)


class _Vertical:
    """The vertical stack, a row at a time; `links` (w, n, 2·width) is what they give the horizontal."""

    def __init__(self, model: GatedPixelCNN, chooser: Chooser) -> None:
        w, asked = chooser.grid[1], chooser.conditions
        self._inputs, self._copies = model.inputs, chooser.copies
        self._drawn = _Kept(model.vertical, w, asked)
        self._kept = [_Kept(layer.vertical, w, asked) for layer in model.stack]
        self._joins = [_matrix(layer.link) for layer in model.stack]
        shifts = model.shifts(asked)
        self._begins = [_plus(kept.bias, v) for kept, (v, _) in zip(self._kept, shifts, strict=True)]
        self._link_begins = [
            _plus(_bias(layer.link) + _bias(layer.horizontal), h)
            for layer, (_, h) in zip(model.stack, shifts, strict=True)
        ]
        new = asked.new_empty
        self._features = new(w, len(asked), 2 * model.config.width)
        self.links = [new(self._features.shape) for _ in model.stack]

    def compute(self, planes: Tensor, r: int) -> None:
        """Row r of all layers, from planes (b, channels, gh, gw) whose rows above are drawn."""
        if r:
            seen = self._inputs(planes[:, :, r - 1], self._features.dtype)  # (b, c_in, w)
            self._drawn.row(r - 1).copy_(seen.repeat(self._copies, 1, 1).permute(2, 0, 1))
        first = self._kept[0].row(r)
        self._drawn.add_to(first.copy_(self._drawn.bias), r)
        for i, kept in enumerate(self._kept):
            kept.add_to(self._features.copy_(self._begins[i]), r)
            link = self.links[i].copy_(self._link_begins[i])
            link.flatten(0, 1).addmm_(self._features.flatten(0, 1), self._joins[i])
            if i + 1 < len(self._kept):
                value, opening = self._features.chunk(2, -1)
                torch.mul(value.tanh_(), opening.sigmoid_(), out=self._kept[i + 1].row(r))


class _Horizontal:
    """The horizontal stack, a position at a time. Sums are made in `links`, so that nothing is copied."""

    def __init__(self, model: GatedPixelCNN, chooser: Chooser, links: list[Tensor]) -> None:
        asked, width = chooser.conditions, model.config.width
        shape = (chooser.grid[1], len(asked), width)
        self._inputs, self._copies = model.inputs, chooser.copies
        self._bias = _bias(model.horizontal)
        self._start = model.horizontal.taps()[0][2]
        self._seen = asked.new_empty(0)
        self._first = asked.new_empty(shape).unbind()
        self._layers = []
        before = self._first
        for layer, link in zip(model.stack, links, strict=True):
            after = asked.new_empty(shape).unbind()
            self._layers.append(_Step(layer, link, before, after))
            before = after

    def compute(self, c: int) -> Tensor:
        """Features (n, width) of the trunk at column c of the row in hand."""
        first = self._first[c].copy_(self._bias)
        if c:
            first.addmm_(self._seen, self._start)
        for step in self._layers:
            step.compute(c)
        return self._layers[-1].after[c]

    def see(self, values: Tensor) -> None:
        """Take note of the values (b, channels) of the position just drawn."""
        self._seen = self._inputs(values, self._bias.dtype).repeat(self._copies, 1)


class _Step:
    """One layer of the horizontal stack: from `before` to `after`, each w tensors (n, width)."""

    def __init__(
        self, layer: GatedLayer, link: Tensor, before: tuple[Tensor, ...], after: tuple[Tensor, ...]
    ) -> None:
        (_, left, self._left), (_, _, self._here) = layer.horizontal.taps()
        self._distance = -left
        self._project, self._bias = _matrix(layer.project), _bias(layer.project)
        self._sums = link.unbind()
        self._halves = [each.chunk(2, 1) for each in self._sums]
        self._gated = torch.empty_like(before[0])
        self._before, self.after = before, after

    def compute(self, c: int) -> None:
        before, sums = self._before, self._sums[c]
        sums.addmm_(before[c], self._here)
        if c >= self._distance:
            sums.addmm_(before[c - self._distance], self._left)
        value, opening = self._halves[c]
        torch.mul(value.tanh_(), opening.sigmoid_(), out=self._gated)
        torch.addmm(before[c], self._gated, self._project, out=self.after[c]).add_(self._bias)


def _matrix(conv: nn.Conv2d) -> Tensor:
    """A 1×1 convolution as a matrix (c_in, c_out)."""
    return conv.weight.detach().flatten(1).t().contiguous()


def _bias(conv: nn.Conv2d) -> Tensor:
    assert conv.bias is not None
    return conv.bias.detach()


def _plus(bias: Tensor, shift: Shift) -> Tensor:
    return bias if shift is None else bias + shift
