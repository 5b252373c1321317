"""Every shell and Python block of the README and of the tutorials runs, in order, at small scale."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pages
import pytest
import small

PAGES = [pages.PROJECT / "README.md", *sorted((pages.PROJECT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(pages.PROJECT)))
@pytest.mark.usefixtures("readers_folder")
def test_every_block_of_a_page_runs(page: Path):
    ran = list(pages.run_page(page))
    assert len(ran) == len([block for block in pages.blocks_of(page) if block.language in ("sh", "python")])


@pytest.mark.parametrize("name", ["README.md", "docs/tutorials/artist.md", "docs/tutorials/games.md"])
def test_pages_for_users_have_blocks(name: str):
    assert len([block for block in pages.blocks_of(pages.PROJECT / name) if block.language == "sh"]) >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(pages.PROJECT)))
def test_commands_and_options_within_sentences_exist(page: Path):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    spans = re.findall(r"`([^`]+)`", text)
    for span in spans:
        if span.startswith("spriteloom ") and "…" not in span:
            pages.parse(shlex.split(span)[1:], is_whole="--out" in span)
    named = {word for span in spans for word in span.split() if re.fullmatch(r"--[a-z-]+", word)}
    assert named - pages.options() == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sh", "spriteloom trian latent --data set.parquet --out run"),
        ("sh", "spriteloom data prepare procedural --sise 32 --out set.parquet"),
        ("sh", "spriteloom data prepare procedural"),
        ("sh", "spriteloom reproduce pixel-vqvae --scael smoke --out paper"),
        ("sh", "spriteloom evaluate --model no-such-run --data set.parquet"),
        ("sh", "spriteloom recolor no-such-picture.png --like slime.png --out new.png"),
        ("sh", "spriteloom train no-such-preset --data set.parquet --out run"),
        ("sh", "make nonsense"),
        ("sh", "pip install '.[nonsense]'"),
        ("sh", "pip install nonsense"),
        ("sh", "python examples/nonsense.py"),
        ("sh", "rm -r sprites"),
        ("python", "import spriteloom as sl\nsl.no_such_name"),
        ("python", "import spriteloom as sl\nsl.Sprite.open('no-such-picture.png')"),
        ("python", "1 +"),
        ("python", "assert 1 == 2"),
    ],
)
def test_a_wrong_block_fails(language: str, text: str, readers_folder: Path):
    page = readers_folder / "page.md"
    page.write_text(f"# A page\n\n```{language}\n{text}\n```\n")
    with pytest.raises(pages.BlockError, match=r"page\.md:3"):
        list(pages.run_page(page))


def test_python_blocks_share_names_and_commands_share_a_folder(readers_folder: Path):
    page = readers_folder / "page.md"
    page.write_text(
        "```python\nimport spriteloom as sl\n```\n\n```sh\nspriteloom recolor slime.png \\\n  --like bat.png "
        "--out new.png  # its colors\n```\n\n1. In a list:\n\n    ```python\n    sl.Sprite.open('new.png')\n    ```\n"
    )
    assert [block.language for block in pages.run_page(page)] == ["python", "sh", "python"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("spriteloom train latent --data s.parquet --out r --minutes 4", ["--steps", "2"]),
        ("spriteloom train latent --data s.parquet --out r", ["widths=[8,16]", "--steps"]),
        (
            "spriteloom data prepare pokeapi --size 64 --out s.parquet",
            ["procedural", "--size", "32", "-n", "20"],
        ),
        ("spriteloom data prepare my-sprites --out s.parquet", ["my-sprites", "--size", "32"]),
        ("spriteloom generate --model r -n 16 --out new", ["-n", "2"]),
    ],
)
def test_rules_make_commands_small(command: str, words: list[str]):
    made = small.small_command(command)
    assert [word for word in words if word not in made] == []
    assert not {"4", "16", "64", "pokeapi"} & set(made)


def test_a_command_of_a_paper_is_only_parsed():
    assert small.only_parsed("spriteloom reproduce pixel-vqvae --scale cpu --out paper")
    assert not small.only_parsed("spriteloom generate --model runs/flow -n 8 --out new")
