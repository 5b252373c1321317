"""The fourteen body plans, one for each shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.plans.moving import bug_wings, fish, squiggle, wings
from spriteloom.data.procedural.plans.people import humanoid
from spriteloom.data.procedural.plans.round import arms, ball, blob, heads, legs, tentacles
from spriteloom.data.procedural.plans.standing import armor, quadruped, upright


@dataclass(frozen=True)
class Plan:
    """How a shape is built, what it is called, and how far (in radians) it is turned from the viewer."""

    build: Callable[[Body], None]
    noun: str
    turn: tuple[float, float]  # least and most
    nod: float = 0.12  # radians that the camera looks down
    hover: float = 0.15  # the share of the free room that stays below it
    likely_types: tuple[str, ...] = ()


PLANS: dict[str, Plan] = {
    "ball": Plan(ball, "ball", (0.0, 0.35), 0.12, 0.4),
    "squiggle": Plan(squiggle, "serpent", (0.1, 0.4), 0.2, likely_types=("poison", "dragon")),
    "fish": Plan(fish, "fish", (0.75, 1.05), 0.06, 0.5, ("water",)),
    "arms": Plan(arms, "long-armed creature", (0.0, 0.3)),
    "blob": Plan(blob, "blob", (0.0, 0.3), 0.16, likely_types=("ghost", "poison")),
    "upright": Plan(upright, "standing beast", (0.25, 0.5), likely_types=("dragon",)),
    "legs": Plan(legs, "walking ball", (0.1, 0.4)),
    "quadruped": Plan(quadruped, "four-legged beast", (0.6, 0.85), 0.16, likely_types=("normal", "ground")),
    "wings": Plan(wings, "winged creature", (0.0, 0.3), 0.06, 0.35, ("flying",)),
    "tentacles": Plan(tentacles, "tentacled creature", (0.0, 0.3), 0.14, likely_types=("water", "ghost")),
    "heads": Plan(heads, "many-headed creature", (0.0, 0.25)),
    "humanoid": Plan(humanoid, "humanoid", (0.15, 0.4), 0.06, likely_types=("fighting", "psychic")),
    "bug-wings": Plan(bug_wings, "winged bug", (0.0, 0.35), 0.06, 0.5, ("bug", "fairy")),
    "armor": Plan(armor, "armoured creature", (0.3, 0.6), 0.26, likely_types=("bug", "steel", "rock")),
}
