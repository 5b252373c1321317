"""All verbs as one program, and the messages and exit status of its errors."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import typer

from spriteloom.cli.printing import progress_bars
from spriteloom.errors import SpriteloomError

INTERRUPTED = 130

# The verbs of each module. Only the module of the verb on the command line is imported.
VERBS = {
    "models": ("models", "train", "finetune"),
    "evaluating": ("evaluate",),
    "generating": ("generate", "vary", "morph", "fuse", "inpaint", "outpaint"),
    "codecs": ("encode", "decode", "reconstruct"),
    "edits": ("recolor", "clean", "palette"),
    "data": ("search",),
    "reproducing": ("demo", "reproduce"),
}
GROUPS = {
    "data": "data",
    "export": "exporting",
    "hub": "hub",
}  # a group of verbs → the module whose `app` holds them


def make_app(words: Sequence[str] = ()) -> typer.Typer:
    """The program with the verb or group that a command line begins with; with all where it names none."""
    app = typer.Typer(
        name="spriteloom",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(spriteloom)
    verbs = {verb: module for module, verbs in VERBS.items() for verb in verbs}
    name = words[0] if words else ""
    chosen = [name] if name in verbs or name in GROUPS else [*GROUPS, *verbs]
    for each in chosen:
        module = import_module(f"spriteloom.cli.{GROUPS.get(each) or verbs[each]}")
        if each in GROUPS:
            app.add_typer(module.app, name=each)
        else:
            app.command()(getattr(module, each))
    return app


def spriteloom() -> None:
    """Learn, edit and generate pixel art, exact to the pixel."""


def main() -> None:
    """Exit status: 0 done, 1 an error in one line, 2 usage, 130 interrupted."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        try:
            with progress_bars():
                make_app(sys.argv[1:])()
        finally:
            sys.stdout.flush()  # here, so that an error of the disk is still reported
    except SpriteloomError as fault:
        _end(str(fault), 1)
    except RuntimeError as fault:
        if type(fault).__name__ != "OutOfMemoryError":
            raise
        _end("a GPU is out of memory: close what else runs on it, or use --device cpu", 1)
    except BrokenPipeError:
        _end("", 1)
    except OSError as fault:  # that no verb handles: the disk under stdout or a temporary file
        _end(f"{fault.filename or 'stdout'} cannot be written ({fault.strerror}): check the disk", 1)
    except KeyboardInterrupt:
        _end("interrupted", INTERRUPTED)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _end("interrupted", INTERRUPTED)
        raise


def _end(words: str, status: int) -> None:
    if words:
        print(f"spriteloom: {words}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:  # drop what is left, or the interpreter would fail once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _as_interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Handle SIGTERM like Ctrl-C, so that no half-written file stays."""
    raise KeyboardInterrupt
