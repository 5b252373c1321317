"""Runs the shell and Python blocks of a Markdown page in order, in the current folder."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import small
from typer.main import get_command

from spriteloom.cli.app import make_app

PROJECT = Path(__file__).resolve().parent.parent.parent
SHELL, PYTHON = "sh", "python"
_FENCE = re.compile(r"^( *)```(\w+)[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_MAKE = re.compile(r"^([a-z]+):", re.MULTILINE)


class BlockError(AssertionError):
    """A command of a page that could not work."""


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page.name, text[: match.start()].count("\n") + 1, match[2], _outdented(match[3], match[1]))
        for match in _FENCE.finditer(text)
    ]


def commands_of(text: str) -> list[str]:
    """The commands of a shell block: lines, joined where they end in a backslash, without comments."""
    lines = text.replace("\\\n", " ").splitlines()
    return [command for line in lines if (command := shlex.join(shlex.split(line, comments=True)))]


def run_page(page: Path) -> Iterator[Block]:
    """Run every block; Python blocks share their names. Yields each block that has run."""
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks_of(page):
        try:
            if block.language == SHELL:
                for command in commands_of(block.text):
                    run_command(command)
            elif block.language == PYTHON:
                exec(compile(block.text, block.place, "exec"), names)
            else:
                continue
        except (Exception, SystemExit) as fault:
            raise BlockError(f"{block.place}: {type(fault).__name__}: {fault}\n{block.text}") from fault
        yield block


def run_command(command: str) -> None:
    """Run a `spriteloom` command made small; look whether any other could run. Raises BlockError."""
    program, *words = shlex.split(command)
    if program == "spriteloom":
        parse(words)
        if not small.only_parsed(command):
            get_command(make_app(words)).main(args=small.small_command(command), standalone_mode=False)
    elif program == "make":
        targets = _MAKE.findall((PROJECT / "Makefile").read_text(encoding="utf-8"))
        _check([word for word in words if "=" not in word and word not in targets], "no such make target")
    elif program == "pip":
        _check_installed(words)
    elif program == "python":
        _check(
            [word for word in words if word.endswith(".py") and not (PROJECT / word).exists()],
            "no such script",
        )
    else:
        raise BlockError(f"no rule for {program!r}: {command}")


def parse(words: list[str], *, is_whole: bool = True) -> None:
    """Parse a command line without running it, or its verb alone. Raises click's errors and BlockError."""
    command: Any = get_command(make_app(words))
    context = command.make_context("spriteloom", list(words), resilient_parsing=True)
    rest = list(words)
    while hasattr(command, "commands") and (rest or is_whole):
        name = rest.pop(0)
        _check([] if name in command.commands else [name], "no such verb")
        command = command.commands[name]
    if is_whole:
        command.make_context(command.name, rest, parent=context)


@cache
def options() -> frozenset[str]:
    """Every option of every verb."""
    waiting: list[Any] = [get_command(make_app())]
    names: set[str] = set()
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        names |= {
            name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)
        }
    return frozenset(names)


def _check_installed(words: list[str]) -> None:
    """`pip install` of this project or of an extra that it has."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    _check([] if words[0] == "install" else [words[0]], "not pip install")
    for word in words[1:]:
        match = re.fullmatch(r"\.(?:\[([\w,]+)\])?", word)
        _check([] if match else [word], "not installed from a checkout")
        extras = (match[1] or "").split(",") if match else []
        _check(
            [extra for extra in extras if extra and extra not in project["optional-dependencies"]],
            "no such extra",
        )


def _check(faults: list[str], words: str) -> None:
    if faults:
        raise BlockError(f"{words}: {', '.join(faults)}")


def _outdented(text: str, indent: str) -> str:
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
