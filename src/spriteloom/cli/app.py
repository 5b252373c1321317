"""The program's verbs under one name, and what a user sees when something goes wrong."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer

from spriteloom.cli import benches, codecs, data, edits, models, report
from spriteloom.errors import SpriteloomError

app = typer.Typer(
    name="spriteloom",
    help="Learns pixel art, edits it and makes it: exact pixels in, codes out, exact pixels back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(data.app, name="data")
app.add_typer(benches.app, name="bench")
for room in (models, codecs, edits, report):
    room.add_to(app)


def main() -> None:
    """Exit status: 0 done, 1 an error in one line, 2 usage, 130 interrupted."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        app()
    except SpriteloomError as fault:
        print(f"spriteloom: {fault}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("spriteloom: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM unwinds like Ctrl-C, so that nothing half-written stays."""
    raise KeyboardInterrupt
