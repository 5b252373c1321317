"""The examples run, at small scale, as a reader runs them."""

from __future__ import annotations

import ast
import json
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pages
import pytest
from PIL import Image

import spriteloom as sl

EXAMPLES = pages.PROJECT / "examples"
NOTEBOOK = EXAMPLES / "sprites_and_codes.ipynb"
Run = Callable[[str, Sequence[str]], None]


@pytest.fixture
def run(readers_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs an example with arguments, in a reader's folder."""

    def run_example(name: str, arguments: Sequence[str]) -> None:
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")

    assert Path.cwd() == readers_folder
    return run_example


def cells() -> list[str]:
    """The code cells of the notebook."""
    notebook: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


def test_train_on_your_folder(run: Run, readers_folder: Path):
    run("train_on_your_folder.py", ["sprites", "--out", "trained", "-n", "2"])
    assert len(list((readers_folder / "trained" / "new").glob("*.png"))) == 2


def test_edit_with_a_model(run: Run, readers_folder: Path):
    pages.run_command("spriteloom data prepare sprites --out set.parquet")
    pages.run_command("spriteloom train latent --data set.parquet --out cells")
    pages.run_command("spriteloom train latent-diffusion --base cells --data set.parquet --out flow")
    run("edit_with_a_model.py", ["flow", "slime.png", "bat.png", "--out", "edited"])
    assert len(list((readers_folder / "edited").glob("*.png"))) == 7
    assert len(sl.open_animation(readers_folder / "edited" / "morph.gif").frames) == 6


def test_codes_in_pytorch(run: Run, capsys: pytest.CaptureFixture[str]):
    pages.run_command("spriteloom data prepare procedural --out set.parquet")
    pages.run_command("spriteloom train kmeans-medres --data set.parquet --out codec")
    run("codes_in_pytorch.py", ["codec", "set.parquet", "--epochs", "2"])
    printed = capsys.readouterr().out
    assert "epoch 2: loss 0." in printed and "labels of test sprites are right" in printed


def test_the_notebook_runs(readers_folder: Path):
    names: dict[str, Any] = {}
    for number, source in enumerate(cells()):
        source = source.replace("n=200", "n=40").replace("size=64", "size=32")
        tree = ast.parse(source)
        shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), names)
        if shown is not None:
            value = eval(compile(ast.Expression(shown.value), f"cell {number}", "eval"), names)
            assert value is None or isinstance(value, dict | Image.Image)
    assert len(names["new"]) == 6 and (readers_folder / "runs" / "prior" / "model.safetensors").exists()


def test_the_notebook_holds_no_output():
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert all(not cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code")
