"""The documentation site is whole: every verb, every public name and every page is in it."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pages
import pytest

import spriteloom as sl
from spriteloom.cli.app import VERBS

DOCS = pages.PROJECT / "docs"
SETTINGS = (pages.PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
WORKFLOWS = sorted((pages.PROJECT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """scripts/docs_hook.py as MkDocs imports it."""
    spec = importlib.util.spec_from_file_location("docs_hook", pages.PROJECT / "scripts" / "docs_hook.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def commands(hook: ModuleType) -> str:
    return str(hook.command_reference())


def test_every_verb_has_a_section(commands: str):
    verbs = {verb for names in VERBS.values() for verb in names}
    assert verbs - set(re.findall(r"^## (\S+)$", commands, re.MULTILINE)) == set()
    assert "### data prepare" in commands and "### export tuxemon" in commands


def test_options_stand_with_value_default_and_meaning(commands: str):
    section = commands[commands.index("### data prepare") :].partition("\n##")[0]
    assert "spriteloom data prepare SOURCE [OPTIONS]" in section
    assert "| `--out` | path | required |" in section
    assert re.search(r"\| `--preprocessing` \| str \| `pixel` \| \S", section)
    assert re.search(r"\| `--view` \| str, repeatable \| [^|]* \| \S", section)


def test_no_option_is_without_a_meaning(commands: str):
    assert re.findall(r"^\| `.*\|\s*\|$", commands, re.MULTILINE) == []


def test_every_public_name_has_an_entry():
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    entries = set(re.findall(r"^::: spriteloom\.(\w+)$", page, re.MULTILINE))
    assert entries == (set(sl.__all__) | {"errors"}) - {"__version__"}


def test_every_page_is_in_the_navigation(hook: ModuleType):
    listed = set(re.findall(r": (\S+\.md)$", SETTINGS, re.MULTILINE))
    written = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert listed == written | {hook.PAGE}


def test_the_site_loads_nothing_from_elsewhere():
    assert "font: false" in SETTINGS and "strict: true" in SETTINGS
    assert "http" not in SETTINGS
    assert "url(" not in (DOCS / "site.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_use_targets_that_exist(workflow):
    targets = re.findall(r"run: make (\w+)", workflow.read_text(encoding="utf-8"))
    makefile = (pages.PROJECT / "Makefile").read_text(encoding="utf-8")
    assert targets and [name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []
