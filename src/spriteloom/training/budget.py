"""How long to train: so many steps, epochs or minutes."""

from __future__ import annotations

from dataclasses import dataclass

MEASURED_STEPS = 12  # after so many, a budget of minutes becomes one of steps
_OVERRUN = 1.2  # a machine that has become slower is not waited for longer than this


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Exactly one of the three."""

    steps: int | None = None
    epochs: float | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.steps, self.epochs, self.minutes) if value is not None]
        if len(given) != 1 or given[0] <= 0:
            raise ValueError("a budget is a positive number of steps, epochs or minutes: give one of them")

    def total(self, steps_per_epoch: int) -> int | None:
        """Steps in all, where that can be told before training."""
        if self.steps is not None:
            return self.steps
        if self.epochs is not None:
            return max(1, round(self.epochs * steps_per_epoch))
        return None

    def plan(self, step: int, elapsed: float, step_seconds: float) -> int:
        """Steps in all that fit the minutes: `step` took `elapsed` seconds, each more `step_seconds`."""
        assert self.minutes is not None
        left = max(0.0, 60 * self.minutes - elapsed)
        return step + max(1, int(left / step_seconds))

    def is_over(self, elapsed: float) -> bool:
        """Whether a budget of minutes is overdrawn by too much."""
        return self.minutes is not None and elapsed > _OVERRUN * 60 * self.minutes


DEFAULT = Budget(minutes=2)  # of a new run for which nothing is named
