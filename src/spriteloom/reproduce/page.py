"""A page of results: its parts by name, written as HTML by a template, as Markdown and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spriteloom.errors import RunError
from spriteloom.pixels.disk import write_bytes
from spriteloom.reproduce.charts import Chart
from spriteloom.reproduce.pictures import Gallery
from spriteloom.reproduce.tables import Matrix, Table, escape
from spriteloom.version import __version__

PAGE, RESULTS, TEXT = "index.html", "results.json", "results.md"

Figures = Mapping[str, Any]  # what results.json holds
Part = Table | Matrix | Chart | Gallery  # its `kind` names the macro of `parts.html` that draws it


@dataclass(frozen=True, kw_only=True)
class Page:
    """The template of `name` arranges the parts and says what they are. `sentences` compare the results.

    `setting` is what was run, on which machine and data.
    """

    name: str
    figures: Figures
    setting: Mapping[str, Any]
    parts: Mapping[str, Part]
    sentences: Sequence[str] = ()

    @property
    def facts(self) -> dict[str, str]:
        """What was run and on what, as texts."""
        setting = self.setting
        versions = setting.get("versions", {})
        facts = {
            "command": setting["command"],
            "scale": setting.get("scale", ""),
            "seed": str(setting.get("seed", "")),
            "machine": f"{setting['cores']} cores, {setting['processor']}; {setting['precision']}",
            "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
            "finished": setting.get("finished", ""),
        }
        return {name: text for name, text in facts.items() if text}

    def html(self) -> str:
        """One file that needs no other, no script and no network."""
        from jinja2 import Environment, PackageLoader, StrictUndefined

        loader = PackageLoader("spriteloom.reproduce")
        environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        template = environment.get_template(f"{self.name}.html")
        return template.render(
            page=self, figures=self.figures, setting=self.setting, version=__version__
        ).lstrip()

    def markdown(self) -> str:
        """The sentences, tables and matrices."""
        facts = [f"- {escape(name)}: {escape(text)}" for name, text in self.facts.items()]
        licence = f"- art: {escape(self.setting['source'])}, {escape(self.setting['licence'])}"
        parts = [f"# Results of {self.name}", "\n".join([*facts, licence])]
        if self.sentences:
            parts.append("\n".join(f"- {escape(text)}" for text in self.sentences))
        parts += [part.markdown() for part in self.parts.values() if isinstance(part, Table | Matrix)]
        return "\n\n".join(parts) + "\n"


def write(page: Page, folder: Path) -> None:
    """index.html, results.md and results.json in a folder, each replaced whole. Raises RunError."""
    text = json.dumps(page.figures, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_bytes(folder / RESULTS, text.encode(), RunError)
    write_bytes(folder / TEXT, page.markdown().encode(), RunError)
    write_bytes(folder / PAGE, page.html().encode(), RunError)


def to_json(value: Any) -> Any:
    """Plain JSON values: tuples as lists, null for a number that is not finite."""
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
