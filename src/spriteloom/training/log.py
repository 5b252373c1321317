"""`MetricsLog`: a file of one JSON object a line, in order of steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from spriteloom.errors import RunError
from spriteloom.pixels.disk import write_bytes


class MetricsLog:
    """Grows by whole lines. A program that is killed may leave half a line, which `rewind` takes away."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, figures: dict[str, Any]) -> None:
        """One line more; `figures` has a "step". Raises RunError for what the disk refuses."""
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(figures) + "\n")
        except OSError as fault:
            raise RunError(
                f"{self._path} cannot be written ({fault.strerror}): check the folder and the disk"
            ) from None

    def rewind(self, step: int) -> None:
        """Keep the whole lines of steps up to `step`: what comes after them will be written again."""
        if not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        kept = "".join(f"{line}\n" for line in lines if 0 < _step_of(line) <= step)
        write_bytes(self._path, kept.encode(), RunError)


def _step_of(line: str) -> int:
    """The step of a line; 0 for a damaged one."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 0
