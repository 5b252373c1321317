"""The tables, the chart and the pictures of the demo's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.pictures import Pictures
from spriteloom.data.store import SpriteSet
from spriteloom.editing.plans import recolor
from spriteloom.editing.swap import swap_palette
from spriteloom.errors import BadPalette
from spriteloom.metrics.pictures import colors_per_sprite, score
from spriteloom.pixels import Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes, Mask
from spriteloom.reproduce.charts import Chart, dots
from spriteloom.reproduce.page import Figures, Part
from spriteloom.reproduce.pictures import Gallery, Picture, code_map, evenly_spaced, opaque, picture, trimmed
from spriteloom.reproduce.pixel_vqvae.published import EPOCHS, SIZES
from spriteloom.reproduce.tables import Cell, Column, Table, cell, figure, stages_table, table
from spriteloom.reproduce.texts import DASH, duration, fixed, share, small, speed, times, whole

SHOWN, SWAPS, TESTED = 8, 6, 4

KEY = {
    "kmeans": "k-means, the yardstick",
    "ours": "ours",
    "published": "the paper’s figure, on its own data",
    "preset": "the paper’s preset, in this run",
}
MAIN = {
    "parameters": figure("parameters", whole),
    "MSE": figure("mse", small),
    "SSIM": figure("ssim", fixed),
    "exact pixels": figure("exact_pixels", share),
    "codes used": figure("codes_used", whole),
    "k-means MSE": figure("kmeans_mse", small),
    "ours / k-means": figure("mse_over_kmeans", times),
    "paper’s MSE": figure("published.mse", "{:.5f}".format),
    "paper’s SSIM": figure("published.ssim", "{:.3f}".format),
    "trained in": figure("seconds", duration),
}
DETAILS = {
    "PSNR": figure("psnr", "{:.1f} dB".format),
    "MSE, figure only": figure("foreground.mse", small),
    "SSIM, figure only": figure("foreground.ssim", fixed),
    "exact, figure only": figure("foreground.exact_pixels", share),
    "perplexity": figure("perplexity", "{:.1f}".format),
    "bits per pixel": figure("bits_per_pixel", "{:.2f}".format),
    "nearest code’s MSE": figure("nearest_mse", small),
    "k-means SSIM": figure("kmeans_ssim", fixed),
    "k-means MSE, noise included": figure("kmeans_noise_mse", small),
}
PRESETS = {
    "preset": figure("whose"),
    "MSE": figure("test.mse", small),
    "SSIM": figure("test.ssim", fixed),
    "exact pixels": figure("test.exact_pixels", share),
    "codes used": figure("test.codes_used", "{} of 256".format),
    "perplexity": figure("test.perplexity", "{:.1f}".format),
    "steps": figure("steps", whole),
    "epochs": lambda run: small(run["epochs"]) + run["of"],
}


def parts(figures: Figures) -> dict[str, Part]:
    """Every table and chart of the page."""
    ours = [
        (
            SIZES[run["size"]],
            {**run, **run["test"], "seconds": run["seconds"], "published": figures["published"][run["size"]]},
        )
        for run in figures["ours"]
    ]
    best = [(column, size) for size in SIZES.values() for column in (2, 3)]
    title = "Ours, on pictures of species that no run has seen"
    return {
        "main": table(title, "model", ours, MAIN).with_best(best),
        "errors": _error_chart(figures),
        "details": table("The same runs in more detail", "model", ours, DETAILS),
        "presets": _presets(figures),
        "refits": _refits(figures, ours),
        "speed": _speeds(figures, ours),
        "stages": stages_table(figures),
    }


def _error_chart(figures: Figures) -> Chart:
    """The MSE of each size beside everything it is compared with."""
    rows = {
        SIZES[ours["size"]]: {
            "kmeans": ours["test"]["kmeans_mse"],
            "published": figures["published"][ours["size"]]["mse"],
            "preset": paper["test"]["mse"],
            "ours": ours["test"]["mse"],
        }
        for ours, paper in zip(figures["ours"], figures["paper"], strict=True)
    }
    return dots("Mean squared error of each model, further left is better", rows, KEY)


def _presets(figures: Figures) -> Table:
    """The paper's own preset beside ours: same pictures, same time."""
    rows = []
    for ours, paper in zip(figures["ours"], figures["paper"], strict=True):
        rows.append((SIZES[ours["size"]], ours | {"whose": "ours", "of": ""}))
        rows.append(("", paper | {"whose": "the paper’s", "of": f" of its {EPOCHS}"}))
    return table(f"Same pictures, {figures['setting']['budget']} of training each", "model", rows, PRESETS)


