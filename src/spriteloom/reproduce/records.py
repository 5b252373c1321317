"""Results that are kept on disk, so that a reproduction that was stopped continues, and the times of its stages."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import RunError
from spriteloom.pixels.disk import make_folder, write_bytes

Say = Callable[[str], None]
T = TypeVar("T")


class Records:
    """One file for each result: JSON values, or an array. Without a folder they are kept in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, Any] = {}
        if folder is not None:
            make_folder(folder, RunError)

    def has(self, name: str) -> bool:
        """Whether there is a JSON value of this name."""
        file = f"{name}.json"
        return file in self._memory or bool(self._folder and (self._folder / file).exists())

    def value(self, name: str, compute: Callable[[], Any]) -> Any:
        """The JSON value of this name, computed where there is none. Raises RunError for a damaged file."""
        return self._result(
            f"{name}.json", compute, lambda value: json.dumps(value, indent=2).encode(), json.loads
        )

    def array(self, name: str, compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The same for an array."""
        return np.asarray(self._result(f"{name}.npy", compute, _npy_bytes, _read_npy))

    def _result(
        self,
        name: str,
        compute: Callable[[], T],
        encode: Callable[[T], bytes],
        decode: Callable[[bytes], T],
    ) -> Any:
        if self._folder is None:
            if name not in self._memory:
                self._memory[name] = compute()
            return self._memory[name]
        path = self._folder / name
        if not path.exists():
            write_bytes(path, encode(compute()), RunError)
        try:
            return decode(path.read_bytes())
        except (ValueError, OSError, EOFError):
            raise RunError(f"{path} is damaged: delete it, and run the same command again") from None


class Clock:
    """Says which stage begins, and how long each took. A stage that an earlier session did keeps its time."""

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


def _npy_bytes(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _read_npy(data: bytes) -> NDArray[Any]:
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
