"""Creatures as mods of games, one module a game. Each writes a whole folder or nothing of it."""
