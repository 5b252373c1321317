"""A family stands alone: one line registers it, and nothing outside `models/` asks which family a model is of."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from fresh_kit import fresh_program
from run_kit import same, small_set, stops_at, trained, weights
from spriteloom.cli.app import main
from spriteloom.evaluation.evaluate import evaluate
from spriteloom.models.load import load
from spriteloom.models.registry import FAMILIES, family, models
from spriteloom.training.config import from_json, to_json
from spriteloom.training.fit import Interrupted

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "spriteloom"
CAPABILITIES = "spriteloom.models.capabilities"
MODULES = 80  # of the program that a training of a codec may import


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line."""
    monkeypatch.setitem(FAMILIES, "toy", "toy_family")


def command(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *words: object,
    main: Callable[[], None] = main,
) -> str:
    monkeypatch.setattr(sys, "argv", ["spriteloom", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert not ended.value.code, err
    return out


@pytest.mark.usefixtures("toy")
def test_a_family_of_the_tests_alone_does_everything_by_the_command_line(capsys, monkeypatch, tmp_path: Path):
    def run(*words: object) -> str:
        return command(capsys, monkeypatch, *words)

    out, data = tmp_path / "run", small_set().path
    listed = {row["name"]: row for row in json.loads(run("models", "--json"))}
    assert listed["toy-small"] == {
        "name": "toy-small",
        "family": "toy",
        "parameters": 84,
        "paper_parameters": None,
        "about": "two colors a picture, 6 wide",
    }
    run("train", "toy-small", "--data", data, "--out", out, "--steps", 5, "--set", "width=9")
    done = json.loads(
        run(
            "train",
            "toy-small",
            "--data",
            data,
            "--out",
            out,
            "--steps",
            9,
            "--set",
            "width=9",
            "--resume",
            "--json",
        )
    )
    assert done["steps"] == 9
    figures = json.loads(run("evaluate", "--model", out, "--data", data, "-n", 0, "--json"))
    assert 0 < figures["mse"] < 1
    run("generate", "--model", out, "-n", 2, "--out", tmp_path / "new", "--seed", 4)
    assert len(list((tmp_path / "new").glob("*.png"))) == 2
    (tmp_path / "my.json").write_text(run("models", "toy-large"))
    run("train", "--config", tmp_path / "my.json", "--data", data, "--out", tmp_path / "own", "--steps", 1)
    assert load(tmp_path / "own").network.read.out_features == 24


@pytest.mark.usefixtures("toy")
def test_it_resumes_saves_and_loads_as_any_other(tmp_path: Path):
    whole = trained(tmp_path / "whole", "toy-small", steps=6)
    with pytest.raises(Interrupted):
        trained(tmp_path / "part", "toy-small", steps=6, callback=stops_at(2))
    assert same(weights(trained(tmp_path / "part", "toy-small", steps=6, resume=True)), weights(whole))
    model = load(whole)
    model.save(tmp_path / "copy")
    again = load(tmp_path / "copy")
    assert again.fingerprint == model.fingerprint and again.config == model.config
    assert np.array_equal(again.sample(2, seed=3), model.sample(2, seed=3))
    assert evaluate(again, small_set()).to_json() == evaluate(model, small_set()).to_json()


def type_tests(path: Path) -> Iterator[str]:
    """Places of a file that ask whether something is of a class of `models/`, capabilities left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spriteloom.models")
        for alias in node.names
        if node.module != CAPABILITIES and alias.name[0].isupper()
    }
    for node in ast.walk(tree):
        asked: ast.AST | None = None
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "issubclass"):
            asked = node.args[1]
        elif isinstance(node, ast.MatchClass):
            asked = node.cls
        elif isinstance(node, ast.Compare) and "type(" in ast.unparse(node.left):
            asked = node
        names = {each.id for each in ast.walk(asked) if isinstance(each, ast.Name)} if asked else set()
        if names & classes:
            yield f"{path.name}:{node.lineno} asks for {', '.join(sorted(names & classes))}"  # type: ignore[attr-defined]


def test_nothing_outside_asks_which_family_a_model_is_of():
    outside = [path for path in PACKAGE.rglob("*.py") if PACKAGE / "models" not in path.parents]
    assert [found for path in outside for found in type_tests(path)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from spriteloom.models.vae.family import VAEModel\nisinstance(x, VAEModel)",
        "from spriteloom.models.base import Model\nisinstance(x, (int, Model))",
        "from spriteloom.models.vae.family import Config\nmatch x:\n    case Config():\n        pass",
        "from spriteloom.models.vae.family import Config\ntype(x) is Config",
    ],
)
def test_a_type_test_is_found(source: str, tmp_path: Path):
    (tmp_path / "a.py").write_text(source)
    assert len(list(type_tests(tmp_path / "a.py"))) == 1


def test_a_capability_may_be_asked_for(tmp_path: Path):
    (tmp_path / "a.py").write_text(f"from {CAPABILITIES} import Samples\nisinstance(x, Samples)")
    assert not list(type_tests(tmp_path / "a.py"))


def test_a_training_imports_its_own_family_and_little_else(capsys, monkeypatch, tmp_path: Path):
    words = [
        "--data",
        small_set().path,
        "--out",
        tmp_path / "run",
        "--steps",
        1,
        "--set",
        "start.sample=2000",
    ]
    changes = [
        word for change in ("network.width=16", "network.codes=16", "batch=96") for word in ("--set", change)
    ]
    with fresh_program():
        main = import_module("spriteloom.cli.app").main
        command(capsys, monkeypatch, "train", "pixel-vqvae-medres", *words, *changes, main=main)
        imported = [name for name in sys.modules if name.partition(".")[0] == "spriteloom"]
    assert len(imported) <= MODULES, sorted(imported)
    families = {name.split(".")[2] for name in imported if name.startswith("spriteloom.models.")}
    assert "pixel_vqvae" in families and not families & {"diffusion", "pixelcnn", "vae", "palette_vq"}


@pytest.mark.parametrize("info", list(models()), ids=lambda info: info.name)
def test_a_preset_is_the_same_after_json(info):
    own = family(info.family)
    config = own.presets[info.name]()
    assert from_json(own.config, json.loads(json.dumps(to_json(config))), where="here") == config
