"""The verbs that make sprites with a model: generate, vary, morph, fuse, inpaint, outpaint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from spriteloom.cli.options import (
    DEFAULT_MODEL,
    AsJson,
    DeviceName,
    OutFolder,
    PaletteFile,
    Picture,
    Run,
    Seed,
    Show,
)
from spriteloom.cli.printing import say, show_json

if TYPE_CHECKING:
    from spriteloom.models.base import Model
    from spriteloom.pixels import Palette, Sprite

Labels = dict[str, tuple[str, ...]]

Number = Annotated[int, Option("-n", help="Number of sprites.")]
Prompt = Annotated[str | None, Option(help='Words, for a model that knows them: "green dragon".')]
Types = Annotated[list[str] | None, Option(help="A type of the sprites; may be repeated.")]
Shape = Annotated[str | None, Option(help="The body shape of the sprites.")]
Margin = Annotated[int, Option(help="Pixels to add on this side.", min=0)]
Steps = Annotated[
    int | None, Option(help="Sampling steps of a diffusion.", show_default="those of the model")
]


def generate(
    model: Run = DEFAULT_MODEL,
    out: OutFolder = Path("sprites"),
    n: Number = 8,
    prompt: Prompt = None,
    types: Annotated[list[str] | None, Option(help="Types of the sprites: --types fire flying.")] = None,
    more_types: Annotated[list[str] | None, Argument(hidden=True)] = None,
    shape: Shape = None,
    label: Annotated[
        list[str] | None, Option(help="Any other label of the model, FIELD=VALUE; may be repeated.")
    ] = None,
    palette: PaletteFile = None,
    colors: Annotated[
        int | None, Option(help="Colors of a sprite, at most.", show_default="those of the model")
    ] = None,
    seed: Seed = 0,
    temperature: Annotated[
        float | None, Option(help="Below 1 safer, above 1 wilder.", show_default="1")
    ] = None,
    guidance: Annotated[
        float | None,
        Option(help="Weight of labels and words; above 1 they count more.", show_default="that of the model"),
    ] = None,
    steps: Steps = None,
    sampler: Annotated[
        str | None,
        Option(
            help="euler, heun or dpm of a flow; ddpm or ddim of a DDPM.", show_default="that of the model"
        ),
    ] = None,
    sheet: Annotated[bool, Option("--sheet", help="Write sheet.png too, all sprites side by side.")] = False,
    show: Show = False,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Generate new sprites.

    Writes PNG files with hard alpha, and sprites.json with the labels and the seed of each. A model refuses options
    that it does not know.
    """
    from spriteloom.export.sprite_folder import SHEET, write_sprites
    from spriteloom.models.capabilities import Samples, need
    from spriteloom.models.load import load

    if show and as_json:
        raise typer.BadParameter("--show and --json both write to stdout: take one")
    if more_types and not types:
        raise typer.BadParameter(f"{more_types[0]!r} belongs to no option: types go behind --types")
    labels = _labels([*(types or ()), *(more_types or ())], shape, label or ())
    drawn_for = _palette(palette)
    sampling = need(load(model, device), Samples).with_sampler(num_steps=steps, sampler=sampler)
    sprites = sampling.generate(
        n,
        labels,
        prompt=prompt,
        seed=seed,
        colors=colors,
        palette=drawn_for,
        temperature=temperature,
        guidance_scale=guidance,
    )
    records = write_sprites(sprites, out, first_seed=seed, sheet=SHEET if sheet else None)
    if as_json:
        show_json(records)
        return
    _print(sprites, show=show)
    say(f"{len(sprites)} sprites in {out}" + (f", all of them in {out / SHEET}" if sheet else ""))


def vary(
    picture: Picture,
    out: OutFolder,
    model: Run = DEFAULT_MODEL,
    strength: Annotated[float, Option(help="How far from the picture: above 0, 1 ignores it.")] = 0.6,
    n: Number = 8,
    types: Types = None,
    shape: Shape = None,
    prompt: Prompt = None,
    palette: PaletteFile = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
    show: Show = False,
) -> None:
    """Make sprites that are like a picture.

    Writes PNG files and sprites.json, as `generate` does.
    """
    from spriteloom.editing import generative
    from spriteloom.pixels import Sprite

    drawn_for = _palette(palette)
    editor, sprite, labels = _editor(model, device, steps), Sprite.open(picture), _labels(types, shape)
    sprites = generative.vary(
        editor, sprite, n, strength=strength, labels=labels, prompt=prompt, seed=seed, palette=drawn_for
    )
    _write(sprites, out, seed, show=show)


