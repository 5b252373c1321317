"""`spriteloom generate`, and training a prior by words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from run_kit import small_set, trained
from spriteloom.cli import show
from spriteloom.pixels import Sprite


@pytest.fixture(scope="module")
def prior(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("runs") / "prior", "pixelcnn", steps=1, base=run)


def test_sprites_a_sheet_and_a_record_are_written(cli, prior: Path, tmp_path: Path):
    words = ("--types", "fire", "flying", "--shape", "wings", "--seed", 7, "--sheet", "--colors", 4, "--json")
    ended = cli("generate", "--model", prior, "-n", 3, "--out", tmp_path / "new", *words)
    assert ended.status == 0, ended.err
    records = json.loads(ended.out)
    assert records == json.loads((tmp_path / "new" / "sprites.json").read_text())
    assert [one["seed"] for one in records] == [7, 8, 9]
    assert records[0]["labels"] == {"types": ["flying", "fire"], "shape": ["wings"]}
    assert (tmp_path / "new" / "sheet.png").exists()
    for one in records:
        pixels = Sprite.open(tmp_path / "new" / one["file"]).pixels
        assert set(np.unique(pixels[..., 3])) <= {0, 255}


def test_the_same_seed_gives_the_same_files(cli, prior: Path, tmp_path: Path):
    for name in "ab":
        assert cli("generate", "--model", prior, "-n", 2, "--out", tmp_path / name).status == 0
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 3
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_a_sprite_is_that_of_its_seed(cli, prior: Path, tmp_path: Path):
    for seed, n in ((5, 2), (6, 1)):
        out = ("--out", tmp_path / str(seed))
        assert cli("generate", "--model", prior, "-n", n, "--seed", seed, *out).status == 0
    fifth, sixth = sorted((tmp_path / "5").glob("*.png"))
    (alone,) = (tmp_path / "6").glob("*.png")
    assert alone.name == sixth.name and alone.read_bytes() == sixth.read_bytes() != fifth.read_bytes()


@pytest.mark.parametrize(
    "words", [("--types", "fier"), ("--shape", "wing"), ("--label", "mood=grim"), ("-n", 0), ("--colors", 0)]
)
def test_what_cannot_be_made_is_one_line(cli, prior: Path, tmp_path: Path, words: tuple[object, ...]):
    assert cli("generate", "--model", prior, "--out", tmp_path / "new", *words).is_one_line


def test_a_codec_alone_generates_nothing(cli, run: Path, tmp_path: Path):
    ended = cli("generate", "--model", run, "--out", tmp_path / "new")
    assert ended.is_one_line and "train a prior over it" in ended.err


def test_a_prior_is_trained_by_words(cli, run: Path, tmp_path: Path):
    given = ("--data", small_set().path, "--out", tmp_path / "prior", "--base", run)
    ended = cli("train", "pixelcnn", *given, "--label", "shape", "--steps", 1, "--json")
    assert ended.status == 0 and json.loads(ended.out)["validation_bits"] > 0
    assert cli("train", "counts", "--data", small_set().path, "--out", tmp_path / "no").is_one_line
    assert cli("train", "pixelcnn", *given[:3], tmp_path / "no", *given[4:], "--label", "form").is_one_line
    assert cli("train", "counts", *given[:3], tmp_path / "no", *given[4:], "--label", "shape").is_one_line


def test_options_that_a_model_does_not_take_are_refused(cli, run: Path, prior: Path, tmp_path: Path):
    out = ("--out", tmp_path / "new")
    for words in (("--steps", 3), ("--sampler", "dpm"), ("--prompt", "a fish")):
        assert cli("generate", "--model", prior, *out, *words).is_one_line, words
    counts = trained(tmp_path / "counts", "counts", base=run)
    for words in (("--guidance", 2), ("--types", "fire")):
        assert cli("generate", "--model", counts, *out, *words).is_one_line, words
    assert not (tmp_path / "new").exists()


def test_sprites_have_the_colors_of_a_palette_file(cli, prior: Path, tmp_path: Path):
    (tmp_path / "four.hex").write_text("081820\n346856\n88c070\ne0f8d0\n")
    words = ("--model", prior, "-n", 2, "--out", tmp_path / "new", "--palette", tmp_path / "four.hex")
    assert cli("generate", *words).status == 0
    four = {bytes.fromhex(line) for line in (tmp_path / "four.hex").read_text().split()}
    for file in (tmp_path / "new").glob("*.png"):
        pixels = Sprite.open(file).pixels.reshape(-1, 4)
        assert {bytes(color[:3]) for color in pixels if color[3]} <= four
    assert cli("generate", *words[:-1], tmp_path / "none.hex").is_one_line


def test_a_palette_that_cannot_be_drawn_for_is_one_line(cli, prior: Path, tmp_path: Path):
    (tmp_path / "one.hex").write_text("102030\n")
    (tmp_path / "many.hex").write_text("".join(f"{i:06x}\n" for i in range(5000)))
    (tmp_path / "words.gpl").write_text("no palette\n")
    words = ("generate", "--model", prior, "--out", tmp_path / "new", "--palette")
    reasons = {
        tmp_path / "one.hex": "a palette of 1 colors cannot be drawn for: give 2 to 256",
        tmp_path / "many.hex": "a palette of 5000 colors cannot be drawn for: give 2 to 256",
        tmp_path / "words.gpl": "words.gpl is not a known palette",
        "pico9": "did you mean pico-8",
    }
    for palette, reason in reasons.items():
        ended = cli(*words, palette)
        assert ended.is_one_line and reason in ended.err, ended.err
    assert not (tmp_path / "new").exists()


def test_new_sprites_are_shown_and_the_sheet_named(cli, prior: Path, tmp_path: Path, monkeypatch):
    printed: list[Sprite] = []
    monkeypatch.setattr(show, "print_sprites", printed.extend)
    out = tmp_path / "new"
    ended = cli("generate", "--model", prior, "-n", 2, "--out", out, "--show", "--sheet")
    assert ended.status == 0 and str(out / "sheet.png") in ended.err
    assert [sprite.name for sprite in printed] == sorted(path.stem for path in out.glob("pixelcnn-*.png"))
    assert cli("generate", "--model", prior, "-n", 2, "--out", out, "--show", "--json").status == 2


def test_without_a_terminal_show_is_one_line_more(cli, prior: Path, tmp_path: Path):
    ended = cli("generate", "--model", prior, "-n", 1, "--out", tmp_path / "new", "--show")
    assert ended.status == 0 and not ended.out
    assert ended.err.splitlines()[0] == "--show prints nothing: stdout is not a terminal with colors"
    assert ended.err.count("\n") == 2
