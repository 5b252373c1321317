"""What `import spriteloom` offers: every name it lists, nothing heavy before its use, six lines that work."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import spriteloom as sl
from run_kit import narrow, small_set, trained


def test_every_name_can_be_had():
    assert len(set(sl.__all__)) == len(sl.__all__) and sorted(sl.__all__) == sl.__all__
    for name in sl.__all__:
        assert getattr(sl, name) is not None
    assert dir(sl) == sl.__all__


def test_every_name_is_listed():
    namespace: dict[str, object] = {}
    exec("from spriteloom import *", namespace)
    assert set(sl.__all__) <= set(namespace)


def test_type_checkers_see_the_same_names():
    """The imports for type checkers, and the table that imports at first use, name the same things."""
    tree = ast.parse(Path(sl.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (alias.asname, node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert seen == {(name, f"spriteloom.{module}") for name, module in sl._MODULES.items()}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        _ = sl.paint


def test_importing_it_imports_nothing_heavy():
    heavy = ["torch", "numpy", "PIL", "pyarrow", "numba"]
    code = f"import sys, spriteloom; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_it_is_typed():
    assert (Path(sl.__file__).parent / "py.typed").exists()


def test_six_lines_from_file_to_file(tmp_path: Path):
    run = trained(tmp_path / "run", narrow(), steps=2)
    for i, creature in enumerate(small_set().sprites("train", limit=2)):
        creature.save(tmp_path / f"creature-{i}.png")

    sprite, other = (sl.Sprite.open(tmp_path / f"creature-{i}.png") for i in (0, 1))
    model = sl.load(run)
    codes = model.codec.encode([sprite, other])
    again = model.codec.decode(codes)
    sl.recolor(sprite, like=again[1]).save(tmp_path / "new.png")

    assert [a.pixels.shape for a in again] == [s.pixels.shape for s in (sprite, other)]
    new = sl.Sprite.open(tmp_path / "new.png")
    assert np.array_equal(new.pixels[..., 3], sprite.pixels[..., 3])
    with Image.open(tmp_path / "new.png") as picture:
        assert picture.mode == "P"
