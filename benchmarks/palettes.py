"""Draw sprites for palettes, and compare with the same seeds mapped to them afterwards.

    python benchmarks/palettes.py --data SET.parquet [--model RUN] [-n 32] [--json]

The requests are labels and texts of n training sprites. For each named palette there are four ways:

    nearest   the finished sprite's colors become the nearest of the palette in RGB
    closest   the sample's pixels become the nearest in OKLab: by definition the least error to the sample
    after     the sample is finished on the palette, with the smoothing of `drawn`
    drawn     `generate --palette`: the sample is kept on the palette while it is drawn

`to_sample` is the mean OKLab distance of visible pixels to the sample that has no palette, before it is finished;
`to_own` to the sample that the way starts from, another for `drawn` alone. `same_shape` is the overlap of foregrounds.
`orphans` and `broken_outline` are those of `metrics/pixel_art`, `kid` is that of all palettes' sprites from held-out
sprites whose pixels have the nearest colors in OKLab. `real` are the measures of those held-out sprites.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import SEED_HELP, options, positive, run, show, sprites_of
from spriteloom.cli.options import DEFAULT_MODEL
from spriteloom.cli.printing import say, show_json
from spriteloom.codecs.indexed import map_to_palette
from spriteloom.metrics.generation.features import EfficientNetLite0
from spriteloom.metrics.generation.kid import kernel_estimate
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.metrics.pixel_art.parts import broken_outline, orphans
from spriteloom.models.capabilities import Samples, need
from spriteloom.models.diffusion.words import MAX_WORDS
from spriteloom.models.load import load
from spriteloom.models.sampling import SamplingModel
from spriteloom.pixels import Palette, Sprite, open_palette, over
from spriteloom.pixels.alpha import WHITE, harden
from spriteloom.pixels.arrays import Bytes, Doubles, Floats
from spriteloom.pixels.named_palettes import NAMED
from spriteloom.pixels.oklab import oklab
from spriteloom.priors.draw import Draw

WAYS = ("nearest", "closest", "after", "drawn", "real")
Ways = dict[str, Bytes]  # way → sprites (n, h, w, 4)


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a set prepared with --preprocessing pixel")
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, help="a run that samples (default: the shipped one)"
    )
    parser.add_argument("-n", type=positive, default=32, help="sprites for each palette (default 32)")
    parser.add_argument(
        "--held-out", type=positive, default=300, help="real sprites for the KID (default 300)"
    )
    parser.add_argument("--seed", type=int, default=0, help=SEED_HELP)
    given = parser.parse_args(words)
    model = need(load(given.model), Samples)
    real = [sprite.pixels for sprite in sprites_of(given.data, "test", given.held_out, given.seed)]
    requests = sprites_of(given.data, "train", given.n, given.seed)
    rows, pictures = measure(model, requests, _squares(real), given.seed)
    means = summary(rows, distances(pictures))
    if given.json:
        show_json({"palettes": rows, "means": means})
    else:
        show("palettes", [{"palette": row["palette"], **row["drawn"]} for row in rows], as_json=False)
        show("means", [{"way": way, **means[way]} for way in WAYS[:4]], as_json=False)


def measure(
    model: SamplingModel, requests: Sequence[Sprite], real: Bytes, seed: int
) -> tuple[list[dict[str, Any]], list[Ways]]:
    """A row of measures for each palette, and the sprites of each way."""
    conditions = np.stack([condition_of(model, request) for request in requests])
    seeds = tuple(range(seed, seed + len(requests)))
    draw = Draw(seeds=seeds, guidance=model.guidance_scale)
    free = harden(model.paint(conditions, draw))
    finished = np.stack([model.finish(picture).pixels for picture in free])
    rows, pictures = [], []
    for name in NAMED:
        say(f"{len(requests)} sprites for {name}")
        palette = open_palette(name)
        own = harden(model.paint(conditions, Draw(seeds=seeds, guidance=draw.guidance, palette=palette)))
        ways = _ways(model, palette, free, finished, own) | {"real": _closest(real, palette)}
        samples = dict.fromkeys(ways, free) | {"drawn": own}
        row = {way: _measures(ways[way], samples[way], free) for way in WAYS[:4]}
        rows.append({"palette": name, "colors": len(palette), **row, "real": _art(ways["real"])})
        pictures.append(ways)
    return rows, pictures


def condition_of(model: SamplingModel, sprite: Sprite) -> Floats:
    """The condition of a sprite's labels and text, as far as the model knows them."""
    known = {field: values for field, values in sprite.labels.items() if field in model.conditions.fields}
    return model.condition(known, " ".join(str(sprite.labels.get("text", "")).split()[:MAX_WORDS]) or None)


