"""Text encoders: a model is prompted in words, near spellings lie near, what is missing is named."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

from diffusion_kit import SMALL
from run_kit import small_set, trained
from spriteloom.errors import ImpossibleModel, SourceError
from spriteloom.models.diffusion import words
from spriteloom.models.diffusion.words import MiniLM, NGrams, words_of
from spriteloom.models.load import load
from tiny_families import tiny_run

NGRAMS = NGrams()


def vectors(sentences: list[str], encoder: NGrams | MiniLM = NGRAMS) -> np.ndarray:
    return encoder.embed(sentences).of(torch.arange(len(sentences))).numpy()


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_a_model_is_prompted_in_words(tmp_path):
    changes = (*SMALL["diffusion"], "text.width=256", "hues=1")
    model = load(trained(tmp_path / "run", "tiles", steps=1, changes=changes)).with_sampler(num_steps=1)
    size = model.conditions.size
    assert model.shape.words == 256 and len(model.condition({"types": ("fire",)}, "red fish")) == size + 256
    assert np.array_equal(
        model.condition(prompt="Red  FISHES")[size:], model.condition(prompt="red fishe")[size:]
    )
    blue, red = (model.generate(1, prompt=each, guidance_scale=9.0)[0] for each in ("blue", "red dragon"))
    assert blue.pixels.shape == red.pixels.shape == (32, 32, 4)


def test_a_near_spelling_and_a_compound_lie_near():
    dragon, typo, compound, sword = vectors(["dragon", "dragn", "dragonfly", "sword"])
    assert cosine(dragon, typo) > 0.2 and cosine(dragon, compound) > 0.3 > 0.1 > abs(cosine(dragon, sword))


def test_a_sentence_is_the_sum_of_its_words():
    green, dragon, both, again, none = vectors(["green", "dragon", "Green dragons!", "dragon, green", "— ?"])
    np.testing.assert_allclose(both, (green + dragon) / np.sqrt(2), rtol=1e-6)
    np.testing.assert_allclose(both, again, rtol=1e-6)
    assert not none.any()


def test_words_are_lower_case_singular_and_not_too_many():
    assert words_of("Two red_swords, 2 SWORDS; a virus & glass") == [
        "two",
        "red",
        "sword",
        "2",
        "a",
        "virus",
        "glass",
    ]


@pytest.mark.parametrize(
    ("prompt", "problem"),
    [
        ("", "no word"),
        ("— ?! ♥", "no word"),
        ("12 345", "no word"),
        ("a" * 10_000, "10,000 characters"),
        (" ".join(f"w{i}" for i in range(3000)), "3000 different words"),
    ],
)
def test_a_prompt_without_a_word_or_with_too_many_is_refused(prompt: str, problem: str):
    with pytest.raises(ImpossibleModel, match=problem):
        load(tiny_run("tiles")).condition(prompt=prompt)


def test_what_to_install_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    words._minilm.cache_clear()
    with pytest.raises(SourceError, match=r"spriteloom\[words\]"):
        trained(tmp_path / "run", "diffusion-words", steps=1)
    assert small_set().count("train")


@pytest.mark.slow
def test_sentences_that_mean_alike_lie_near():
    pytest.importorskip("sentence_transformers", reason="needs the extra `words`")
    sentences = ["small blue fish", "a little swimming fish in blue", "gray stone"]
    fish, swimmer, rock = vectors(sentences, MiniLM())
    assert fish @ swimmer > fish @ rock + 0.2
