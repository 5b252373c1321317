"""Results that are kept on disk, so that a reproduction that was stopped goes on, and how long stages took."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import RunError
from spriteloom.pixels.disk import make_folder, write_bytes

Say = Callable[[str], None]
T = TypeVar("T")
P = ParamSpec("P")


class HasRecords(Protocol):
    """What keeps its results."""

    records: Records


M = TypeVar("M", bound=HasRecords)


def recorded(
    compute: Callable[Concatenate[M, P], dict[str, Any]],
) -> Callable[Concatenate[M, P], dict[str, Any]]:
    """A method whose result is kept in `self.records` under its name, those of its jobs, and its numbers."""

    def find(self: M, /, *args: P.args, **options: P.kwargs) -> dict[str, Any]:
        names = (f"{arg:g}" if isinstance(arg, float) else getattr(arg, "name", str(arg)) for arg in args)
        name = "-".join([compute.__name__.replace("_", "-"), *names])
        return dict(self.records.value(name, lambda: compute(self, *args, **options)))

    return find


class Records:
    """One file for each result: JSON values, or an array. Without a folder they are kept in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, Any] = {}
        if folder is not None:
            make_folder(folder, RunError)

    def has(self, name: str) -> bool:
        """Whether there is a JSON value of this name."""
        return name in self._memory or bool(self._folder and (self._folder / f"{name}.json").exists())

    def value(self, name: str, compute: Callable[[], Any]) -> Any:
        """The JSON value of this name, computed where there is none. Raises RunError for a damaged file."""
        if self._folder is None:
            return self._remembered(name, compute)
        path = self._folder / f"{name}.json"
        if not path.exists():
            write_bytes(path, json.dumps(compute(), indent=2).encode(), RunError)
        try:
            return json.loads(path.read_bytes())
        except ValueError:
            raise _damaged(path) from None

    def array(self, name: str, compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The same for an array."""
        if self._folder is None:
            return np.asarray(self._remembered(name, compute))
        path = self._folder / f"{name}.npy"
        if not path.exists():
            file = io.BytesIO()
            np.save(file, compute(), allow_pickle=False)
            write_bytes(path, file.getvalue(), RunError)
        try:
            return np.asarray(np.load(path, allow_pickle=False))
        except (ValueError, OSError, EOFError):
            raise _damaged(path) from None

    def _remembered(self, name: str, compute: Callable[[], T]) -> T:
        if name not in self._memory:
            self._memory[name] = compute()
        value: T = self._memory[name]
        return value


class Clock:
    """Says which stage begins, and how long each took: a stage that an earlier session did keeps its time."""

    def __init__(self, records: Records, say: Say) -> None:
        self._records, self._say = records, say
        self._began = time.monotonic()
        self.stages: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """The result of `work`."""
        name = "seconds-" + stage.replace(" ", "-").replace("/", "-")
        began = time.monotonic()
        if not self._records.has(name):
            self._say(f"{began - self._began:4.0f} s  {stage}")
        result = work()
        seconds = time.monotonic() - began
        self.stages[stage] = float(self._records.value(name, lambda: seconds))
        return result


def _damaged(path: Path) -> RunError:
    return RunError(f"{path} is damaged: delete it, and run the same command again")