def _ways(model: SamplingModel, palette: Palette, free: Bytes, finished: Bytes, own: Bytes) -> Ways:
    colors = palette.colors[:, :3]
    return {
        "nearest": np.stack([map_to_palette(sprite, colors) for sprite in finished]),
        "closest": _closest(free, palette) * (finished[..., 3:] > 0),
        "after": np.stack([model.finish(picture, palette=palette).pixels for picture in free]),
        "drawn": np.stack([model.finish(picture, palette=palette).pixels for picture in own]),
    }


def _closest(pictures: Bytes, palette: Palette) -> Bytes:
    """Each visible pixel of (n, h, w, 4) in the nearest color in OKLab."""
    colors = palette.colors[:, :3]
    gaps = ((oklab(pictures[..., :3])[..., None, :] - oklab(colors)) ** 2).sum(-1)
    inside = pictures[..., 3:] > 0
    return np.concatenate([colors[gaps.argmin(-1)] * inside, inside * np.uint8(255)], -1)


def _measures(sprites: Bytes, samples: Bytes, free: Bytes) -> dict[str, float]:
    inside, before = sprites[..., 3] > 0, free[..., 3] > 0
    return {
        "to_sample": _error(sprites, free, inside & before),
        "to_own": _error(sprites, samples, inside & (samples[..., 3] > 0)),
        "same_shape": float(((inside & before).sum((1, 2)) / (inside | before).sum((1, 2)).clip(1)).mean()),
        **_art(sprites),
    }


def _art(sprites: Bytes) -> dict[str, float]:
    parts = foreground_of(sprites)
    return {"orphans": float(orphans(parts).mean()), "broken_outline": float(broken_outline(parts).mean())}


def _error(a: Bytes, b: Bytes, where: Any) -> float:
    """The mean over pictures of the mean OKLab distance of the pixels in `where`."""
    gaps: Doubles = np.linalg.norm(oklab(a[..., :3]) - oklab(b[..., :3]), axis=-1)
    return float(((gaps * where).sum((1, 2)) / where.sum((1, 2)).clip(1)).mean())


def distances(pictures: Sequence[Ways]) -> dict[str, Any]:
    """The KID of each way from the real sprites, over all palettes, with intervals over requests and real sprites."""
    features = EfficientNetLite0()

    def vectors(way: str) -> tuple[Floats, NDArray[np.intp]]:
        """Of all palettes' sprites, and the number of the request of each."""
        n = len(pictures[0][way])
        every = [features(over(ways[way], WHITE)) for ways in pictures]
        return np.concatenate(every), np.tile(np.arange(n), len(pictures))

    say("features of all sprites")
    real, real_groups = vectors("real")
    rows = {}
    for way in WAYS[:4]:
        x, groups = vectors(way)
        estimate = kernel_estimate(x, real, x_groups=groups, y_groups=real_groups)
        rows[way] = {"kid": estimate.value, "kid_given_reference": estimate.given_reference.to_json()}
    return rows


def summary(rows: Sequence[Mapping[str, Any]], kids: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The means over palettes of each way, with its KID."""
    return {
        way: {key: float(np.mean([row[way][key] for row in rows])) for key in rows[0][way]}
        | kids.get(way, {})
        for way in WAYS
    }


def _squares(pixels: Sequence[Bytes]) -> Bytes:
    """Sprites centered on one square."""
    side = max(max(each.shape[:2]) for each in pixels)
    squares = np.zeros((len(pixels), side, side, 4), np.uint8)
    for square, each in zip(squares, pixels, strict=True):
        h, w = each.shape[:2]
        square[(side - h) // 2 :, (side - w) // 2 :][:h, :w] = harden(each)
    return squares


if __name__ == "__main__":
    run(main)
