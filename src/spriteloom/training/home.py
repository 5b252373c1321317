"""A model for a while on the processor, where pictures and generators are. Knows no model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def at_home(model: nn.Module) -> Iterator[None]:
    """On the processor; then back to its device."""
    device = next(model.parameters()).device
    model.to("cpu")
    try:
        yield
    finally:
        model.to(device)
