"""The program imported anew in this process: as a process of its own would, without the seconds that takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def fresh_program() -> Iterator[None]:
    """No module of the program is imported at the start; at the end, those of before are back."""
    before = _modules()
    _forget()
    try:
        yield
    finally:
        _forget()
        sys.modules.update(before)


def _modules() -> dict[str, object]:
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "spriteloom"}


def _forget() -> None:
    for name in _modules():
        del sys.modules[name]
