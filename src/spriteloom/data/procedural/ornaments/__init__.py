"""Which ornaments and markings each type wears, and how a body is dressed in them."""

from __future__ import annotations

from spriteloom.data.procedural.body import Body
from spriteloom.data.procedural.ornaments import animal, element
from spriteloom.data.procedural.ornaments.kit import Ornament
from spriteloom.data.procedural.ornaments.patterns import MARKINGS, mark
from spriteloom.data.procedural.solids import Material

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
_HEAD_FLAME = Ornament("a flame on its head", "crown", element.flame)
_ARM_FLAME = Ornament("burning shoulders", "shoulders", element.flame)
_MANE_FLAME = Ornament("a burning mane", "nape", element.flame)
_BACK_FLAME = Ornament("flames on its back", "back", element.flame)
_EAR_FINS = Ornament("ear fins", "temples", element.fins)
_TAIL_FIN = Ornament("a tail fin", "tail", element.fins)
_CREST_FIN = Ornament("a crest fin", "crown", element.crest_fin)
_HEAD_LEAF = Ornament("leaves on its head", "crown", element.leaves)
_TAIL_LEAF = Ornament("a leaf tail", "tail", element.leaves)
_BACK_LEAF = Ornament("leaves on its back", "back", element.leaves)
_FLOWER = Ornament("a flower on its head", "crown", element.flower)
_MUSHROOMS = Ornament("mushrooms on its back", "back", element.mushrooms)
_HEAD_MUSHROOM = Ornament("mushrooms on its head", "crown", element.mushrooms)
_TAIL_SPARK = Ornament("a spark on its tail", "tail", element.spark)
_HEAD_BOLT = Ornament("a bolt on its head", "crown", element.bolt)
_EAR_BOLTS = Ornament("bolts for ears", "ears", element.bolt)
_ORB = Ornament("a glowing orb", "crown", element.antenna_orb)
_HEAD_CRYSTAL = Ornament("crystals on its head", "crown", element.crystals)
_BACK_CRYSTAL = Ornament("crystals on its back", "back", element.crystals)
_TAIL_CRYSTAL = Ornament("a crystal tail", "tail", element.crystals)
_BACK_STONE = Ornament("stones on its back", "back", element.stones)
_HEAD_STONE = Ornament("stones on its head", "crown", element.stones)
_ARM_STONE = Ornament("stone shoulders", "shoulders", element.stones)
_WISP = Ornament("a wisp on its head", "crown", element.wisp)
_WARTS = Ornament("warts", "crown", element.warts)
_BACK_WARTS = Ornament("warts on its back", "back", element.warts)
_BOLTED = Ornament("steel bolts", "temples", element.bolts)
_BLADE = Ornament("a steel blade", "crown", element.blade)
_EAR_BLADE = Ornament("steel blades", "ears", element.blade)
_RIBBON = Ornament("a ribbon", "ears", element.ribbon)
_GEM = Ornament("a gem on its brow", "brow", element.gem)
_CURLS = Ornament("curls", "temples", element.curls)
_COLLAR = Ornament("a fluffy collar", "neck", element.collar)
_BAND = Ornament("a headband", "nape", element.headband)

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
    """Give a body one or two ornaments of each of its types, and perhaps the markings of one. Fills `b.words`."""
    taken: set[str] = set()
    for place, kind in enumerate(types):
        own = Material.BODY if place == 0 else Material.ACCENT
        _wear(b, kind, own, taken)
        if len(types) == 1:
            _wear(b, kind, own, taken)
    kind = b.chance.pick(types)
    if b.chance.happens(0.6):
        b.words.append(mark(b, b.chance.pick(MARKINGS[kind])))


def _wear(b: Body, kind: str, own: Material, taken: set[str]) -> None:
    options = [o for o in WARDROBE[kind] if o.place in b.spots and o.place not in taken]
    if not options:
        return
    ornament = b.chance.pick(options)
    grow = ornament.make(b.chance, own)
    for spot in b.spots[ornament.place]:
        grow(b, spot)
    taken.add(ornament.place)
    b.words.append(ornament.words)
