"""Figures already found, on disk, so that a reproduction that was stopped goes on. Knows no figure."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import RunError
from spriteloom.pixels.disk import make_folder, write_bytes


class Records:
    """One file for each thing found: plain JSON values, or arrays of whole numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder, RunError)

    def kept(self, name: str, find: Callable[[], Any]) -> Any:
        """What was found under this name, found now where it was not. Raises RunError for a damaged file."""
        path = self._folder / f"{name}.json"
        if not path.exists():
            write_bytes(path, json.dumps(find(), indent=2).encode(), RunError)
        try:
            return json.loads(path.read_bytes())
        except ValueError:
            raise RunError(f"{path} is damaged: delete it, and run the same command again") from None

    def kept_array(self, name: str, find: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """The same for an array."""
        path = self._folder / f"{name}.npy"
        if not path.exists():
            file = io.BytesIO()
            np.save(file, find(), allow_pickle=False)
            write_bytes(path, file.getvalue(), RunError)
        try:
            return np.asarray(np.load(path, allow_pickle=False))
        except (ValueError, OSError, EOFError):
            raise RunError(f"{path} is damaged: delete it, and run the same command again") from None
