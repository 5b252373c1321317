"""Names that can be said aloud, with a sound of the creature's type in them. Knows no other fact."""

from __future__ import annotations

from spriteloom.data.procedural.chance import Chance

_ONSETS = "b br d dr f fl g gl h k kr l m n p pl qu r s sh sk sl sn st t tr v w y z".split()  # noqa: SIM905
_VOWELS = "aeiou"
_CODAS = ("", "", "", "b", "ck", "l", "m", "n", "ng", "p", "r", "rk", "sh", "t", "x", "zz")
_ENDINGS = (
    "o",
    "i",
    "a",
    "et",
    "ling",
    "us",
    "ix",
    "on",
    "elle",
    "ook",
    "it",
    "ump",
    "ina",
    "or",
    "eef",
    "uff",
)
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


def invent_name(types: tuple[str, ...], chance: Chance) -> str:
    """A capitalised name of two or three syllables."""
    root = chance.pick(_ROOTS[chance.pick(types)])
    if chance.happens(0.35):
        return (_syllable(chance) + root + chance.pick(_ENDINGS)).capitalize()
    return (
        root + chance.pick(_VOWELS) + _syllable(chance) + chance.pick(("", chance.pick(_ENDINGS)))
    ).capitalize()


def _syllable(chance: Chance) -> str:
    return chance.pick(_ONSETS) + chance.pick(_VOWELS) + chance.pick(_CODAS)
