"""The same function over many things on several cores, in order. Knows nothing of what it carries."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from spriteloom.errors import SpriteloomError

A = TypeVar("A")
B = TypeVar("B")

AHEAD = 2  # chunks in flight for each worker: one at work, one waiting, so that memory stays flat


def available_cores() -> int:
    """Cores this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def map_processes(function: Callable[[A], B], things: Iterable[A], *, workers: int) -> Iterator[B]:
    """`function` of each thing, in order, on `workers` processes; in this process where `workers` is 1.

    `function` must be importable by name. No more than `AHEAD` things a worker are read in advance.
    Raises SpriteloomError when a worker dies.
    """
    if workers <= 1:
        yield from map(function, things)
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_the_parent)
    try:
        yield from _in_order(pool, function, things, workers * AHEAD)
    except BrokenProcessPool as error:
        raise SpriteloomError(
            "a worker process died: too little memory, or a script that does not guard its start with "
            '`if __name__ == "__main__":`; workers=1 does the same work in one process'
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def map_threads(function: Callable[[A], B], things: Iterable[A], *, workers: int) -> Iterator[B]:
    """`function` of each thing, in order, on `workers` threads; in this thread where `workers` is 1."""
    if workers <= 1:
        yield from map(function, things)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from _in_order(pool, function, things, workers * AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: Executor, function: Callable[[A], B], things: Iterable[A], ahead: int) -> Iterator[B]:
    waiting: deque[Future[B]] = deque()
    for thing in things:
        waiting.append(pool.submit(function, thing))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _follow_the_parent() -> None:
    """In a worker: interrupts are the parent's to handle, and a parent that was killed is not outlived."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
