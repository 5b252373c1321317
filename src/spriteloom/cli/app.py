"""The program's verbs under one name, and what a user sees when something goes wrong."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import typer

from spriteloom.errors import SpriteloomError

INTERRUPTED = 130

# Where each verb is defined. One that is named is imported alone: the others cost it nothing.
VERBS = {
    "data": ("data",),
    "exporting": ("export",),
    "models": ("models", "train", "evaluate"),
    "codecs": ("encode", "decode", "reconstruct"),
    "generating": ("generate",),
    "edits": ("recolor", "clean"),
    "generative": ("vary", "morph", "fuse", "inpaint", "outpaint"),
    "report": ("demo",),
    "reproducing": ("reproduce",),
    "searching": ("search",),
}
_GROUPS = ("data", "export")  # verbs with verbs of their own


def make_app(words: Sequence[str] = ()) -> typer.Typer:
    """The program, with the verb that the words of a command line begin with; else with all of them."""
    app = typer.Typer(
        name="spriteloom",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(spriteloom)
    named = [module for module, verbs in VERBS.items() if words and words[0] in verbs]
    for module in named or VERBS:
        found = import_module(f"spriteloom.cli.{module}")
        if VERBS[module][0] in _GROUPS:
            app.add_typer(found.app, name=VERBS[module][0])
        else:
            found.add_to(app)
    return app


def spriteloom() -> None:
    """Learns pixel art, edits it and makes it: exact pixels in, codes out, exact pixels back."""


def main() -> None:
    """Exit status: 0 done, 1 an error in one line, 2 usage, 130 interrupted."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        try:
            make_app(sys.argv[1:])()
        finally:
            sys.stdout.flush()  # while what the disk says of it can still be told
    except SpriteloomError as fault:
        _end(str(fault), 1)
    except RuntimeError as fault:
        if type(fault).__name__ != "OutOfMemoryError":
            raise
        _end("a GPU is out of memory: close what else runs on it, or use --device cpu", 1)
    except BrokenPipeError:
        _end("", 1)
    except OSError as fault:  # what no verb has met: the disk under stdout, or under a temporary file
        _end(f"{fault.filename or 'stdout'} cannot be written ({fault.strerror}): check the disk", 1)
    except KeyboardInterrupt:
        _end("interrupted", INTERRUPTED)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _end("interrupted", INTERRUPTED)
        raise


def _end(words: str, status: int) -> None:
    """One line on stderr, if there is something to say, and the end."""
    if words:
        print(f"spriteloom: {words}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:  # what it still holds is dropped, or it would fail once more on the way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _as_interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """SIGTERM unwinds like Ctrl-C, so that nothing half-written stays."""
    raise KeyboardInterrupt
