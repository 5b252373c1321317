"""A creature in one English phrase, from what was drawn. Knows no numbers."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.species import CreatureSpec

NOUNS: dict[str, str] = {
    "ball": "ball",
    "squiggle": "serpent",
    "fish": "fish",
    "arms": "long-armed creature",
    "blob": "blob",
    "upright": "standing beast",
    "legs": "walking ball",
    "quadruped": "four-legged beast",
    "wings": "winged creature",
    "tentacles": "tentacled creature",
    "heads": "many-headed creature",
    "humanoid": "humanoid",
    "bug-wings": "winged bug",
    "armor": "armoured creature",
}


def describe(spec: CreatureSpec, body: Body, color: str, view: str) -> str:
    """For instance "a small blue fish with horns and stripes"; a back view ends in ", from behind"."""
    adjectives = [] if spec.bulk == "medium" else [spec.bulk]
    features = list(dict.fromkeys(body.words))
    if spec.face.eyes == "cyclops" and view == "front":
        features.insert(0, "one eye")
    phrase = " ".join(["a", *adjectives, color, body.noun or NOUNS[spec.shape]])
    if features:
        phrase += " with " + _listed(features)
    return phrase + (", from behind" if view == "back" else "")


def _listed(features: list[str]) -> str:
    return features[0] if len(features) == 1 else ", ".join(features[:-1]) + " and " + features[-1]