def _refits(figures: Figures, ours: Sequence[tuple[str, Any]]) -> Table:
    """How far Lloyd's algorithm goes from what was learned."""
    refits = figures["refits"]
    rounds = {
        f"after {n} round{'s' if n > 1 else ''}": figure(f"refits.{n}", small)
        for n in sorted({refit["rounds"] for refit in refits})
    }
    columns = {
        "network’s own codes": figure("mse", small),
        "nearest code": figure("nearest_mse", small),
        **rounds,
        "k-means": figure("kmeans_mse", small),
    }
    rows = [
        (size, run | {"refits": {str(r["rounds"]): r["mse"] for r in refits if r["size"] == run["size"]}})
        for size, run in ours
    ]
    return table("MSE on the same pictures, the table refitted", "model", rows, columns)


def _speeds(figures: Figures, ours: Sequence[tuple[str, Any]]) -> Table:
    """Million pixels a second, and how many times the network's own speed."""
    timings = {(row["model"], row["stage"], row["path"]): row for row in figures["speed"]}
    timings["", "decode", "compiled"] = timings["", "decode", "memcpy"]  # beside the tables

    def timing(stage: str, path: str, of_hires: str = "") -> Column:
        def show(run: Mapping[str, Any]) -> Cell:
            name = of_hires if of_hires and run["size"] == "hires" else stage
            row = timings.get((run["preset"], name, path))
            if row is None:
                return cell(DASH)
            note = "" if row["path"] in ("network", "memcpy") else times(row["ratio"])
            return cell(speed(row["mpx_per_s"]), note=note)

        return show

    columns = {
        "decode: network": timing("decode", "network"),
        "decode: table": timing("decode", "compiled"),
        "encode: network": timing("encode", "network"),
        "encode: exact tables": timing("encode", "compiled", of_hires="encode-first"),
        "encode again: exact tables": timing("encode-again", "compiled", of_hires="encode"),
        "encode: nearest code": timing("encode", "nearest"),
    }
    title = "Million pixels a second; below it, how many times the network’s speed"
    rows = [*ours, ("a plain copy", {"preset": "", "size": ""})]
    return table(title, "model", rows, columns)


Codecs = Mapping[str, Codec]  # by size


def galleries(data: SpriteSet, test: Pictures, codecs: Codecs) -> dict[str, Gallery]:
    """Held-out species, evenly spread over the test split, not chosen by how well they come back."""
    ordinary, shinies = _by_species(data)
    species = sorted(ordinary)
    sprites = [ordinary[species[i]] for i in evenly_spaced(len(species), SHOWN)]
    front = [ordinary[species[i]] for i in evenly_spaced(len(species), 2 * SHOWN)]
    swaps = [
        _recolored(sprites[i], sprites[(i + 1) % len(sprites)], shinies, codecs["hires"])
        for i in evenly_spaced(len(sprites), SWAPS)
    ]
    return {
        "hero": _rows("hero", [[picture(sprite, sprite.name, scale=2) for sprite in front]]),
        "steps": _rows("steps", [_steps(sprites[0], codecs["medres"])]),
        "reconstructed": _rows("shelf", [_own_size(sprite, codecs) for sprite in sprites], "four"),
        "tested": _rows("shelf", _tested(test, data.preprocessing.variants("test"), codecs), "four"),
        "recolored": _rows("shelf", swaps, "five"),
    }


def _rows(kind: str, rows: Sequence[Sequence[Picture]], width: str = "") -> Gallery:
    return Gallery(kind=kind, title=width, rows=[("", row) for row in rows])


def _by_species(data: SpriteSet) -> tuple[dict[str, Sprite], dict[str, Sprite]]:
    """The first ordinary sprite of every held-out species, and its shiny one, without their margins."""
    ordinary: dict[str, Sprite] = {}
    shiny: dict[str, list[Sprite]] = {}
    for sprite in data.sprites("test"):
        if "shiny" in sprite.labels:
            shiny.setdefault(sprite.species, []).append(sprite)
        else:
            ordinary.setdefault(sprite.species, sprite)
    recolorings = {
        species: trimmed(sprite)
        for species, sprites in shiny.items()
        for sprite in reversed(sprites)
        if species in ordinary and np.array_equal(sprite.pixels[..., 3], ordinary[species].pixels[..., 3])
    }
    firsts = ordinary or {species: sprites[0] for species, sprites in shiny.items()}
    return {species: trimmed(sprite) for species, sprite in firsts.items()}, recolorings


