"""Captions say what the pixels and the labels show, and each time something else is left out."""

from __future__ import annotations

import numpy as np

from spriteloom.models.diffusion.captions import captions

LABELS = {"types": ("water", "flying"), "shape": "fish", "view": "back"}


def blue() -> np.ndarray:
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[5:10, 5:10] = (50, 90, 220, 255)
    return rgba


def said(labels, count: int = 60) -> list[str]:
    return captions(labels, blue(), count, np.random.default_rng(0))


def test_color_shape_type_view_and_size_are_said():
    whole = " ".join(said(LABELS))
    for word in ("blue", "fish", "water-type", "flying-type", "seen from behind", "small"):
        assert word in whole


def test_no_two_words_always_come_together():
    each = said(LABELS)
    assert any("blue" in one and "-type" not in one for one in each)
    assert any("blue" not in one for one in each)


def test_a_text_of_its_own_is_used_now_and_then():
    each = said(LABELS | {"text": "It swims."})
    assert 10 < each.count("It swims.") < 30


def test_a_sprite_of_which_nothing_is_known_is_still_described():
    assert all(one and "  " not in one for one in said({}))
    assert said({}) == said({})


def test_a_name_is_said_in_parts_and_a_sentence_as_a_whole():
    lines = said({"types": ("item",), "shape": "weapon", "text": "long sword"})
    ends = {line.removeprefix("small ").removeprefix("blue ").strip() for line in lines}
    assert {"long", "sword", "long sword", "item weapon"} <= ends


def test_a_recolored_sprite_is_called_by_its_new_color():
    lines = captions({"text": "green dragon"}, blue(), 30, np.random.default_rng(0), recolored=True)
    assert not any("green" in line for line in lines) and "blue dragon" in lines
