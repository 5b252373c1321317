"""A bar on a terminal for what takes long; nothing where stderr is no terminal."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from run_kit import small_set
from spriteloom.cli import printing
from spriteloom.progress import tracked
from tiny_families import tiny_run


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """stderr as a terminal that shows bars at once; called in a test, since pytest sets stderr before each."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(printing, "BAR_SECONDS", -1)
    monkeypatch.setenv("TERM", "xterm")
    return screen


def words(verb: str, out: Path) -> tuple[object, ...]:
    small = ("--data", small_set().path)
    return {
        "generate": ("generate", "--model", tiny_run("diffusion"), "-n", 9, "--steps", 3, "--out", out),
        "evaluate": ("evaluate", "--model", tiny_run("kmeans"), *small),
        "train": ("train", "kmeans-medres", "--set", "k=8", *small, "--steps", 1, "--out", out),
        "data": ("data", "fetch", "procedural", "-n", 3, "--out", out),
    }[verb]


@pytest.mark.parametrize(
    ("verb", "stage"),
    [("generate", "sampling"), ("evaluate", "reconstructing"), ("train", "kmeans"), ("data", "writing")],
)
def test_a_verb_shows_what_it_does(cli, monkeypatch, tmp_path: Path, verb: str, stage: str):
    screen = on_terminal(monkeypatch)
    ended = cli(*words(verb, tmp_path / "out"))
    assert ended.status == 0, screen.getvalue()
    assert stage in screen.getvalue() and "━" in screen.getvalue()


@pytest.mark.usefixtures("sprites")
def test_encoding_a_folder_counts_its_files(cli, monkeypatch, tmp_path: Path):
    screen = on_terminal(monkeypatch)
    ended = cli("encode", tmp_path / "art", "--model", tiny_run("kmeans"), "--out", tmp_path / "codes.npz")
    assert ended.status == 0 and "reading pictures" in screen.getvalue()


@pytest.mark.parametrize("verb", ["generate", "evaluate", "data"])
def test_nothing_is_shown_where_stderr_is_no_terminal(cli, tmp_path: Path, verb: str, monkeypatch):
    monkeypatch.setattr(printing, "BAR_SECONDS", -1)
    ended = cli(*words(verb, tmp_path / "out"))
    assert ended.status == 0 and "%" not in ended.err and "\x1b" not in ended.err
    assert ended.err.count("\n") <= 1


def test_a_short_loop_shows_no_bar(cli, monkeypatch: pytest.MonkeyPatch):
    screen = on_terminal(monkeypatch)
    monkeypatch.setattr(printing, "BAR_SECONDS", 1e9)
    ended = cli(*words("evaluate", Path()), "--json")
    assert json.loads(ended.out)["n"] and not screen.getvalue()


def test_an_error_takes_the_bar_away(monkeypatch: pytest.MonkeyPatch):
    screen = on_terminal(monkeypatch)
    with pytest.raises(KeyError), printing.progress_bars():
        for i in tracked(range(3), "looping"):
            if i:
                raise KeyError
    assert "looping" in screen.getvalue() and screen.getvalue().endswith("\x1b[2K")  # the line is cleared