def morph(
    a: Picture,
    b: Picture,
    out: Annotated[Path, Option(help="The animation to write: .gif, .apng or .webp.")],
    model: Run = DEFAULT_MODEL,
    frames: Annotated[int, Option(help="Number of frames, both ends included.")] = 8,
    milliseconds: Annotated[int, Option(help="Duration of a frame, ms.")] = 120,
    prompt: Prompt = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    show: Show = False,
) -> None:
    """Turn one sprite into another, frame by frame."""
    from spriteloom.editing import generative
    from spriteloom.pixels import Animation, Sprite, save_animation

    editor = _editor(model, device, steps)
    sprites = generative.morph(editor, Sprite.open(a), Sprite.open(b), frames, prompt=prompt)
    save_animation(Animation(frames=tuple(sprites), durations=(milliseconds,) * len(sprites)), out)
    _print(sprites, show=show)
    say(f"{len(sprites)} frames in {out}")


def fuse(
    head: Picture,
    body: Picture,
    out: OutFolder,
    model: Run = DEFAULT_MODEL,
    cut: Annotated[float, Option(help="The head's share of the first sprite's height.")] = 0.45,
    n: Number = 8,
    prompt: Prompt = None,
    palette: PaletteFile = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
    show: Show = False,
) -> None:
    """Put the head of one sprite on the body of another.

    The seam is painted anew. Writes PNG files and sprites.json, as `generate` does.
    """
    from spriteloom.editing import generative
    from spriteloom.pixels import Sprite

    drawn_for = _palette(palette)
    editor = _editor(model, device, steps)
    sprites = generative.fuse(
        editor, Sprite.open(head), Sprite.open(body), n, cut=cut, prompt=prompt, seed=seed, palette=drawn_for
    )
    _write(sprites, out, seed, show=show)


def inpaint(
    picture: Picture,
    mask: Annotated[
        Path, Option(help="A picture of the same size: its light, opaque pixels are painted anew.")
    ],
    out: OutFolder,
    model: Run = DEFAULT_MODEL,
    n: Number = 8,
    types: Types = None,
    shape: Shape = None,
    prompt: Prompt = None,
    palette: PaletteFile = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
    show: Show = False,
) -> None:
    """Paint part of a sprite anew.

    Everything else stays byte for byte. Writes PNG files and sprites.json, as `generate` does.
    """
    from spriteloom.editing import generative
    from spriteloom.pixels import Sprite, over
    from spriteloom.pixels.alpha import HALF

    drawn_for = _palette(palette)
    editor, sprite, labels = _editor(model, device, steps), Sprite.open(picture), _labels(types, shape)
    light = over(Sprite.open(mask).pixels, (0, 0, 0)).mean(-1) >= HALF
    sprites = generative.inpaint(
        editor, sprite, light, n, labels=labels, prompt=prompt, seed=seed, palette=drawn_for
    )
    _write(sprites, out, seed, show=show)


def outpaint(
    picture: Picture,
    out: OutFolder,
    model: Run = DEFAULT_MODEL,
    top: Margin = 0,
    right: Margin = 0,
    bottom: Margin = 0,
    left: Margin = 0,
    n: Number = 8,
    types: Types = None,
    shape: Shape = None,
    prompt: Prompt = None,
    palette: PaletteFile = None,
    steps: Steps = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
    show: Show = False,
) -> None:
    """Continue a sprite beyond its edges.

    The old pixels stay byte for byte. Writes PNG files and sprites.json, as `generate` does.
    """
    from spriteloom.editing import generative
    from spriteloom.pixels import Sprite

    drawn_for = _palette(palette)
    editor, sprite, labels = _editor(model, device, steps), Sprite.open(picture), _labels(types, shape)
    margins = {"top": top, "right": right, "bottom": bottom, "left": left}
    sprites = generative.outpaint(
        editor, sprite, n, **margins, labels=labels, prompt=prompt, seed=seed, palette=drawn_for
    )
    _write(sprites, out, seed, show=show)


def _editor(model: str, device: str, steps: int | None) -> Model:
    from spriteloom.editing.generative import with_sampler
    from spriteloom.models.load import load

    return with_sampler(load(model, device), num_steps=steps)


def _write(sprites: Sequence[Sprite], out: Path, seed: int, *, show: bool) -> None:
    from spriteloom.export.sprite_folder import write_sprites

    write_sprites(sprites, out, first_seed=seed)
    _print(sprites, show=show)
    say(f"{len(sprites)} sprites in {out}")


def _print(sprites: Sequence[Sprite], *, show: bool) -> None:
    from spriteloom.cli.show import print_sprites

    if show:
        print_sprites(sprites)


def _labels(types: Sequence[str] | None, shape: str | None, others: Sequence[str] = ()) -> Labels:
    labels: Labels = ({"types": tuple(types)} if types else {}) | ({"shape": (shape,)} if shape else {})
    for other in others:
        field, sign, value = other.partition("=")
        if not sign:
            raise typer.BadParameter(f"--label takes FIELD=VALUE, not {other!r}")
        labels[field] = (*labels.get(field, ()), value)
    return labels


def _palette(source: Path | None) -> Palette | None:
    from spriteloom.pixels import open_palette

    return None if source is None else open_palette(source)
