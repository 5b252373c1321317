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

# The moods of a type's creatures: keys of stamps.EYES and stamps.MOUTHS.
_SWEET = (
    ("doe", "smile"), ("doe", "cat"), ("bead", "smile"), ("doe", "open"), ("bead", "cat"), ("doe", "tongue"),
)  # fmt: skip
_BOLD = (("fierce", "fang"), ("fierce", "grin"), ("fierce", "smile"), ("slit", "fang"), ("fierce", "open"))
_ODD = (("lantern", "grin"), ("lantern", ""), ("cyclops", "smile"), ("slit", "cat"), ("cyclops", "fang"))
_CALM = (("sleepy", "line"), ("round", "smile"), ("bead", "line"), ("sleepy", "smile"), ("round", "open"))
_BUGGY = (("facet", "smile"), ("facet", "line"), ("facet", "open"))
_MOODS: dict[str, tuple[tuple[str, str], ...]] = {
    "normal": _SWEET + _CALM,
    "fire": _SWEET + _BOLD,
    "water": _SWEET + _CALM,
    "grass": _SWEET + _CALM,
    "electric": _SWEET + _BOLD[:2],
    "ice": _SWEET + _CALM[:2],
    "fighting": _BOLD,
    "poison": _BOLD + _ODD + _CALM,
    "ground": _CALM + _BOLD,
    "flying": _SWEET + _BOLD,
    "psychic": _ODD + _CALM + _SWEET[:2],
    "bug": _BUGGY + _BUGGY + _SWEET,
    "rock": _BOLD + _CALM + _ODD[:3],
    "ghost": _ODD + _ODD + _SWEET[:2],
    "dragon": _BOLD + _BOLD + _SWEET[:2],
    "dark": _BOLD + _ODD[:2],
    "steel": _ODD + _BOLD[:3],
    "fairy": _SWEET,
}
_LIKELY_TYPES = {  # of a shape
    "fish": ("water",),
    "wings": ("flying",),
    "bug-wings": ("bug", "fairy"),
    "squiggle": ("poison", "dragon"),
    "humanoid": ("fighting", "psychic"),
    "blob": ("ghost", "poison"),
    "armor": ("bug", "steel", "rock"),
    "tentacles": ("water", "ghost"),
    "upright": ("dragon",),
    "quadruped": ("normal", "ground"),
}
_ONSETS = "b br d dr f fl g gl h k kr l m n p pl qu r s sh sk sl sn st t tr v w y z".split()  # noqa: SIM905
_VOWELS = "aeiou"
_CODAS = ("", "", "", "b", "ck", "l", "m", "n", "ng", "p", "r", "rk", "sh", "t", "x", "zz")
_ENDINGS = "o i a et ling us ix on elle ook it ump ina or eef uff".split()  # noqa: SIM905
_ROOTS: dict[str, tuple[str, ...]] = {
    "normal": ("pud", "fluf", "nib", "tuft"),
    "fire": ("cind", "emb", "blis", "torr"),
    "water": ("drip", "mar", "plun", "brin"),
    "grass": ("fern", "moss", "lobel", "spro"),
    "electric": ("volt", "zapp", "fizz", "jolt"),
    "ice": ("frim", "rime", "glac", "sleet"),
    "fighting": ("brawn", "thwack", "bout", "grapp"),
    "poison": ("tox", "murk", "ven", "slud"),
    "ground": ("loam", "dun", "grit", "terr"),
    "flying": ("plum", "gust", "aer", "soar"),
    "psychic": ("mus", "oracl", "trance", "omin"),
    "bug": ("chit", "skitt", "larv", "cric"),
    "rock": ("cob", "crag", "geod", "basal"),
    "ghost": ("wisp", "shad", "haunt", "gloam"),
    "dragon": ("drac", "wyv", "scal", "fang"),
    "dark": ("noct", "dusk", "umbr", "sabl"),
    "steel": ("rivv", "anv", "chrom", "cogg"),
    "fairy": ("pix", "twink", "lull", "dew"),
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
    _check(types, shape, size)
    types = _types(shape, chance) if types is None else types
    scheme = choose(types, chance)
    eyes, mouth = chance.pick(_MOODS[chance.pick(types)])
    plan = PLANS[shape]
    name = invent_name(types, chance)
    return CreatureSpec(
        key=key or name.lower(),
        name=name,
        types=types,
        shape=shape,
        bulk=chance.pick(("small", "medium", "medium", "large")),
        face=Face(
            eyes=eyes,
            mouth=mouth,
            size=chance.between(0.9, 1.2),
            blush=eyes in ("doe", "bead") and chance.happens(0.45),
        ),
        scheme=scheme,
        shiny_scheme=shiny(scheme, chance),
        turn=chance.between(*plan.turn),
        form=chance.seed(),
        size=size,
    )


def _types(shape: str, chance: Chance) -> tuple[str, ...]:
    first = (
        chance.pick(_LIKELY_TYPES[shape])
        if shape in _LIKELY_TYPES and chance.happens(0.2)
        else chance.pick(TYPES)
    )
    if chance.happens(0.5):
        return (first,)
    second = chance.pick(TYPES)
    return (first,) if second == first else (first, second)


def _check(types: tuple[str, ...] | None, shape: str, size: int) -> None:
    if shape not in PLANS:
        raise ValueError(f"no shape {shape!r}; there are {', '.join(SHAPES)}")
    if types is not None and (not 1 <= len(types) <= 2 or not set(types) <= set(TYPES)):
        raise ValueError(f"types are one or two of {', '.join(TYPES)}, not {types!r}")
    if not 32 <= size <= 96:
        raise ValueError(f"a creature is drawn on 32 to 96 pixels, not {size}")


def invent_name(types: tuple[str, ...], chance: Chance) -> str:
    """A capitalised name of two or three syllables, with a sound of one of the types."""
    root = chance.pick(_ROOTS[chance.pick(types)])
    if chance.happens(0.35):
        return (_syllable(chance) + root + chance.pick(_ENDINGS)).capitalize()
    name = root + chance.pick(_VOWELS) + _syllable(chance) + chance.pick(("", chance.pick(_ENDINGS)))
    return name.capitalize()


def _syllable(chance: Chance) -> str:
    return chance.pick(_ONSETS) + chance.pick(_VOWELS) + chance.pick(_CODAS)
