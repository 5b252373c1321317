"""Creatures in a folder, as `generate` writes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.export.sprite_folder import write_sprites
from spriteloom.pixels import Sprite, open_animation


def sprites(n: int = 4) -> list[Sprite]:
    found = []
    for item in list(ProceduralSource(n=n, seed=3, size=48).items()):
        if item.view == "front" and not item.shiny:
            sprite = open_animation(item.data, name=item.species).frames[0]
            found.append(replace(sprite, labels={"types": item.types, "shape": item.shape}))
    return found[:n]


def written(folder: Path, n: int = 4) -> Path:
    write_sprites(sprites(n), folder, first_seed=0)
    return folder
