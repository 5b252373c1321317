"""The program's verbs under one name, and what a user sees when something goes wrong."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import typer

from spriteloom.cli import (
    benches,
    codecs,
    data,
    edits,
    exporting,
    generating,
    models,
    recording,
    remaking,
    report,
    reproducing,
    searching,
)
from spriteloom.errors import SpriteloomError

INTERRUPTED = 130

app = typer.Typer(
    name="spriteloom",
    help="Learns pixel art, edits it and makes it: exact pixels in, codes out, exact pixels back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(data.app, name="data")
app.add_typer(benches.app, name="bench")
app.add_typer(exporting.app, name="export")
for room in (models, codecs, generating, edits, remaking, recording, report, reproducing, searching):
    room.add_to(app)


def main() -> None:
    """Exit status: 0 done, 1 an error in one line, 2 usage, 130 interrupted."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # while what the disk says of it can still be told
    except SpriteloomError as fault:
        _end(str(fault), 1)
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
