"""What a user hears when a device's memory is too small: the batch that would fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from spriteloom.errors import DeviceError

OutOfMemory = torch.cuda.OutOfMemoryError


@contextmanager
def out_of_memory(objective: nn.Module, batch: Sequence[Tensor], size: int) -> Iterator[None]:
    """Raises DeviceError, with a smaller batch that was tried and fits, instead of running out of memory."""
    try:
        yield
        return
    except OutOfMemory:
        failed = True  # the traceback holds the tensors that fill the memory: leave it first
    if failed:
        raise DeviceError(_advice(objective, batch, size)) from None


def _advice(objective: nn.Module, batch: Sequence[Tensor], size: int) -> str:
    began = f"a batch of {size} does not fit into the memory of {batch[0].device}"
    while size > 1:
        size //= 2
        if _fits(objective, batch, size):
            return f"{began}, {size} does: train into a new folder with --set batch={size}"
    return f"{began}, nor does one of 1: train on a device with more memory, or with --device cpu"


def _fits(objective: nn.Module, batch: Sequence[Tensor], size: int) -> bool:
    """Whether a step of so many rows leaves room."""
    torch.cuda.empty_cache()
    try:
        objective.zero_grad()
        objective(*(part[:size] for part in batch)).loss.backward()
    except OutOfMemory:
        return False
    finally:
        objective.zero_grad()
    return True
