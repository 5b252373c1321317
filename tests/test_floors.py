"""The floors of ARCHITECTURE.md: imports point down only, and rooms on one floor are strangers.

The table is read from the document, so that neither can drift from the other.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "src" / "spriteloom"
ROOF = ""  # spriteloom/__init__.py, which shows the rooms to the outside: above them all

ROW = re.compile(r"^\| (?P<floor>\d+) \| (?P<rooms>[^|]+) \|", re.MULTILINE)
ROOM = re.compile(r"`(\w+)(?:/|\.py)`")


class Import(NamedTuple):
    """A module of ours that a file names, and where."""

    file: str
    line: int
    module: str  # dotted, without "spriteloom."

    @property
    def room(self) -> str:
        return self.module.partition(".")[0]


def floors(text: str) -> dict[str, int]:
    """Room → floor, from the table of rooms."""
    return {room: int(row["floor"]) for row in ROW.finditer(text) for room in ROOM.findall(row["rooms"])}


def modules() -> dict[str, Path]:
    """Dotted name, without "spriteloom.", → file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


FLOORS = floors((PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
MODULES = modules()
LATE = {f"spriteloom.{module}" for module in MODULES}  # as a text that import_module is given may read


def imports(module: str, source: str, file: str) -> Iterator[Import]:
    """Every import of ours, wherever it stands, and every text that names a module of ours for a late one."""
    for node in ast.walk(ast.parse(source)):
        for name in sorted(set(_named(node, _package(module, file)))):
            if name == "spriteloom" or name.startswith("spriteloom."):
                yield Import(file, node.lineno, name.removeprefix("spriteloom").removeprefix("."))


def _package(module: str, file: str) -> list[str]:
    """What a relative import of that file starts from."""
    parts = ["spriteloom", *module.split(".")] if module else ["spriteloom"]
    return parts if file.endswith("__init__.py") else parts[:-1]


def _named(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) + 1 - node.level] if node.level else []
        start = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:  # `from spriteloom import errors` names a module, most name what is in one
            whole = f"{start}.{alias.name}"
            yield whole if whole.removeprefix("spriteloom.") in MODULES else start
    elif isinstance(node, ast.Constant) and str(node.value) in LATE:
        yield str(node.value)


def faults(module: str, source: str, file: str) -> list[str]:
    """What is wrong with the imports of one module, a line each."""
    home = module.partition(".")[0]
    if home == ROOF:
        return []
    if home not in FLOORS:
        return [f"{file} is on no floor: give {home} one in ARCHITECTURE.md"]
    found = []
    for one in imports(module, source, file):
        if one.room == home:
            continue
        if one.room == ROOF:
            found.append(f"{file}:{one.line} imports the package itself: import the room it needs")
        elif one.room in FLOORS and FLOORS[one.room] >= FLOORS[home]:
            where = "beside it on" if FLOORS[one.room] == FLOORS[home] else "above it on"
            found.append(
                f"{file}:{one.line} ({home}, floor {FLOORS[home]}) imports spriteloom.{one.module}, "
                f"{where} floor {FLOORS[one.room]}: move what both need down"
            )
    return found


def test_every_room_has_a_floor_and_every_floor_its_rooms():
    there = {path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    there |= {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert FLOORS, "ARCHITECTURE.md has no table of floors"
    assert not there - FLOORS.keys(), "give these a floor in ARCHITECTURE.md"
    assert not FLOORS.keys() - there, "ARCHITECTURE.md names rooms that are not there"


@pytest.mark.parametrize("module", [pytest.param(name, id=name or "spriteloom") for name in MODULES])
def test_imports_point_down(module: str):
    path = MODULES[module]
    wrong = faults(module, path.read_text(encoding="utf-8"), path.relative_to(PROJECT).as_posix())
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    [
        "import spriteloom.cli",
        "from spriteloom.cli import main",
        "from spriteloom import cli",
        "from .. import cli",
        "from ..cli import main",
        "def late():\n    import spriteloom.cli",
        "if TYPE_CHECKING:\n    from spriteloom.cli import main",
        "import_module('spriteloom.cli')",
        "from spriteloom import Sprite",
        "import spriteloom",
        "from spriteloom.metrics import ssim",  # on the same floor
    ],
)
def test_an_import_that_does_not_point_down_is_found(source: str):
    assert faults("data.store", source, "data/store.py")


@pytest.mark.parametrize(
    "source",
    [
        "from spriteloom.pixels import Sprite",
        "from ..pixels.sprite import Sprite",
        "from . import preprocessing",
        "from spriteloom.data.preprocessing import PIXEL",
        "import numpy",
        "print('spriteloom is fine')",
    ],
)
def test_an_import_that_points_down_or_home_is_let_be(source: str):
    assert not faults("data.store", source, "data/store.py")


HEAVY = {"lightning_fabric", "numba", "numpy", "PIL", "pyarrow", "rich", "scipy", "torch"}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("spriteloom", set()),
        ("spriteloom.errors", set()),
        ("spriteloom.cli", {"rich"}),
        ("spriteloom.pixels", {"numpy", "PIL"}),
        ("spriteloom.data.prepare", {"numpy", "PIL"}),
        ("spriteloom.data.store", {"numpy", "PIL"}),
        ("spriteloom.data.sources", {"numpy", "PIL", "rich"}),
    ],
)
def test_an_import_brings_in_nothing_heavy(module: str, allowed: set[str]):
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    brought = HEAVY & {name.partition(".")[0] for name in run.stdout.split()}
    assert brought <= allowed, f"import {module} brings in {', '.join(sorted(brought - allowed))}"
