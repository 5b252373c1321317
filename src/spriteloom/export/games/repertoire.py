"""Abilities, moves and egg groups of the Pokémon games, a few for each type or body shape."""

from __future__ import annotations

from spriteloom.export.creatures import Creature

ABILITIES = {
    "normal": "Run Away",
    "fighting": "Guts",
    "flying": "Keen Eye",
    "poison": "Poison Point",
    "ground": "Sand Force",
    "rock": "Sturdy",
    "bug": "Swarm",
    "ghost": "Cursed Body",
    "steel": "Clear Body",
    "fire": "Blaze",
    "water": "Torrent",
    "grass": "Overgrow",
    "electric": "Static",
    "psychic": "Synchronize",
    "ice": "Ice Body",
    "dragon": "Marvel Scale",
    "dark": "Inner Focus",
    "fairy": "Cute Charm",
}
MOVES = {
    "normal": ("Body Slam", "Hyper Voice", "Quick Attack", "Swords Dance"),
    "fighting": ("Brick Break", "Drain Punch", "Aura Sphere", "Bulk Up"),
    "flying": ("Air Slash", "Aerial Ace", "Brave Bird", "Roost"),
    "poison": ("Sludge Bomb", "Poison Jab", "Venoshock", "Toxic"),
    "ground": ("Earthquake", "Earth Power", "Dig", "Bulldoze"),
    "rock": ("Rock Slide", "Power Gem", "Stone Edge", "Rock Polish"),
    "bug": ("Bug Buzz", "X-Scissor", "U-turn", "Leech Life"),
    "ghost": ("Shadow Ball", "Shadow Claw", "Hex", "Confuse Ray"),
    "steel": ("Iron Head", "Flash Cannon", "Metal Claw", "Iron Defense"),
    "fire": ("Flamethrower", "Fire Punch", "Heat Wave", "Will-O-Wisp"),
    "water": ("Surf", "Waterfall", "Water Pulse", "Aqua Jet"),
    "grass": ("Energy Ball", "Leaf Blade", "Giga Drain", "Leech Seed"),
    "electric": ("Thunderbolt", "Thunder Punch", "Discharge", "Thunder Wave"),
    "psychic": ("Psychic", "Zen Headbutt", "Psyshock", "Calm Mind"),
    "ice": ("Ice Beam", "Ice Punch", "Icy Wind", "Icicle Crash"),
    "dragon": ("Dragon Pulse", "Dragon Claw", "Outrage", "Dragon Dance"),
    "dark": ("Dark Pulse", "Crunch", "Knock Off", "Nasty Plot"),
    "fairy": ("Moonblast", "Play Rough", "Dazzling Gleam", "Charm"),
}
EGG_GROUPS = {  # of a body shape
    "fish": "Water 2",
    "tentacles": "Water 3",
    "wings": "Flying",
    "bug-wings": "Bug",
    "armor": "Bug",
    "humanoid": "Human-Like",
    "quadruped": "Field",
    "squiggle": "Dragon",
    "blob": "Amorphous",
    "ball": "Mineral",
}
COMMON_MOVES = ("Protect", "Substitute", "Rest", "Facade")


def moves_of(creature: Creature) -> tuple[str, ...]:
    """All moves that a creature learns: those of its types, then those that all creatures learn."""
    return (*dict.fromkeys(move for kind in creature.types for move in MOVES[kind]), *COMMON_MOVES)


def egg_group_of(creature: Creature) -> str:
    return EGG_GROUPS.get(creature.shape, "Monster")