def _steps(sprite: Sprite, codec: Codec) -> list[Picture]:
    """A sprite, its codes, its reconstruction."""
    codes = codec.encode([sprite])
    gh, gw = codes.grid[0].shape
    size, bits = f"{sprite.width}×{sprite.height} pixels", (codec.k - 1).bit_length()
    return [
        picture(sprite, f"{size} in", scale=3),
        picture(code_map(codes.grid[0], codec.k), f"{gw}×{gh} codes of {bits} bits", scale=6),
        picture(codec.decode(codes)[0], f"{size} back", scale=3),
    ]


def _own_size(sprite: Sprite, codecs: Codecs) -> list[Picture]:
    """A sprite at its own size, its alpha kept, and its reconstructions, measured over its visible pixels."""

    def reconstruct(codec: Codec) -> tuple[Sprite, Bytes]:
        again = codec.decode(codec.encode([sprite]))[0]
        return again, over(again.pixels, WHITE)

    visible = sprite.pixels[..., 3] > 0
    return _row(sprite, _title(sprite), over(sprite.pixels, WHITE), visible, codecs, reconstruct)


def _tested(test: Pictures, variants: Sequence[str], codecs: Codecs) -> list[list[Picture]]:
    """Pictures that the tables measure: one each of a few sprites, each in another variant."""
    rows = []
    for i, sprite in enumerate(evenly_spaced(len(test) // len(variants), TESTED)):
        variant = (1 + i * len(variants) // TESTED) % len(variants)
        place = sprite * len(variants) + variant
        rgb = test.rgb[place : place + 1]

        def reconstruct(codec: Codec, rgb: Bytes = rgb) -> tuple[Sprite, Bytes]:
            again = codec.decode_rgb(codec.encode_rgb(rgb))[0]
            return opaque(again), again

        everywhere = np.ones(rgb.shape[1:3], np.bool_)
        words = _variant_words(variants[variant])
        rows.append(_row(opaque(rgb[0]), words, rgb[0], everywhere, codecs, reconstruct, scale=3))
    return rows


def _row(
    sprite: Sprite,
    title: str,
    truth: Bytes,
    inside: Mask,
    codecs: Codecs,
    reconstruct: Callable[[Codec], tuple[Sprite, Bytes]],
    scale: int = 0,
) -> list[Picture]:
    """A sprite and its reconstruction by each codec, with its figures."""
    colors = int(colors_per_sprite(sprite.pixels[None])[0])
    pictures = [picture(sprite, title, f"{sprite.width}×{sprite.height}, {colors:,} colors", scale=scale)]
    for size, codec in codecs.items():
        again, rgb = reconstruct(codec)
        scores = score([(truth[None], rgb[None], inside[None])]).foreground
        text = f"{share(scores.exact_pixels)} exact · MSE {small(scores.mse)}"
        pictures.append(picture(again, SIZES[size], text, scale=scale))
    return pictures


def _recolored(sprite: Sprite, like: Sprite, shinies: Mapping[str, Sprite], codec: Codec) -> list[Picture]:
    """A sprite in the colors of another, by colors and by codes, and its artist's own other coloring."""
    pictures = [picture(sprite, _title(sprite)), picture(like, f"like {_title(like)}")]
    with suppress(BadPalette):  # more colors than a palette holds
        pictures.append(picture(recolor(sprite, like=like), "by colors"))
    pictures.append(picture(swap_palette(codec, sprite, like), "by HiRes codes"))
    if sprite.species in shinies:
        pictures.append(picture(shinies[sprite.species], "the artist’s own"))
    return pictures


def _title(sprite: Sprite) -> str:
    return sprite.species.replace("-", " ")


def _variant_words(name: str) -> str:
    """A variant of a preprocessing in words: "turn-2/white" is turned, over white."""
    pose, _, ground = name.partition("/")
    words = {"as-is": "as it is", "flip": "flipped"}.get(pose, "turned")
    return f"{words}, over {ground}" if ground else words
