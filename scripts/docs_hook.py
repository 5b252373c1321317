"""A MkDocs hook: writes the command-line reference from the program itself.

`mkdocs build` calls `on_files`; the page is made in memory and is no file of the repository.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

PAGE = "reference/commands.md"


def on_files(files: Any, config: Any) -> Any:
    """Add the generated page to those of the site."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, PAGE, content=command_reference()))
    return files


def command_reference() -> str:
    """Every verb with its arguments and options, as Markdown."""
    from typer.main import get_command

    from spriteloom.cli.app import make_app

    lines = [
        "# Command line",
        "",
        "Figures go to stdout, with `--json` as one JSON value; progress and messages go to stderr. The exit "
        "status is 0 when done, 1 after an error in one line, 2 after wrong usage, 130 when interrupted.",
        "",
    ]
    for path, command in _commands(get_command(make_app()), ()):
        lines += [*_command(path, command), ""]
    return "\n".join(lines)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Commands with the words that call them, groups before their members."""
    for name, member in getattr(command, "commands", {}).items():
        if not member.hidden:
            yield (*path, name), member
            yield from _commands(member, (*path, name))


def _command(path: tuple[str, ...], command: Any) -> Iterator[str]:
    from typer import Context

    yield f"{'#' * (1 + len(path))} {' '.join(path)}"
    yield ""
    yield inspect.cleandoc(command.help or "").replace("\f", "")
    if hasattr(command, "commands"):
        return
    shown = [parameter for parameter in command.params if not parameter.hidden and parameter.name != "help"]
    shown.sort(key=lambda parameter: not _is_argument(parameter))
    words = [_argument(parameter) for parameter in shown if _is_argument(parameter)]
    yield from ("", "```text", " ".join(["spriteloom", *path, *words, "[OPTIONS]"]), "```", "")
    context = Context(command, info_name=path[-1])
    yield from ("| argument or option | value | default | meaning |", "| --- | --- | --- | --- |")
    yield from (_row(parameter, context) for parameter in shown)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _argument(parameter: Any) -> str:
    name = str(parameter.name).upper()
    name = name if parameter.required else f"[{name}]"
    return f"{name}…" if parameter.nargs == -1 else name


def _row(parameter: Any, context: Any) -> str:
    names = (
        [str(parameter.name).upper()]
        if _is_argument(parameter)
        else [*parameter.opts, *parameter.secondary_opts]
    )
    is_flag = getattr(parameter, "is_flag", False)
    value = "" if is_flag else _value(parameter, context)
    shown = getattr(parameter, "show_default", None)
    default = shown if isinstance(shown, str) else _default(parameter.default, is_flag)
    default = "required" if parameter.required else default
    cells = (", ".join(f"`{name}`" for name in names), value, default, parameter.help or "")
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def _value(parameter: Any, context: Any) -> str:
    """What an option takes. Parameters of older versions of typer are click's: they have a `type` instead."""
    shown = parameter.display_type(context) if hasattr(parameter, "display_type") else parameter.type.name
    words = re.sub(r"list.(\w+).", r"\1", str(shown).strip("<>")).lower()
    return f"{words}, repeatable" if _is_repeatable(parameter) else words


def _is_repeatable(parameter: Any) -> bool:
    return bool(getattr(parameter, "multiple", False) or parameter.nargs == -1)


def _default(value: Any, is_flag: bool) -> str:
    return "" if value is None or is_flag or callable(value) or value in ((), []) else f"`{value}`"
