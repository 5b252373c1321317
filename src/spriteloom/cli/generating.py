"""The verb generate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import AsJson, DeviceName, Run, Seed
from spriteloom.cli.printing import say, show_json


def add_to(app: typer.Typer) -> None:
    app.command()(generate)


def generate(
    model: Run,
    out: Annotated[Path, typer.Option(help="The folder to write the sprites into.")],
    n: Annotated[int, typer.Option("-n", help="How many sprites.")] = 8,
    types: Annotated[
        list[str] | None, typer.Option(help="The types they shall have: --types fire flying.")
    ] = None,
    more_types: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    shape: Annotated[str | None, typer.Option(help="The body shape they shall have.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="Any other label the model knows, FIELD=VALUE; may be repeated.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(help='Words, of a model that knows them: --prompt "small blue fish".')
    ] = None,
    seed: Seed = 0,
    colors: Annotated[int | None, typer.Option(help="At most so many colors in a sprite.")] = None,
    temperature: Annotated[
        float | None, typer.Option(help="Below 1 safer, above 1 wilder; 1 by default.")
    ] = None,
    guidance: Annotated[
        float | None,
        typer.Option(help="Above 1 what is asked for is held to more strictly; the model's own by default."),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Of a diffusion: in how many steps to sample.")] = None,
    sampler: Annotated[
        str | None, typer.Option(help="Of a flow: euler, heun or dpm; of a DDPM: ddpm or ddim.")
    ] = None,
    sheet: Annotated[
        bool, typer.Option("--sheet", help="Write sheet.png too, all of them side by side.")
    ] = False,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Make new sprites: PNG files with hard alpha, and sprites.json with the labels and seed of each."""
    from spriteloom.export.sprite_folder import write_sprites
    from spriteloom.models.capabilities import Samples, need
    from spriteloom.models.load import load

    if more_types and not types:
        raise typer.BadParameter(f"{more_types[0]!r} belongs to no option: types go behind --types")
    wanted: dict[str, tuple[str, ...]] = {"types": (*types, *(more_types or ()))} if types else {}
    wanted |= {"shape": (shape,)} if shape else {}
    for each in label or []:
        field, sign, value = each.partition("=")
        if not sign:
            raise typer.BadParameter(f"--label takes FIELD=VALUE, not {each!r}")
        wanted[field] = (*wanted.get(field, ()), value)
    sampling = need(load(model, device), Samples).with_sampler(num_steps=steps, sampler=sampler)
    sprites = sampling.generate(
        n,
        wanted,
        prompt=prompt,
        seed=seed,
        colors=colors,
        temperature=temperature,
        guidance_scale=guidance,
    )
    with_sheet = "sheet.png" if sheet else None
    records = write_sprites(sprites, out, first_seed=seed, sheet=with_sheet)
    if as_json:
        show_json(records)
    else:
        say(f"{len(sprites)} sprites in {out}")
