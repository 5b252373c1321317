"""Maps a function over inputs on several cores, in order."""

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

AHEAD = 2  # inputs in flight for each worker: one at work, one waiting, so that memory stays flat


def available_cores() -> int:
    """The number of cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def map_processes(function: Callable[[A], B], inputs: Iterable[A], *, workers: int) -> Iterator[B]:
    """`function` of each input, in order, on `workers` processes; in this process if `workers` is 1.

    `function` must be importable by name. At most `AHEAD` inputs a worker are read in advance.
    Raises SpriteloomError if a worker dies.
    """
    if workers <= 1:
        yield from map(function, inputs)
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_parent)
    try:
        yield from _in_order(pool, function, inputs, workers * AHEAD)
    except BrokenProcessPool as error:
        raise SpriteloomError(
            "a worker process died: too little memory, or a script without "
            '`if __name__ == "__main__":`; workers=1 does the same work in one process'
        ) from error


def map_threads(function: Callable[[A], B], inputs: Iterable[A], *, workers: int) -> Iterator[B]:
    """`function` of each input, in order, on `workers` threads; in this thread if `workers` is 1."""
    if workers <= 1:
        yield from map(function, inputs)
        return
    yield from _in_order(ThreadPoolExecutor(workers), function, inputs, workers * AHEAD)


def _in_order(pool: Executor, function: Callable[[A], B], inputs: Iterable[A], ahead: int) -> Iterator[B]:
    """The results; shuts the pool down."""
    pending: deque[Future[B]] = deque()
    try:
        for value in inputs:
            pending.append(pool.submit(function, value))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _follow_parent() -> None:
    """In a worker: ignore interrupts, which the parent handles, and exit when the parent is killed."""

    def exit_with_parent() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=exit_with_parent, daemon=True).start()
