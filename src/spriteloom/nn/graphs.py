"""`Recorder`: functions on tensors that a GPU repeats as a CUDA graph, without starting each kernel anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

WARM_UP = 3  # calls before a function is recorded

Function = Callable[[list[Tensor], Tensor], None]  # inputs, a scalar on their device


class Recorder:
    """Calls functions that change tensors in place; on CUDA each is recorded once and then repeated.

    A function always changes the same tensors, whose places in memory the recording holds. Its inputs may lie
    elsewhere in each call: they are copied.
    """

    def __init__(self) -> None:
        self._calls: dict[tuple[int, int], int] = {}
        self._recordings: dict[tuple[int, int], _Recording] = {}

    def run(self, key: int, function: Function, inputs: Sequence[Tensor], scalar: float) -> None:
        """Call `function`. Calls with the same key and number of inputs do the same."""
        place = key, len(inputs)
        if inputs[0].device.type != "cuda":
            function(list(inputs), torch.tensor(scalar))
            return
        self._calls[place] = self._calls.get(place, 0) + 1
        if self._calls[place] <= WARM_UP:
            function(list(inputs), torch.tensor(scalar, device=inputs[0].device))
            return
        if place not in self._recordings:
            self._recordings[place] = _Recording(function, inputs)
        self._recordings[place].repeat(inputs, scalar)


class _Recording:
    def __init__(self, function: Function, inputs: Sequence[Tensor]) -> None:
        self._inputs = [torch.empty_like(each) for each in inputs]
        self._scalar = torch.zeros((), device=inputs[0].device)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            function(self._inputs, self._scalar)

    def repeat(self, inputs: Sequence[Tensor], scalar: float) -> None:
        torch._foreach_copy_(self._inputs, list(inputs))
        self._scalar.fill_(scalar)
        self._graph.replay()
