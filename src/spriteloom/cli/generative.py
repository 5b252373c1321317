"""The verbs vary, morph, fuse, inpaint and outpaint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import DeviceName, Run, Seed
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from spriteloom.pixels import Sprite

Picture = Annotated[Path, typer.Argument(help="A picture file.")]
Prompt = Annotated[str | None, typer.Option(help="Words, of a model that knows them.")]
Types = Annotated[list[str] | None, typer.Option(help="A type they shall have; may be repeated.")]
Shape = Annotated[str | None, typer.Option(help="The body shape they shall have.")]
Folder = Annotated[Path, typer.Option(help="The folder to write the sprites into.")]
Alternatives = Annotated[int, typer.Option("-n", help="How many alternatives.")]
Margin = Annotated[int, typer.Option(help="Pixels to add on this side.", min=0)]
Steps = Annotated[int | None, typer.Option(help="In how many steps to sample.")]


def add_to(app: typer.Typer) -> None:
    app.command()(vary)
    app.command()(morph)
    app.command()(fuse)
    app.command()(inpaint)
    app.command()(outpaint)


def vary(
    picture: Picture,
    model: Run,
    out: Folder,
    strength: Annotated[float, typer.Option(help="0 leaves it as it is, 1 forgets it.")] = 0.6,
    n: Annotated[int, typer.Option("-n", help="How many.")] = 8,
    types: Types = None,
    shape: Shape = None,
    prompt: Prompt = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
) -> None:
    """Make sprites that are like a picture: PNG files and sprites.json."""
    from spriteloom.editing import generative
    from spriteloom.models.load import load
    from spriteloom.pixels import Sprite

    editor = generative.with_sampler(load(model, device), num_steps=steps)
    made = generative.vary(
        editor,
        Sprite.open(picture),
        n,
        strength=strength,
        labels=_labels(types, shape),
        prompt=prompt,
        seed=seed,
    )
    _write(made, out, seed)


def morph(
    a: Picture,
    b: Picture,
    model: Run,
    out: Annotated[Path, typer.Option(help="The animation to write: .gif, .apng or .webp.")],
    frames: Annotated[int, typer.Option(help="How many, both ends included.")] = 8,
    milliseconds: Annotated[int, typer.Option(help="How long each is shown.")] = 120,
    prompt: Prompt = None,
    steps: Steps = None,
    device: DeviceName = "auto",
) -> None:
    """Turn one sprite into another, frame by frame."""
    from spriteloom.editing import generative
    from spriteloom.models.load import load
    from spriteloom.pixels import Animation, Sprite, save_animation

    editor = generative.with_sampler(load(model, device), num_steps=steps)
    made = generative.morph(editor, Sprite.open(a), Sprite.open(b), frames, prompt=prompt)
    save_animation(Animation(frames=tuple(made), durations=(milliseconds,) * len(made)), out)
    say(f"{len(made)} frames in {out}")


def fuse(
    head: Picture,
    body: Picture,
    model: Run,
    out: Folder,
    cut: Annotated[float, typer.Option(help="How much of the first figure is its head.")] = 0.45,
    n: Alternatives = 8,
    prompt: Prompt = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
) -> None:
    """The head of one sprite on the body of another, the seam painted anew."""
    from spriteloom.editing import generative
    from spriteloom.models.load import load
    from spriteloom.pixels import Sprite

    editor = generative.with_sampler(load(model, device), num_steps=steps)
    made = generative.fuse(editor, Sprite.open(head), Sprite.open(body), n, cut=cut, prompt=prompt, seed=seed)
    _write(made, out, seed)


def inpaint(
    picture: Picture,
    mask: Annotated[
        Path, typer.Option(help="A picture of the same size: what is light and seen may change.")
    ],
    model: Run,
    out: Folder,
    n: Alternatives = 8,
    types: Types = None,
    shape: Shape = None,
    prompt: Prompt = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
) -> None:
    """Paint part of a sprite anew; everything else stays byte for byte."""
    from spriteloom.editing import generative
    from spriteloom.models.load import load
    from spriteloom.pixels import Sprite

    editor = generative.with_sampler(load(model, device), num_steps=steps)
    made = generative.inpaint(
        editor,
        Sprite.open(picture),
        _marked(mask),
        n,
        labels=_labels(types, shape),
        prompt=prompt,
        seed=seed,
    )
    _write(made, out, seed)


def outpaint(
    picture: Picture,
    model: Run,
    out: Folder,
    top: Margin = 0,
    right: Margin = 0,
    bottom: Margin = 0,
    left: Margin = 0,
    n: Alternatives = 8,
    types: Types = None,
    shape: Shape = None,
    prompt: Prompt = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
) -> None:
    """Paint on beyond the edges of a sprite; what is there stays byte for byte."""
    from spriteloom.editing import generative
    from spriteloom.models.load import load
    from spriteloom.pixels import Sprite

    made = generative.outpaint(
        generative.with_sampler(load(model, device), num_steps=steps),
        Sprite.open(picture),
        n,
        top=top,
        right=right,
        bottom=bottom,
        left=left,
        labels=_labels(types, shape),
        prompt=prompt,
        seed=seed,
    )
    _write(made, out, seed)


def _write(made: Sequence[Sprite], out: Path, seed: int) -> None:
    from spriteloom.export.sprite_folder import write_sprites

    write_sprites(made, out, first_seed=seed)
    say(f"{len(made)} sprites in {out}")


def _labels(types: list[str] | None, shape: str | None) -> dict[str, tuple[str, ...]]:
    return ({"types": tuple(types)} if types else {}) | ({"shape": (shape,)} if shape else {})


def _marked(mask: Path) -> NDArray[np.bool_]:
    """Where a mask's pixels are lighter than half, over black."""
    from spriteloom.pixels import Sprite, over

    light = over(Sprite.open(mask).pixels, (0, 0, 0)).mean(-1)
    marked: NDArray[np.bool_] = light >= 128
    return marked
