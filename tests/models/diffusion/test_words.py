"""Words: a model that knows them is asked in them; without the language model it is said what to install."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from diffusion_kit import SMALL
from run_kit import small_set, trained
from spriteloom.errors import SourceError
from spriteloom.models.diffusion import captions, model, rows
from spriteloom.models.load import load


def letters(said):
    """A stand-in for a language model: how often each letter stands in a sentence."""
    counts = np.zeros((len(said), captions.WIDTH), np.float32)
    for row, one in zip(counts, said, strict=True):
        for letter in one:
            row[ord(letter) % captions.WIDTH] += 0.1
    return counts


def test_a_model_that_knows_words_is_asked_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "embed", letters)
    monkeypatch.setattr(model, "embed", letters)
    generator = load(trained(tmp_path / "run", "diffusion-words", steps=1, changes=SMALL["diffusion"]))
    generator = generator.with_sampler(num_steps=1)
    assert generator.shape.words == captions.WIDTH
    assert len(generator.condition({"types": ("fire",)}, "red fish")) == generator.conditions.size + 384
    blue, red = (generator.generate(1, prompt=said, guidance_scale=9.0)[0] for said in ("blue", "red dragon"))
    assert blue.pixels.shape == red.pixels.shape == (32, 32, 4)


def test_what_to_install_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    captions._model.cache_clear()
    with pytest.raises(SourceError, match=r"spriteloom\[words\]"):
        trained(tmp_path / "run", "diffusion-words", steps=1)
    assert small_set().count("train")


@pytest.mark.slow
def test_sentences_that_mean_alike_lie_near():
    pytest.importorskip("sentence_transformers", reason="needs the extra `words`")
    fish, swimmer, rock = captions.embed(["small blue fish", "a little swimming fish in blue", "gray stone"])
    assert fish @ swimmer > fish @ rock + 0.2
