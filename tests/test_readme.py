"""README.md is short and true: its links, its figures, its citations. `docs/test_pages.py` runs its blocks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from spriteloom.models.registry import FAMILIES, family_of_preset

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
BRACES = re.compile(r"\{([\w,]+)\}")


def table_with(heading: str) -> list[list[str]]:
    """The cells of the table whose heading holds these words."""
    lines = README[README.index(heading) :].splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:end]]


def results(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PROJECT / "results" / name).read_text(encoding="utf-8"))
    return found


def test_it_is_short():
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_linked_file_exists(page: Path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    generated = ("reference/commands.md",)
    missing = [link for link in links if not (page.parent / link).exists() and not link.endswith(generated)]
    assert missing == []


def test_it_has_links():
    assert len(re.findall(r"\]\((?!https?:)", README)) >= 20


def test_the_table_of_families_is_whole():
    rows = table_with("| family | presets")
    presets = [name for row in rows for listed in re.findall("`([^`]+)`", row[1]) for name in _spread(listed)]
    assert len(rows) == len(FAMILIES) == len({family_of_preset(name).name for name in presets})


def test_figures_of_the_codecs_are_those_of_the_results():
    demo = results("pixel-vqvae-demo.json")
    measured = {record["size"]: record for record in demo["ours"]}
    rows = table_with("| codec | parameters")
    assert len(rows) == 3
    for name, parameters, mse, ratio, ssim, paper, seconds in rows:
        size = name.split()[0].strip(",").lower()
        record, published = measured[size], demo["published"][size]
        assert parameters == f"{record['parameters']:,}"
        assert float(mse) == float(f"{record['test']['mse']:.3g}")
        assert ratio == f"{record['mse_over_kmeans']:.2f}"
        assert ssim == f"{record['test']['ssim']:.3f}"
        assert paper == f"{published['mse']:.5f} / {published['ssim']:.3f}"
        assert seconds == f"{record['seconds']:.0f} s"


def test_figures_of_new_sprites_are_those_of_the_results():
    first, second = results("pixel-vqvae-cpu.json"), results("pokemon-vae-cpu.json")
    table, generation = first["table5"], second["generation"]
    papers = min(
        (row for row in table if row["whose"] == "paper" and "RGB" not in row["label"]),
        key=lambda row: row["fd"],
    )
    ours = {row["job"]: row for row in table}
    expected = [
        papers,
        ours["pixelcnn-on-ours"],
        ours["prior-on-ours-longer"],
        first["floor"],
        generation["mlp-on-vae"],
        generation["latent-diffusion"],
        generation["latent-diffusion-longer"],
        second["floor"],
    ]
    rows = table_with("| model | protocol")
    assert [row[3:] for row in rows] == [[f"{row['fd']:.0f}", f"{row['kid']:.3f}"] for row in expected]


def test_both_papers_are_cited():
    citation = (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    for words in (
        "Pixel VQ-VAEs for Improved Pixel Art Representation",
        "arXiv:2203.12130",
        "Saravanan",
        "Guzdial",
    ):
        assert words in citation and words in README
    for words in ("Variational Autoencoder for Latent Diffusion", "Kennedy", "Kuo", "Garcia", "Jarski"):
        assert words in citation and words in README


def _spread(name: str) -> list[str]:
    """`a-{b,c}` as a-b and a-c."""
    match = BRACES.search(name)
    return [BRACES.sub(part, name, 1) for part in match[1].split(",")] if match else [name]
