"""The nouns of texts that are names of files, such as "kite shield round hand player"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from spriteloom.data.facts import COLORS

# Kinds and folders; adjectives, tints, places and sides; words of file names.
_OTHERS = """
item dungeon monster player misc effect icon spells mutations hand base body monsters vaults icons transform
unique items mon dngn undead nonliving humanoids weapons invocations animals head panlord elements background
mutantbeast demihumanoids hud facesets faceset effects aberrations characters amorphous gui components necromancy
abilities commands legs halo enchantment startup skills disciplines tutorial sprint worn attach translocation
divination transmutation summoning parchment weapon armour felids ench draco grey silver cyan orange magenta dark
light deep shallow large small giant high low broken left right middle nw ne sw se north south east west top bottom
spectral urand multi short long great old new random overlay sprouting form segment squares found texture textureb
corner side slant two round res lorc decor vault inert artefact art headed one"""
OTHER_WORDS = frozenset((*COLORS, *_OTHERS.split()))


def noun(text: str, count: Mapping[str, int]) -> str:
    """The last word of a text that names a thing, "" if there is none."""
    for word in reversed(text.split()):
        form = _commoner(word, count)
        if len(word) > 2 and word.isalpha() and not {word, form} & OTHER_WORDS:
            return form
    return ""


def _commoner(word: str, count: Mapping[str, int]) -> str:
    other = word[:-1] if word.endswith("s") else f"{word}s"
    return min((word, other), key=lambda form: (-count.get(form, 0), form))


def commonest(nouns: Sequence[str], species: Sequence[str]) -> list[str]:
    """The nouns that most drawings have, the commonest first."""
    drawings = defaultdict(set)
    for name, drawing in zip(nouns, species, strict=True):
        drawings[name].add(drawing)
    drawings.pop("", None)
    return sorted(drawings, key=lambda name: (-len(drawings[name]), name))
