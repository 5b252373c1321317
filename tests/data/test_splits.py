"""Species go whole to one side, by seed and set alone, in exact counts."""

from collections import Counter

import pytest

from spriteloom.data.splits import SPLITS, split_species
from spriteloom.errors import DataError

SPECIES = [f"species-{i}" for i in range(649)]


def test_counts_are_exact():
    counts = Counter(split_species(SPECIES).values())
    assert counts == {"train": 578, "validation": 19, "test": 52}


def test_sides_depend_on_the_set_not_on_order_or_repetition():
    assert split_species(SPECIES, seed=3) == split_species(SPECIES[::-1] + SPECIES[:5], seed=3)


def test_another_seed_gives_other_sides():
    assert split_species(SPECIES, seed=1) != split_species(SPECIES, seed=2)


def test_a_split_is_remembered_across_program_versions():
    assert [s for s, side in split_species("abcdefgh", seed=0).items() if side == "test"] == ["g"]


@pytest.mark.parametrize("n", [3, 4, 5, 10, 33])
def test_from_three_species_on_every_side_has_one(n: int):
    sides = split_species(SPECIES[:n])
    assert len(sides) == n and set(sides.values()) == set(SPLITS)


def test_two_species_make_train_and_test():
    assert sorted(split_species(["a", "b"]).values()) == ["test", "train"]


@pytest.mark.parametrize("species", [[], ["only"]])
def test_fewer_than_two_species_cannot_be_split(species: list[str]):
    with pytest.raises(DataError, match=r"species.*add pictures"):
        split_species(species)


def test_one_species_is_enough_where_nothing_is_held_out():
    assert split_species(["only"], fractions={"train": 1}) == {"only": "train"}


def test_a_share_of_nothing_gets_nothing():
    assert set(split_species(SPECIES, fractions={"train": 1, "test": 3}).values()) == {"train", "test"}


@pytest.mark.parametrize("fractions", [{}, {"train": -1}, {"train": 1, "exam": 1}, {"train": float("nan")}])
def test_shares_that_are_none_are_refused(fractions: dict[str, float]):
    with pytest.raises(DataError, match="fractions"):
        split_species(SPECIES, fractions=fractions)
