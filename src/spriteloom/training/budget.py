"""How long to train: so many steps, epochs or minutes."""

from __future__ import annotations

from dataclasses import dataclass

MEASURED_STEPS = 12  # after which a budget of minutes is planned as steps
_OVERRUN = 1.02  # times the minutes, after which training stops on a machine that became slower


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Steps, epochs or minutes: exactly one. Raises ValueError otherwise."""

    steps: int | None = None
    epochs: float | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        values = [value for value in (self.steps, self.epochs, self.minutes) if value is not None]
        if len(values) != 1 or values[0] <= 0:
            raise ValueError("a budget is a positive number of steps, epochs or minutes: give one of them")

    def total(self, steps_per_epoch: int) -> int | None:
        """The number of steps, None where minutes must be measured first."""
        if self.steps is not None:
            return self.steps
        if self.epochs is not None:
            return max(1, round(self.epochs * steps_per_epoch))
        return None

    def plan(self, step: int, elapsed: float, step_seconds: float) -> int:
        """The number of steps that fit the minutes, after `step` steps in `elapsed` seconds."""
        assert self.minutes is not None
        left = max(0.0, 60 * self.minutes - elapsed)
        return step + max(1, int(left / step_seconds))

    def is_over(self, elapsed: float) -> bool:
        """Whether training ran well past its minutes."""
        return self.minutes is not None and elapsed > _OVERRUN * 60 * self.minutes


DEFAULT = Budget(minutes=2)  # of a new run without a budget
