"""Abilities, moves and egg groups of the Pokémon games, a few for each type or body shape."""

from __future__ import annotations

from spriteloom.export.creatures import Creature

REPERTOIRE = {  # type → ability, moves
    "normal": ("Run Away", ("Body Slam", "Hyper Voice", "Quick Attack", "Swords Dance")),
    "fighting": ("Guts", ("Brick Break", "Drain Punch", "Aura Sphere", "Bulk Up")),
    "flying": ("Keen Eye", ("Air Slash", "Aerial Ace", "Brave Bird", "Roost")),
    "poison": ("Poison Point", ("Sludge Bomb", "Poison Jab", "Venoshock", "Toxic")),
    "ground": ("Sand Force", ("Earthquake", "Earth Power", "Dig", "Bulldoze")),
    "rock": ("Sturdy", ("Rock Slide", "Power Gem", "Stone Edge", "Rock Polish")),
    "bug": ("Swarm", ("Bug Buzz", "X-Scissor", "U-turn", "Leech Life")),
    "ghost": ("Cursed Body", ("Shadow Ball", "Shadow Claw", "Hex", "Confuse Ray")),
    "steel": ("Clear Body", ("Iron Head", "Flash Cannon", "Metal Claw", "Iron Defense")),
    "fire": ("Blaze", ("Flamethrower", "Fire Punch", "Heat Wave", "Will-O-Wisp")),
    "water": ("Torrent", ("Surf", "Waterfall", "Water Pulse", "Aqua Jet")),
    "grass": ("Overgrow", ("Energy Ball", "Leaf Blade", "Giga Drain", "Leech Seed")),
    "electric": ("Static", ("Thunderbolt", "Thunder Punch", "Discharge", "Thunder Wave")),
    "psychic": ("Synchronize", ("Psychic", "Zen Headbutt", "Psyshock", "Calm Mind")),
    "ice": ("Ice Body", ("Ice Beam", "Ice Punch", "Icy Wind", "Icicle Crash")),
    "dragon": ("Marvel Scale", ("Dragon Pulse", "Dragon Claw", "Outrage", "Dragon Dance")),
    "dark": ("Inner Focus", ("Dark Pulse", "Crunch", "Knock Off", "Nasty Plot")),
    "fairy": ("Cute Charm", ("Moonblast", "Play Rough", "Dazzling Gleam", "Charm")),
}
EGG_GROUPS = {  # of a body shape
    "fish": "Water 2", "tentacles": "Water 3", "wings": "Flying", "bug-wings": "Bug", "armor": "Bug",
    "humanoid": "Human-Like", "quadruped": "Field", "squiggle": "Dragon", "blob": "Amorphous", "ball": "Mineral",
}  # fmt: skip
COMMON_MOVES = ("Protect", "Substitute", "Rest", "Facade")


def ability_of(creature: Creature) -> str:
    return REPERTOIRE[creature.types[0]][0]


def moves_of(creature: Creature) -> tuple[str, ...]:
    """All moves that a creature learns: those of its types, then those that all creatures learn."""
    own = dict.fromkeys(move for kind in creature.types for move in REPERTOIRE[kind][1])
    return (*own, *COMMON_MOVES)


def egg_group_of(creature: Creature) -> str:
    return EGG_GROUPS.get(creature.shape, "Monster")
