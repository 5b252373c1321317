"""Write the tree of the package into README.md, a line per file: the first sentence of its docstring.

    python scripts/readme_tree.py

It stands between two marks in the README, and nothing else there is touched.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "src" / "spriteloom"
README = PROJECT / "README.md"
MARKED = re.compile(r"(<!-- tree -->\n```\n).*?(```\n<!-- /tree -->)", re.DOTALL)
COLUMN = 30


def tree() -> str:
    """The package's files, folder by folder, each with its promise."""
    return "\n".join(_lines(PACKAGE, 0)) + "\n"


def with_tree(readme: str) -> str:
    """The text of README.md with the tree as it is now."""
    return MARKED.sub(lambda found: found[1] + tree() + found[2], readme)


def _lines(folder: Path, depth: int) -> Iterator[str]:
    own = folder / "__init__.py"
    yield _line(f"{folder.name}/", _promise(own) if own.exists() else "", depth)
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.suffix == ".py" and path.name != "__init__.py":
            yield _line(path.name, _promise(path), depth + 1)
        elif path.is_dir() and any(path.glob("*.py")):
            yield from _lines(path, depth + 1)


def _line(name: str, promise: str, depth: int) -> str:
    return f"{'  ' * depth + name:<{COLUMN}} {promise}".rstrip()


def _promise(module: Path) -> str:
    """The first sentence of a module's docstring, without its full stop."""
    words = " ".join((ast.get_docstring(ast.parse(module.read_text())) or "").split())
    return re.split(r"(?<=\.) ", words)[0].rstrip(".")


if __name__ == "__main__":
    README.write_text(with_tree(README.read_text()))
