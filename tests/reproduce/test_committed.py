"""The committed results, rendered again: their tables are those of the committed texts, cell by cell."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from spriteloom.reproduce.demo import DEMO
from spriteloom.reproduce.engine import Specification
from spriteloom.reproduce.page import Page
from spriteloom.reproduce.pixel_vqvae import PIXEL_VQVAE_PAPER
from spriteloom.reproduce.pokemon_vae import POKEMON_VAE_PAPER
from spriteloom.reproduce.tables import Table

from .kit import Reader

RESULTS = Path(__file__).parents[2] / "results"
COMMITTED = {
    "pixel-vqvae-cpu": PIXEL_VQVAE_PAPER,
    "pokemon-vae-cpu": POKEMON_VAE_PAPER,
    "pokemon-vae-tuxemon": POKEMON_VAE_PAPER,
    "pokemon-vae-amx": POKEMON_VAE_PAPER,
}
BARE = re.compile(r"(?<!\\)\|")  # a pipe that parts cells


def page_of(name: str, specification: Specification) -> Page:
    return specification.page(json.loads((RESULTS / f"{name}.json").read_text()), {})


def tables(text: str) -> dict[str, list[list[str]]]:
    """The cells of each Markdown table by its caption."""
    blocks = text.split("\n\n")
    return {
        caption: [[cell.strip() for cell in BARE.split(line)[1:-1]] for line in block.splitlines()]
        for caption, block in itertools.pairwise(blocks)
        if block.startswith("| ")
    }


@pytest.mark.parametrize(("name", "specification"), COMMITTED.items())
def test_tables_are_those_of_the_committed_text(name: str, specification: Specification):
    committed = tables((RESULTS / f"{name}.md").read_text())
    assert len(committed) >= 8
    assert tables(page_of(name, specification).markdown()) == committed
    assert all(len({len(row) for row in table}) == 1 for table in committed.values())


def test_some_figures_of_the_committed_texts_stand():
    paper = tables((RESULTS / "pixel-vqvae-cpu.md").read_text())
    table2 = {row[0]: row[1:] for row in paper["Table 2. Reconstruction of test pictures:"]}
    assert table2["Pixel VQ-VAE HiRes, our training"][:3] == ["**0.000176**", "**0.9962**", "0.000182"]
    assert table2["VQ-VAE LowRes"][0] == "0.0519 ± 0.0074 (0.01076)"
    assert paper["Time of each stage:"][-1] == ["in all", "90 min 21 s"]
    second = tables((RESULTS / "pokemon-vae-cpu.md").read_text())
    guidance = second["Agreement with the requested conditions:"][2]
    assert guidance == [
        "U-Net on latents",
        "1",
        "13.2 %",
        "1.33× 0.95 to 1.73",
        "14.0 %",
        "1.01× 0.72 to 1.32",
    ]


@pytest.mark.parametrize(("name", "specification"), [*COMMITTED.items(), ("pixel-vqvae-demo", DEMO)])
def test_the_page_has_every_cell_of_the_text(name: str, specification: Specification):
    page = page_of(name, specification)
    read = Reader(page.html())
    words = set(read.words)
    assert read.open == []
    drawn = [part for part in page.parts.values() if isinstance(part, Table)]
    assert len(drawn) >= 6 and all(table.title in words for table in drawn)
    for table in drawn:
        for _, cells in table.rows:
            for cell in cells:
                assert cell.text in words and (not cell.paper or f"paper {cell.paper}" in words)


@pytest.mark.parametrize(("name", "specification"), COMMITTED.items())
def test_three_to_six_sentences_compare(name: str, specification: Specification):
    assert 3 <= len(page_of(name, specification).sentences) <= 6


def test_the_demos_tables_have_its_figures():
    text = page_of("pixel-vqvae-demo", DEMO).markdown()
    figures = tables(text)
    main = figures["Ours, on pictures of species that no run has seen:"]
    assert main[2][:5] == ["HiRes", "54,313", "**0.000176**", "**0.996**", "83.8 %"]
    presets = figures["Same pictures, 0.3 minutes of training each:"]
    assert [row[1] for row in presets[2:]] == ["ours", "the paper’s"] * 3
    assert all("of its 25" in row[-1] for row in presets[3::2])
    assert len(figures["MSE on the same pictures, the table refitted:"]) == 5
