"""Sprites as games and other programs lay them out: sheets, icons, whole mods. Knows no model.

views      what a front view becomes where nothing better is there: back, shiny, icon
creatures  a folder of sprites as creatures with names, types, stats, moves
sheets     frames side by side, with Aseprite's JSON or as a plain grid
games/     one module a game
"""
