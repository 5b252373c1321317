"""The fourteen body plans, one for each shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.flowing import fish, squiggle
from spriteloom.data.procedural.plans.people import humanoid
from spriteloom.data.procedural.plans.round import arms, ball, blob, heads, legs, tentacles
from spriteloom.data.procedural.plans.shelled import armor
from spriteloom.data.procedural.plans.standing import quadruped, upright
from spriteloom.data.procedural.plans.winged import bug_wings, wings


@dataclass(frozen=True)
class Plan:
    """How a shape is built, and how far (least and most, in radians) it is turned from the viewer."""

    build: Callable[[Body], None]
    turn: tuple[float, float]
    nod: float = 0.12  # radians that the camera looks down
    hover: float = 0.15  # the share of the free room that stays below it


PLANS: dict[str, Plan] = {
    "ball": Plan(ball, (0.0, 0.35), 0.12, 0.4),
    "squiggle": Plan(squiggle, (0.1, 0.4), 0.2),
    "fish": Plan(fish, (0.75, 1.05), 0.06, 0.5),
    "arms": Plan(arms, (0.0, 0.3)),
    "blob": Plan(blob, (0.0, 0.3), 0.16),
    "upright": Plan(upright, (0.25, 0.5)),
    "legs": Plan(legs, (0.1, 0.4)),
    "quadruped": Plan(quadruped, (0.6, 0.85), 0.16),
    "wings": Plan(wings, (0.0, 0.3), 0.06, 0.35),
    "tentacles": Plan(tentacles, (0.0, 0.3), 0.14),
    "heads": Plan(heads, (0.0, 0.25)),
    "humanoid": Plan(humanoid, (0.15, 0.4), 0.06),
    "bug-wings": Plan(bug_wings, (0.0, 0.35), 0.06, 0.5),
    "armor": Plan(armor, (0.3, 0.6), 0.26),
}
