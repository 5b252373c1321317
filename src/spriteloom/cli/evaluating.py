"""The verb evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Option

from spriteloom.cli.options import AsJson, Data, DeviceName, Seed
from spriteloom.cli.printing import say, show_json, show_table

if TYPE_CHECKING:
    from spriteloom.data.store import SpriteSet
    from spriteloom.evaluation.generated import GenerationEvaluation, Pair
    from spriteloom.models.base import Model

SAMPLES = 500


def evaluate(
    data: Data,
    model: Annotated[
        str | None,
        Option(help="The run to measure, a shipped model, or OWNER/NAME[@REVISION] on the model hub."),
    ] = None,
    samples: Annotated[
        Path | None, Option(help="Instead of a run: a folder of sprites that any tool made.")
    ] = None,
    split: Annotated[str, Option(help="train, validation or test.")] = "test",
    n: Annotated[int, Option("-n", help="Samples of a run that makes sprites; 0 for none.", min=0)] = SAMPLES,
    guidance: Annotated[
        float | None, Option(help="Weight of labels and words.", show_default="that of the model")
    ] = None,
    pairs: Annotated[
        Path | None,
        Option(help="A PNG to write: eight samples, each left of the training sprite it is nearest to."),
    ] = None,
    seed: Seed = 0,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Measure a run or a folder of new sprites on a split of a set.

    Codecs and autoencoders are measured by reconstruction, beside k-means, and priors by bits per code. New sprites
    are compared with real ones: FD and KID, precision and recall, memorization, pixel art, and agreement with the
    requested labels. This needs the extra `metrics`.
    """
    from spriteloom.data.store import SpriteSet
    from spriteloom.models.load import load

    if (model is None) == (samples is None):
        raise typer.BadParameter("give the --model of a run or a folder of --samples, one of them")
    opened = SpriteSet.open(data)
    figures: dict[str, Any] = {}
    generation: GenerationEvaluation | None = None
    if samples is not None:
        generation = _of_folder(samples, opened, split, seed, device)
    else:
        loaded = load(str(model), device)
        figures = _without_samples(loaded, opened, split, seed)
        if n or not figures:
            generation = _of_model(loaded, opened, split, n, guidance, seed, device)
    if generation is not None:
        figures["generation"] = generation.to_json()
        if pairs is not None:
            _save_pairs(generation.pairs, pairs)
    if as_json:
        show_json(figures)
        return
    _show(f"{model or samples} on {split}", figures)


def _without_samples(model: Model, data: SpriteSet, split: str, seed: int) -> dict[str, Any]:
    """The figures of what a model reconstructs or predicts; none of a model that only makes sprites."""
    from spriteloom.evaluation.evaluate import evaluate as measure
    from spriteloom.models.capabilities import Predicts, Reconstructs, Samples

    if isinstance(model, Samples) and not isinstance(model, Predicts | Reconstructs):
        return {}
    return measure(model, data, split, seed=seed).to_json()


def _of_model(
    model: Model, data: SpriteSet, split: str, n: int, guidance: float | None, seed: int, device: str
) -> GenerationEvaluation | None:
    """What new sprites of a model score; None for a model that makes none."""
    from spriteloom.evaluation.generated import draw, evaluate_sprites
    from spriteloom.metrics.generation import features
    from spriteloom.models.capabilities import Samples

    if not isinstance(model, Samples):
        return None
    network = features.EfficientNetLite0(device=device)
    say(f"drawing {n} samples of {model.name}")
    sprites = draw(model, data, n, guidance=guidance, seed=seed)
    return evaluate_sprites(sprites, data, split, features=network, seed=seed, device=device)


def _of_folder(folder: Path, data: SpriteSet, split: str, seed: int, device: str) -> GenerationEvaluation:
    from spriteloom.evaluation.generated import evaluate_sprites, from_sprites
    from spriteloom.export.sprite_folder import read_sprites
    from spriteloom.metrics.generation import features

    network = features.EfficientNetLite0(device=device)
    sprites = from_sprites(list(read_sprites(folder)), data)
    return evaluate_sprites(sprites, data, split, features=network, seed=seed, device=device)


def _save_pairs(pairs: Sequence[Pair], path: Path) -> None:
    from spriteloom.export.sheets import contact_sheet
    from spriteloom.pixels import save_sprite
    from spriteloom.reproduce.pictures import opaque

    save_sprite(contact_sheet([opaque(picture) for pair in pairs for picture in pair.pictures]), path)


def _show(title: str, figures: dict[str, Any]) -> None:
    """The figures as tables."""
    generation = figures.pop("generation", None)
    foreground = figures.pop("foreground", None) or {}
    if figures:
        rows = [(name, value, foreground.get(name)) for name, value in figures.items()]
        show_table(title, ["measure", "all", "foreground"], rows)
    if generation is not None:
        columns = ["measure", "samples", "95 % interval", "real sprites"]
        show_table(f"{generation['n']} samples: {title}", columns, _compared(generation))


def _compared(generation: dict[str, Any]) -> list[tuple[str, Any, str, Any]]:
    """Rows of a measure: its name, of samples, its interval, of real sprites."""
    floor, memory, pixel_art = generation["floor"], generation["memorisation"], generation["pixel_art"]
    names = ("fd", "kid", "precision", "recall", "density", "coverage")
    rows = [
        (name, generation[name], _interval(generation.get(f"{name}_interval")), floor[name]) for name in names
    ]
    rows += [(name, memory[name], "", memory[f"{name}_held_out"]) for name in ("close", "alone", "nearest")]
    rows += [(name, value, "", pixel_art["held_out"][name]) for name, value in pixel_art["samples"].items()]
    for field in ("types", "shape"):
        agreement = (generation["conditions"] or {}).get(field)
        if agreement:
            rows.append((f"{field} agree", agreement["agreement"], "", generation["judge"][field]["top1"]))
    return rows


def _interval(ends: list[float] | None) -> str:
    return "" if ends is None else f"{ends[0]:.4g} to {ends[1]:.4g}"
