"""What is asked becomes an n-hot vector and comes back as words; what cannot be asked is an error."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.errors import ImpossibleModel
from spriteloom.priors.condition import ConditionSpace

KNOWN = {"types": ("fire", "flying", "water"), "shape": ("ball", "wings")}
SPACE = ConditionSpace(fields=KNOWN)


def test_labels_are_n_hot_in_the_order_of_the_fields():
    vector = SPACE.encode({"shape": "wings", "types": ("water", "fire")})
    assert vector.dtype == np.float32 and SPACE.size == 5
    assert vector.tolist() == [1, 0, 1, 0, 1]


def test_what_is_missing_is_zero():
    assert SPACE.encode({}).tolist() == [0] * 5
    assert SPACE.encode({"shape": ["ball"]}).tolist() == [0, 0, 0, 1, 0]
    assert ConditionSpace(fields={}).encode({}).shape == (0,)


@pytest.mark.parametrize(
    "labels",
    [{}, {"types": ("fire",)}, {"types": ("fire", "water"), "shape": ("ball",)}, {"shape": ("wings",)}],
)
def test_words_are_the_inverse_of_encode(labels: dict[str, tuple[str, ...]]):
    assert SPACE.words(SPACE.encode(labels)) == labels


def test_a_space_holds_all_that_is_known_of_a_field_it_meets_and_no_other_field():
    space = ConditionSpace.of([{"types": "water"}, {}], KNOWN)
    assert space.fields == {"types": KNOWN["types"]}


def test_a_field_with_values_of_its_own_gets_those_found_sorted():
    space = ConditionSpace.of([{"shape": "wings"}, {"shape": "cube", "mood": ("sad", "mad")}], KNOWN)
    assert space.fields == {"shape": ("cube", "wings"), "mood": ("mad", "sad")}


def test_known_fields_stand_first_in_their_order():
    space = ConditionSpace.of([{"armour": "tin", "shape": "ball", "types": "fire"}], KNOWN)
    assert list(space.fields) == ["types", "shape", "armour"]


def test_a_field_that_is_always_empty_is_no_field():
    assert ConditionSpace.of([{"types": ()}, {"mood": ()}], KNOWN).fields == {}


@pytest.mark.parametrize("value", ["wing", "Wings", "WINGS"])
def test_an_unknown_value_is_answered_with_the_nearest(value: str):
    with pytest.raises(ImpossibleModel, match="did you mean wings"):
        SPACE.encode({"shape": value})


def test_the_nearest_is_found_whatever_its_case_and_named_as_it_is():
    space = ConditionSpace(fields={"mood": ("Very Sad", "Glad")})
    with pytest.raises(ImpossibleModel, match="did you mean Very Sad"):
        space.encode({"mood": "very sat"})


def test_a_value_like_no_other_is_answered_with_all():
    with pytest.raises(ImpossibleModel, match="it can be ball, wings"):
        SPACE.encode({"shape": "qqq"})


def test_an_unknown_field_is_answered_with_the_fields_there_are():
    with pytest.raises(ImpossibleModel, match="choose from types, shape"):
        SPACE.encode({"mood": "sad"})
    with pytest.raises(ImpossibleModel, match="trained without labels"):
        ConditionSpace(fields={}).encode({"types": "fire"})


def test_asking_nothing_of_an_unknown_field_is_asking_nothing():
    assert ConditionSpace(fields={}).encode({"types": ()}).shape == (0,)
