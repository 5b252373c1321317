"""Rules of the house that can be read off the files: short ones, no place of one machine, no pickle."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LINES = 360  # of a module; one idea takes about 300 at most
# The one file that reads torch's format: a package's, of one known sha256, by the reader of tensors alone.
KNOWN_BYTES = "src/spriteloom/metrics/generation/features.py"
PICKLES = {"cPickle", "cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}

# Put together here, so that this file does not hold what it looks for.
PLACE = re.compile("(?<![\\w.:/-])/" + "(?:work|tmp|root)/")
REGISTRY = re.compile(
    "|".join(
        ["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(?:org|com)", "pytorch" + r"\.org/whl"]
    )
)


def tracked() -> list[Path]:
    """The files of the repository, those not yet committed included and ignored ones left out."""
    command = ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git") is None:
        return []
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [path for name in listed.split("\0") if name and (path := PROJECT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return tracked() or pytest.skip("this is no checkout: git lists no files")


@pytest.fixture(scope="module")
def texts(files: list[Path]) -> dict[Path, str]:
    """Path in the project → text, of every file that is text."""
    found = {}
    for path in files:
        try:
            found[path.relative_to(PROJECT)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def lines_with(pattern: re.Pattern[str], texts: dict[Path, str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:90]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def pickles(source: str) -> list[int]:
    """The lines that pickle, or let something else do it."""
    return sorted(node.lineno for node in ast.walk(ast.parse(source)) if _pickles(node))


def _pickles(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] in PICKLES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in PICKLES
    if isinstance(node, ast.Call):
        given = {word.arg: ast.unparse(word.value) for word in node.keywords}
        torch = ast.unparse(node.func) in ("torch.load", "torch.save")
        return torch or given.get("allow_pickle", "False") != "False"
    return False


def test_no_file_names_a_place_of_one_machine(texts: dict[Path, str]):
    assert not lines_with(PLACE, texts)


def test_no_file_names_the_host_of_a_registry(texts: dict[Path, str]):
    assert not lines_with(REGISTRY, texts)


def test_nothing_is_pickled(texts: dict[Path, str]):
    found = {str(path): pickles(text) for path, text in texts.items() if path.suffix == ".py"}
    (one,) = found.pop(KNOWN_BYTES)
    line = texts[Path(KNOWN_BYTES)].splitlines()[one - 1]
    assert "torch.load(" in line and "weights_only=True" in line
    assert not {path: lines for path, lines in found.items() if lines}


def test_no_module_is_long(texts: dict[Path, str]):
    lengths = {str(path): len(text.splitlines()) for path, text in texts.items() if path.suffix == ".py"}
    assert not {path: lines for path, lines in lengths.items() if lines > LINES}


def test_no_art_is_committed(files: list[Path]):
    """Pictures are fetched or drawn by code; those of the program's own output may stand in docs/ and on a card."""
    pictures = {".gif", ".webp", ".png", ".jpg", ".aseprite", ".parquet"}
    found = [path.relative_to(PROJECT) for path in files if path.suffix.lower() in pictures]
    assert not [str(path) for path in found if path.parts[0] != "docs" and path.name != "samples.png"]


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import os, shelve",
        "from joblib import dump",
        "def late():\n    import marshal",
        "numpy.load(path, allow_pickle=True)",
        "torch.load(path)",
        "torch.save(model, path)",
    ],
)
def test_pickling_is_found(source: str):
    assert pickles(source)


def test_safe_loading_is_let_be():
    assert not pickles("np.load(path, allow_pickle=False)\nimport json\nsafetensors.torch.load_file(path)")


@pytest.mark.parametrize("place", ["work", "tmp", "root"])
def test_a_place_of_one_machine_is_found(place: str):
    assert PLACE.search(f'open("/{place}/set.parquet")') and PLACE.search(f"cd /{place}/main")
    assert not PLACE.search(f"src/{place}/set.parquet")
