"""`CreatureSpec`: a species as plain values that decide how it looks, and how to invent one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.faces import Face
from spriteloom.data.procedural.palettes import SCHEMES, Scheme, choose, shiny
from spriteloom.data.procedural.plans import PLANS

TYPES: tuple[str, ...] = tuple(SCHEMES)
SHAPES: tuple[str, ...] = tuple(PLANS)
SIZES: dict[str, float] = {"small": 0.8, "medium": 0.92, "large": 1.0}  # shares of the canvas

# Moods: keys of faces.EYES and faces.MOUTHS.
_SWEET = (
    ("doe", "smile"), ("doe", "cat"), ("bead", "smile"), ("doe", "open"), ("bead", "cat"), ("doe", "tongue"),
)  # fmt: skip
_BOLD = (("fierce", "fang"), ("fierce", "grin"), ("fierce", "smile"), ("slit", "fang"), ("fierce", "open"))
_ODD = (("lantern", "grin"), ("lantern", ""), ("cyclops", "smile"), ("slit", "cat"), ("cyclops", "fang"))
_CALM = (("sleepy", "line"), ("round", "smile"), ("bead", "line"), ("sleepy", "smile"), ("round", "open"))
_BUGGY = (("facet", "smile"), ("facet", "line"), ("facet", "open"))
_ONSETS = "b br d dr f fl g gl h k kr l m n p pl qu r s sh sk sl sn st t tr v w y z".split()  # noqa: SIM905
_VOWELS = "aeiou"
_CODAS = ("", "", "", "b", "ck", "l", "m", "n", "ng", "p", "r", "rk", "sh", "t", "x", "zz")
_ENDINGS = "o i a et ling us ix on elle ook it ump ina or eef uff".split()  # noqa: SIM905
# type → the moods of its creatures, roots of their names
_TRAITS: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "normal": (_SWEET + _CALM, "pud fluf nib tuft"),
    "fire": (_SWEET + _BOLD, "cind emb blis torr"),
    "water": (_SWEET + _CALM, "drip mar plun brin"),
    "grass": (_SWEET + _CALM, "fern moss lobel spro"),
    "electric": (_SWEET + _BOLD[:2], "volt zapp fizz jolt"),
    "ice": (_SWEET + _CALM[:2], "frim rime glac sleet"),
    "fighting": (_BOLD, "brawn thwack bout grapp"),
    "poison": (_BOLD + _ODD + _CALM, "tox murk ven slud"),
    "ground": (_CALM + _BOLD, "loam dun grit terr"),
    "flying": (_SWEET + _BOLD, "plum gust aer soar"),
    "psychic": (_ODD + _CALM + _SWEET[:2], "mus oracl trance omin"),
    "bug": (_BUGGY + _BUGGY + _SWEET, "chit skitt larv cric"),
    "rock": (_BOLD + _CALM + _ODD[:3], "cob crag geod basal"),
    "ghost": (_ODD + _ODD + _SWEET[:2], "wisp shad haunt gloam"),
    "dragon": (_BOLD + _BOLD + _SWEET[:2], "drac wyv scal fang"),
    "dark": (_BOLD + _ODD[:2], "noct dusk umbr sabl"),
    "steel": (_ODD + _BOLD[:3], "rivv anv chrom cogg"),
    "fairy": (_SWEET, "pix twink lull dew"),
}


@dataclass(frozen=True, kw_only=True)
class CreatureSpec:
    """One species. Equal specs are drawn as the same pixels, in every view and frame."""

    key: str  # the species of its items; unique among the creatures of one seed
    name: str
    types: tuple[str, ...]  # one or two of TYPES
    shape: str  # one of SHAPES
    bulk: str  # one of SIZES
    face: Face
    scheme: Scheme
    shiny_scheme: Scheme
    turn: float  # radians that the front view is turned from the viewer, to the left
    form: int  # seed of everything else: proportions, ornaments, markings
    size: int = 64  # of the canvas, in pixels


def invent(
    generator: np.random.Generator,
    *,
    key: str = "",
    types: tuple[str, ...] | None = None,
    shape: str | None = None,
    size: int = 64,
) -> CreatureSpec:
    """A new species; what is not given is chosen by `generator`.

    `key` is the species of its items (default: its name); `types` is one or two of TYPES, `shape` one of
    SHAPES; `size` is 32..96 pixels. Raises ValueError for other words and sizes.
    """
    chance = Chance(generator)
    shape = chance.pick(SHAPES) if shape is None else shape
    if shape not in PLANS:
        raise ValueError(f"no shape {shape!r}; there are {', '.join(SHAPES)}")
    if types is not None and (not 1 <= len(types) <= 2 or not set(types) <= set(TYPES)):
        raise ValueError(f"types are one or two of {', '.join(TYPES)}, not {types!r}")
    if not 32 <= size <= 96:
        raise ValueError(f"a creature is drawn on 32 to 96 pixels, not {size}")
    types = _types(shape, chance) if types is None else types
    scheme = choose(types, chance)
    eyes, mouth = chance.pick(_TRAITS[chance.pick(types)][0])
    plan = PLANS[shape]
    name = invent_name(types, chance)
    return CreatureSpec(
        key=key or name.lower(),
        name=name,
        types=types,
        shape=shape,
        bulk=chance.pick(("small", "medium", "medium", "large")),
        face=_face(eyes, mouth, chance),
        scheme=scheme,
        shiny_scheme=shiny(scheme, chance),
        turn=chance.between(*plan.turn),
        form=chance.seed(),
        size=size,
    )


def _face(eyes: str, mouth: str, chance: Chance) -> Face:
    size = chance.between(0.9, 1.2)
    return Face(eyes=eyes, mouth=mouth, size=size, blush=eyes in ("doe", "bead") and chance.happens(0.45))


def _types(shape: str, chance: Chance) -> tuple[str, ...]:
    likely = PLANS[shape].likely_types
    first = chance.pick(likely) if likely and chance.happens(0.2) else chance.pick(TYPES)
    if chance.happens(0.5):
        return (first,)
    second = chance.pick(TYPES)
    return (first,) if second == first else (first, second)


def invent_name(types: tuple[str, ...], chance: Chance) -> str:
    """A capitalised name of two or three syllables, with a sound of one of the types."""
    root = chance.pick(_TRAITS[chance.pick(types)][1].split())
    if chance.happens(0.35):
        return (_syllable(chance) + root + chance.pick(_ENDINGS)).capitalize()
    name = root + chance.pick(_VOWELS) + _syllable(chance) + chance.pick(("", chance.pick(_ENDINGS)))
    return name.capitalize()


def _syllable(chance: Chance) -> str:
    return chance.pick(_ONSETS) + chance.pick(_VOWELS) + chance.pick(_CODAS)
