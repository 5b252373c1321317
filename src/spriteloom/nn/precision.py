"""How exact a number must be, whatever autocast and TF32 make of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


def upcast(x: Tensor) -> Tensor:
    """Float32 at least, where autocast gave less: losses are not for half precision."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


@contextmanager
def full_precision() -> Iterator[None]:
    """Float32 products and convolutions are float32 ones: no TF32 on a GPU."""
    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with torch.backends.cudnn.flags(allow_tf32=False):
            yield
    finally:
        torch.set_float32_matmul_precision(precision)


@contextmanager
def exactly(model: nn.Module) -> Iterator[None]:
    """As samplers run a model: in evaluation mode, without gradients, in full precision."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad(), full_precision():
            yield
    finally:
        model.train(was_training)
