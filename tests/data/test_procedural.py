"""Creatures drawn by code: what their labels promise, and what pixel art demands of every one of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from spriteloom.data.procedural.creature import animation, creatures, draw, indices, species
from spriteloom.data.procedural.shading import largest
from spriteloom.data.procedural.species import SHAPES, TYPES, CreatureSpec, invent

COLORS = {"black", "blue", "brown", "gray", "green", "pink", "purple", "red", "white", "yellow"}
GOLDEN = "f8664530726f8216ac9c1100cc2bf6e6b67fa0071dd8f7856322f9f752b5bf64"


def one(seed: int, **wanted: object) -> CreatureSpec:
    return invent(np.random.Generator(np.random.PCG64(seed)), **wanted)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def crowd() -> list[CreatureSpec]:
    return list(species(24, seed=3))


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_the_same_seed_draws_the_same_bytes_on_every_machine() -> None:
    digest = hashlib.sha256()
    for spec in species(14, seed=2):
        for view in ("front", "back"):
            sprite = draw(spec, view=view, frame=1)
            digest.update(sprite.pixels.tobytes())
            digest.update(repr((sprite.name, sorted(sprite.labels.items()))).encode())
    assert digest.hexdigest() == GOLDEN


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    short, long = list(creatures(3, seed=8)), list(creatures(6, seed=8))
    for a, b in zip(short, long, strict=False):
        assert a.pixels.tobytes() == b.pixels.tobytes()
        assert (a.name, a.species, a.labels) == (b.name, b.species, b.labels)
    assert len({sprite.species for sprite in long}) == 6


def test_another_seed_draws_others() -> None:
    a, b = next(creatures(1, seed=1)), next(creatures(1, seed=2))
    assert a.pixels.tobytes() != b.pixels.tobytes()
    assert a.species != b.species


@pytest.mark.parametrize("size", [32, 64, 96])
def test_every_picture_is_pixel_art(size: int) -> None:
    for spec in species(14, seed=5, size=size):
        for view in ("front", "back"):
            sprite = draw(spec, view=view)
            assert sprite.pixels.shape == (size, size, 4)
            assert set(np.unique(sprite.pixels[..., 3])) == {0, 255}
            assert not sprite.pixels[sprite.pixels[..., 3] == 0].any()
            assert len(np.unique(sprite.pixels.reshape(-1, 4), axis=0)) <= 16
            assert sprite.palette is not None
            assert sprite.palette.transparent == 0


def test_every_creature_is_one_figure_of_a_good_size(crowd: list[CreatureSpec]) -> None:
    for spec in crowd:
        for view in ("front", "back"):
            figure = indices(spec, view=view) > 0
            assert largest(figure).sum() >= 0.97 * figure.sum()
            assert 0.12 < figure.mean() < 0.8


def test_what_comes_loose_is_dropped() -> None:
    """One creature in some thousands; this one would have a crumb beside it."""
    figure = indices(list(species(49, seed=16))[48]) > 0
    assert np.array_equal(largest(figure), figure)


def test_a_line_closes_every_figure(crowd: list[CreatureSpec]) -> None:
    for spec in crowd:
        drawn = indices(spec)
        ringed = np.pad(drawn, 1)
        beside_nothing = np.zeros(drawn.shape, bool)
        for dy, dx in ((0, 1), (2, 1), (1, 0), (1, 2)):
            beside_nothing |= ringed[dy : dy + 64, dx : dx + 64] == 0
        assert set(np.unique(drawn[beside_nothing & (drawn > 0)])) <= {1, 9}


def test_lone_pixels_stand_only_in_faces(crowd: list[CreatureSpec]) -> None:
    for spec in crowd:
        drawn = indices(spec, view="back")
        ringed = np.pad(drawn, 1)
        company = sum(
            (ringed[dy : dy + 64, dx : dx + 64] == drawn).astype(int) for dy in range(3) for dx in range(3)
        )
        assert ((company == 1) & (drawn > 0)).sum() <= 2


def test_light_falls_from_the_top_left(crowd: list[CreatureSpec]) -> None:
    lit, dark = [], []
    for spec in crowd:
        drawn = indices(spec)
        for roles, places in (((4, 5), lit), ((2,), dark)):
            where = np.argwhere(np.isin(drawn, roles))
            if len(where):
                places.append(where.mean(axis=0) - np.argwhere(drawn > 0).mean(axis=0))
    assert (np.mean(lit, axis=0) < np.mean(dark, axis=0) - 2).all()


def test_faces_look_at_the_viewer_and_backs_have_none() -> None:
    for seed, shape in enumerate(SHAPES):
        for _ in range(3):
            spec = one(seed, shape=shape, types=("normal",))
            front, back = indices(spec), indices(spec, view="back")
            assert (front == 13).sum() >= 2
            assert (back == 13).sum() < (front == 13).sum()
            assert not np.array_equal(front, back)


def test_a_shiny_one_is_the_same_drawing_in_other_colors(crowd: list[CreatureSpec]) -> None:
    for spec in crowd[:20]:
        plain, shiny = draw(spec), draw(spec, shiny=True)
        assert plain.palette != shiny.palette
        assert plain.species == shiny.species
        assert shiny.labels["form"] == "shiny"
        for sprite in (plain, shiny):
            assert sprite.palette is not None
            assert np.array_equal(sprite.palette.colors[indices(spec)], sprite.pixels)


def test_no_palette_holds_a_color_twice(crowd: list[CreatureSpec]) -> None:
    for spec in crowd:
        palette = draw(spec).palette
        assert palette is not None
        assert len(np.unique(palette.colors, axis=0)) == len(palette) == 16


def test_the_animation_moves_blinks_and_stays_the_same_creature(crowd: list[CreatureSpec]) -> None:
    for spec in crowd[:8]:
        frames = animation(spec)
        assert len(frames) >= 4
        assert len({frame.pixels.tobytes() for frame in frames}) >= 3
        rest = frames[0].pixels[..., 3] > 0
        for frame in frames:
            assert frame.species == spec.key
            assert frame.palette == frames[0].palette
            assert overlap(rest, frame.pixels[..., 3] > 0) > 0.8


def test_shapes_have_silhouettes_of_their_own() -> None:
    """Two creatures of one shape are more alike than two of different shapes."""
    figures = {shape: [indices(one(1000 + k, shape=shape)) > 0 for k in range(5)] for shape in SHAPES}
    within = np.mean([overlap(a, b) for group in figures.values() for a, b in combinations(group, 2)])
    between = np.mean(
        [overlap(a, b) for s, t in combinations(SHAPES, 2) for a in figures[s] for b in figures[t]]
    )
    assert within > between + 0.05


def test_types_have_colors_of_their_own() -> None:
    def body(kind: str) -> np.ndarray:
        tones = []
        for k in range(8):
            palette = draw(one(k, types=(kind,), shape="ball")).palette
            assert palette is not None
            tones.append(palette.colors[3, :3].astype(float))
        return np.mean(tones, axis=0)

    fire, water, grass = body("fire"), body("water"), body("grass")
    assert fire.argmax() == 0
    assert water.argmax() == 2
    assert grass.argmax() == 1
    assert body("dark").mean() < body("ice").mean() - 60


def test_a_second_type_changes_the_drawing() -> None:
    alone, both = one(4, shape="legs", types=("water",)), one(4, shape="legs", types=("water", "fire"))
    assert draw(alone).palette != draw(both).palette
    assert not np.array_equal(indices(alone), indices(both))


def test_labels_are_words_of_the_known_vocabularies(crowd: list[CreatureSpec]) -> None:
    for spec in crowd:
        labels = draw(spec).labels
        assert set(labels["types"]) <= set(TYPES)
        assert 1 <= len(labels["types"]) <= 2
        assert labels["shape"] in SHAPES
        assert labels["color"] in COLORS
        assert labels["view"] == "front"
        assert str(labels["color"]) in str(labels["text"])
        assert spec.name.isalpha()
        assert 4 <= len(spec.name) <= 18
    assert len(TYPES) == 18
    assert len(SHAPES) == 14


def test_every_shape_type_and_nearly_every_color_turns_up() -> None:
    labels = [draw(spec).labels for spec in species(150, seed=0)]
    assert {label["shape"] for label in labels} == set(SHAPES)
    assert {kind for label in labels for kind in label["types"]} == set(TYPES)
    assert len(Counter(label["color"] for label in labels)) >= 9


PAIRS = [(shape, kind) for shape in SHAPES for kind in TYPES]


@pytest.mark.parametrize(
    ("shape", "kind"),
    [pair if n % 17 == 0 else pytest.param(*pair, marks=pytest.mark.slow) for n, pair in enumerate(PAIRS)],
)
def test_any_shape_can_be_of_any_type(shape: str, kind: str) -> None:
    spec = one(7, shape=shape, types=(kind,))
    assert (spec.shape, spec.types) == (shape, (kind,))
    assert (indices(spec) > 0).mean() > 0.1


@pytest.mark.parametrize(
    "wanted", [{"shape": "cube"}, {"types": ("sound",)}, {"types": ()}, {"size": 16}, {"size": 128}]
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shape|types|pixels"):
        one(0, **wanted)


def test_an_unknown_view_or_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="view"):
        draw(one(0), view="left")
    with pytest.raises(ValueError, match="frames"):
        draw(one(0), frame=6)
