"""Progress of long loops: they report it, and whoever listens shows it, such as the command line as a bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
Listener = Callable[[str, float, float], None]  # stage, how much is done, of how much (0: unknown)

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Send the reports of the block to a listener, or to none."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def report(stage: str, done: float, total: float) -> None:
    """Tell the listener, if there is one."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(stage, done, total)


def tracked(items: Iterable[T], stage: str, total: int = 0) -> Iterator[T]:
    """The items, with a report after each. A tracked loop inside of one reports parts of it.

    `total` is their number if they have no length, 0 for unknown.
    """
    listener = _LISTENER.get()
    if listener is None:
        yield from items
        return
    total = total or (len(items) if isinstance(items, Sized) else 0)
    for i, item in enumerate(items):
        with listening(_part(listener, stage, i, total)):
            yield item
        listener(stage, i + 1, total)


def _part(listener: Listener, stage: str, i: int, total: int) -> Listener:
    """A listener that hears of a loop inside of item i."""
    return lambda _, done, of: listener(stage, i + (done / of if of else 0), total)
