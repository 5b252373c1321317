"""Steps, epochs or minutes: one of them, and steps in the end."""

from __future__ import annotations

import pytest

from spriteloom.training.budget import Budget


@pytest.mark.parametrize("given", [{}, {"steps": 0}, {"minutes": -1.0}, {"steps": 2, "epochs": 1.0}])
def test_a_budget_is_exactly_one_of_three(given):
    with pytest.raises(ValueError, match="give one of them"):
        Budget(**given)


def test_steps_and_epochs_are_known_before():
    assert Budget(steps=9).total(4) == 9
    assert Budget(epochs=2.5).total(4) == 10
    assert Budget(minutes=1).total(4) is None


def test_minutes_are_planned_by_what_a_step_takes():
    assert Budget(minutes=1).plan(12, elapsed=30, step_seconds=0.5) == 12 + 60
    assert Budget(minutes=1).plan(12, elapsed=90, step_seconds=0.5) == 13


def test_only_minutes_run_out():
    assert Budget(minutes=1).is_over(62) and not Budget(minutes=1).is_over(61)
    assert not Budget(steps=1).is_over(1e9)
