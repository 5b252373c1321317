"""README.md tells the truth: its links, its commands, its Python."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import spriteloom as sl

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text()
COMMANDS = sorted(set(re.findall(r"`(spriteloom [^`]+)`", README)))


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_every_make_target_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_parsed(command: str) -> None:
    """Each verb exists and takes these arguments: the command line parses them without running anything."""
    from typer.main import get_command

    from spriteloom.cli.app import make_app

    words = shlex.split(command)[1:]
    here = get_command(make_app())
    context = here.make_context("spriteloom", [*words], resilient_parsing=True)
    while hasattr(here, "commands"):
        name = words.pop(0)
        assert name in here.commands, f"no verb {name!r}"
        here = here.commands[name]
        if hasattr(here, "commands"):
            continue
        known = {
            option for parameter in here.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert [word for word in words if word.startswith("-") and word not in known] == []
        if words and "…" not in command:
            here.make_context(name, words, parent=context)


def test_the_python_names_exist() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code
    compile(code[1], "README.md", "exec")
    used = set(re.findall(r"\bsl\.(\w+)", code[1]))
    assert used and used <= set(sl.__all__)
