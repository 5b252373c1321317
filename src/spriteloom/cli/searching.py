"""The verb search."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import AsJson, Data, DeviceName
from spriteloom.cli.printing import show_json, show_table


class By(StrEnum):
    """What is compared."""

    PIXELS = "pixels"
    FEATURES = "features"


def add_to(app: typer.Typer) -> None:
    app.command()(search)


def search(
    picture: Annotated[Path, typer.Argument(help="What to look for.")],
    data: Data,
    n: Annotated[int, typer.Option("-n", help="How many matches.")] = 8,
    by: Annotated[By, typer.Option(help="pixels, or a network's features (extra metrics).")] = By.PIXELS,
    model: Annotated[str | None, typer.Option(help="Compare how often codes of this run occur.")] = None,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Find the sprites of a prepared set that are most like a picture."""
    from spriteloom.data.store import SpriteSet
    from spriteloom.evaluation.searching import by_codes, by_features, by_pixels
    from spriteloom.evaluation.searching import search as find
    from spriteloom.metrics.generation.features import EfficientNetLite0
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load
    from spriteloom.pixels import Sprite

    if model is not None:
        embed = by_codes(need(load(model, device), HasCodec).codec)
    else:
        embed = by_pixels if by is By.PIXELS else by_features(EfficientNetLite0(device=device))
    found = find(Sprite.open(picture), SpriteSet.open(data), embed, n)
    if as_json:
        show_json([match.to_json() for match in found])
        return
    rows = [(match.distance, match.name, match.species, match.split, match.path) for match in found]
    show_table(f"Like {picture.name}", ["distance", "name", "species", "split", "path"], rows)
