"""The ornaments and markings of each type, and how a body gets them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.ornaments import animal, things
from spriteloom.data.procedural.ornaments.markings import MARKINGS
from spriteloom.data.procedural.solids import Material


@dataclass(frozen=True)
class Ornament:
    """`grow` chooses its proportions once and adds it at every spot called `place`; `words` name it."""

    words: str
    place: str
    grow: Callable[[Body, Sequence[Spot]], None]


_POINTED = Ornament("pointed ears", "ears", animal.pointed_ears)
_ROUND = Ornament("round ears", "ears", animal.round_ears)
_LONG = Ornament("long ears", "ears", animal.long_ears)
_FLOP = Ornament("floppy ears", "ears", animal.flop_ears)
_HORNS = Ornament("horns", "ears", animal.horns)
_RAM = Ornament("curled horns", "ears", animal.ram_horns)
_HORN = Ornament("one horn", "brow", animal.single_horn)
_SPIKES = Ornament("spikes on its back", "back", animal.spikes)
_TUFT = Ornament("a tuft of hair", "crown", animal.tuft)
_FLUFF = Ornament("fluffy cheeks", "cheeks", animal.cheek_fluff)
_FEELERS = Ornament("feelers", "ears", animal.feelers)
_BAT = Ornament("leather wings", "shoulders", animal.bat_winglets)
_FEATHERS = Ornament("feathered wings", "shoulders", animal.feather_winglets)
_GAUZE = Ornament("gauzy wings", "shoulders", animal.fairy_winglets)
_CREST = Ornament("a feather crest", "crown", animal.feather_crest)
_JAWS = Ornament("mandibles", "cheeks", animal.mandibles)
_HEAD_FLAME = Ornament("a flame on its head", "crown", things.flame)
_ARM_FLAME = Ornament("burning shoulders", "shoulders", things.flame)
_MANE_FLAME = Ornament("a burning mane", "nape", things.flame)
_BACK_FLAME = Ornament("flames on its back", "back", things.flame)
_EAR_FINS = Ornament("ear fins", "temples", things.fins)
_TAIL_FIN = Ornament("a tail fin", "tail", things.fins)
_CREST_FIN = Ornament("a crest fin", "crown", things.crest_fin)
_HEAD_LEAF = Ornament("leaves on its head", "crown", things.leaves)
_TAIL_LEAF = Ornament("a leaf tail", "tail", things.leaves)
_BACK_LEAF = Ornament("leaves on its back", "back", things.leaves)
_FLOWER = Ornament("a flower on its head", "crown", things.flower)
_MUSHROOMS = Ornament("mushrooms on its back", "back", things.mushrooms)
_HEAD_MUSHROOM = Ornament("mushrooms on its head", "crown", things.mushrooms)
_TAIL_SPARK = Ornament("a spark on its tail", "tail", things.spark)
_HEAD_BOLT = Ornament("a bolt on its head", "crown", things.bolt)
_EAR_BOLTS = Ornament("bolts for ears", "ears", things.bolt)
_ORB = Ornament("a glowing orb", "crown", things.antenna_orb)
_HEAD_CRYSTAL = Ornament("crystals on its head", "crown", things.crystals)
_BACK_CRYSTAL = Ornament("crystals on its back", "back", things.crystals)
_TAIL_CRYSTAL = Ornament("a crystal tail", "tail", things.crystals)
_BACK_STONE = Ornament("stones on its back", "back", things.stones)
_HEAD_STONE = Ornament("stones on its head", "crown", things.stones)
_ARM_STONE = Ornament("stone shoulders", "shoulders", things.stones)
_WISP = Ornament("a wisp on its head", "crown", things.wisp)
_WARTS = Ornament("warts", "crown", things.warts)
_BACK_WARTS = Ornament("warts on its back", "back", things.warts)
_BOLTED = Ornament("steel bolts", "temples", things.bolts)
_BLADE = Ornament("a steel blade", "crown", things.blade)
_EAR_BLADE = Ornament("steel blades", "ears", things.blade)
_RIBBON = Ornament("a ribbon", "ears", things.ribbon)
_GEM = Ornament("a gem on its brow", "brow", things.gem)
_CURLS = Ornament("curls", "temples", things.curls)
_COLLAR = Ornament("a fluffy collar", "neck", things.collar)
_BAND = Ornament("a headband", "nape", things.headband)

WARDROBE: dict[str, tuple[Ornament, ...]] = {
    "normal": (_ROUND, _LONG, _FLOP, _POINTED, _TUFT, _FLUFF, _COLLAR),
    "fire": (_HEAD_FLAME, _BACK_FLAME, _ARM_FLAME, _MANE_FLAME),
    "water": (_EAR_FINS, _TAIL_FIN, _CREST_FIN),
    "grass": (_HEAD_LEAF, _FLOWER, _BACK_LEAF, _TAIL_LEAF, _HEAD_MUSHROOM),
    "electric": (_EAR_BOLTS, _TAIL_SPARK, _ORB, _HEAD_BOLT),
    "ice": (_HEAD_CRYSTAL, _BACK_CRYSTAL, _TAIL_CRYSTAL, _COLLAR),
    "fighting": (_BAND, _BAND, _TUFT, _HORN),
    "poison": (_WARTS, _BACK_WARTS, _SPIKES, _MUSHROOMS),
    "ground": (_RAM, _HORN, _SPIKES, _ARM_STONE),
    "flying": (_CREST, _FEATHERS, _CREST),
    "psychic": (_GEM, _CURLS, _ORB, _POINTED),
    "bug": (_FEELERS, _JAWS, _FEELERS),
    "rock": (_BACK_STONE, _HEAD_STONE, _ARM_STONE, _HEAD_CRYSTAL),
    "ghost": (_WISP, _HEAD_FLAME, _WISP),
    "dragon": (_HORNS, _BAT, _SPIKES, _EAR_FINS),
    "dark": (_POINTED, _FLUFF, _TUFT, _HORNS),
    "steel": (_BOLTED, _BLADE, _EAR_BLADE, _HORN),
    "fairy": (_RIBBON, _GAUZE, _CURLS, _LONG, _COLLAR),
}


def dress(b: Body, types: tuple[str, ...]) -> None:
    """Give a body one or two ornaments of each type and often a marking of one; extends `b.words`."""
    used_places: set[str] = set()
    for number, kind in enumerate(types):
        b.type_material = Material.BODY if number == 0 else Material.ACCENT
        for _ in range(2 if len(types) == 1 else 1):
            _add_ornament(b, kind, used_places)
    kind = b.chance.pick(types)
    if b.chance.happens(0.6):
        words, add_marking = b.chance.pick(MARKINGS[kind])
        add_marking(b)
        b.words.append(words)


def _add_ornament(b: Body, kind: str, used_places: set[str]) -> None:
    options = [o for o in WARDROBE[kind] if o.place in b.spots and o.place not in used_places]
    if options:
        ornament = b.chance.pick(options)
        ornament.grow(b, b.spots[ornament.place])
        used_places.add(ornament.place)
        b.words.append(ornament.words)
