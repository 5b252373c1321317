"""The generator as a source: files with facts, like any other."""

from __future__ import annotations

import numpy as np

from spriteloom.data.procedural.creature import ProceduralSource, draw, species
from spriteloom.data.source import Source
from spriteloom.pixels.sprite import open_animation


def test_it_counts_its_items_and_repeats_them() -> None:
    source: Source = ProceduralSource(n=3, seed=1)
    first, again = list(source.items()), list(source.items())
    assert len(first) == len(source) == 12
    assert first == again
    assert source.name == "procedural"
    assert "CC0" in source.licence


def test_each_species_comes_in_four_suits_under_one_key() -> None:
    items = list(ProceduralSource(n=4, seed=1).items())
    assert len({item.path for item in items}) == 16
    for start in range(0, 16, 4):
        group = items[start : start + 4]
        assert len({item.species for item in group}) == 1
        assert {(item.view, item.shiny) for item in group} == {
            ("front", False),
            ("back", False),
            ("front", True),
            ("back", True),
        }


def test_the_files_hold_the_drawings_with_their_palette_in_order() -> None:
    spec = next(species(1, seed=6))
    for item in list(ProceduralSource(n=1, seed=6).items()):
        sprite = open_animation(item.data).frames[0]
        drawn = draw(spec, view=item.view, shiny=item.shiny)
        assert np.array_equal(sprite.pixels, drawn.pixels)
        assert sprite.palette is not None
        assert drawn.palette is not None
        assert np.array_equal(sprite.palette.colors, drawn.palette.colors[: len(sprite.palette)])


def test_facts_of_an_item_are_those_of_its_drawing() -> None:
    spec = next(species(1, seed=9))
    item = next(ProceduralSource(n=1, seed=9).items())
    labels = draw(spec).labels
    assert item.species == spec.key
    assert (item.types, item.shape) == (spec.types, spec.shape)
    assert (item.color, item.view, item.text) == (labels["color"], "front", labels["text"])


def test_a_seed_and_a_size_make_another_source() -> None:
    plain = next(ProceduralSource(n=1).items())
    assert next(ProceduralSource(n=1, seed=1).items()).data != plain.data
    small = next(ProceduralSource(n=1, size=32).items())
    assert open_animation(small.data).frames[0].pixels.shape == (32, 32, 4)
