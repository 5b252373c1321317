"""Judges a shipped model by classifiers of real sprites: kinds, words; and its pixel art and memory.

    python benchmarks/judges.py cc0.parquet --model tiles-32 --work DIR
    python benchmarks/judges.py cc0.parquet --samples samples.npz --work DIR --sheet samples.png --results FILE

A judge is a linear classifier on EfficientNet-Lite0 features and a histogram of colors. It learns from the training
split; its weight decay is chosen on the validation split; its accuracy is that on the test split.

    kinds  of samples under the labels and texts of training sprites
    words  the 60 commonest nouns, by drawings; 20 samples of each, with the noun alone as prompt

`nouns.py` finds the noun of a text; of a word and its plural it takes the commoner.
Means over nouns are over those that held-out sprites have. `--samples` takes samples of scripts/pretrained.py; without
it N are drawn. `--work` keeps what was drawn and the features, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from common import options, positive, run, show
from nouns import commonest, noun
from spriteloom.cli.printing import say
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError
from spriteloom.evaluation.generated import condition_of, pixel_art_of, rows_like, species_of
from spriteloom.export.sheets import contact_sheet
from spriteloom.metrics.generation.features import EfficientNetLite0
from spriteloom.metrics.generation.memory import TrainingPictures, memorized
from spriteloom.models.capabilities import Samples, need
from spriteloom.models.load import load
from spriteloom.pixels import Sprite, over, save_sprite
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.training.cache import DatasetCache

NOUNS, EACH, SHOWN = 60, 20, 64
DECAYS = (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
ROUNDS = 60  # of L-BFGS
SPLITS = ("train", "validation", "test")
LEVELS = 4  # of a channel in the histogram of colors


@dataclass(frozen=True, eq=False, kw_only=True)
class Real:
    """The sprites of a split: uint8 (n, s, s, 4), feature vectors (n, d), labels and species."""

    rgba: Bytes
    vectors: Floats
    labels: Sequence[Mapping[str, Any]]
    species: Sequence[str]


class Work:
    """A folder of arrays that are computed once; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder is not None:
            make_folder(folder, RunError)

    def array(self, name: str, compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        if self.folder is None:
            return compute()
        path = self.folder / f"{name}.npy"
        if not path.exists():
            say(f"computing {name}")
            with path.with_suffix(".part").open("wb") as file:
                np.save(file, compute())
            path.with_suffix(".part").replace(path)
        return np.asarray(np.load(path))


def main(words: list[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("data", type=Path, help="a prepared set of sprites as they are")
    parser.add_argument("--model", default="tiles-32", help="a shipped model or a run (default tiles-32)")
    parser.add_argument("--samples", type=Path, help="samples.npz of scripts/pretrained.py")
    parser.add_argument("-n", type=positive, default=2000, help="samples to draw without --samples")
    parser.add_argument("--each", type=positive, default=EACH, help="samples of a noun (default 20)")
    parser.add_argument("--work", type=Path, help="a folder that keeps samples and features")
    parser.add_argument("--sheet", type=Path, help="write the first 64 samples, enlarged twice")
    parser.add_argument("--results", type=Path, help="add the figures to this JSON file")
    given = parser.parse_args(words)
    data, model = SpriteSet.open(given.data), need(load(given.model), Samples)
    work = Work(given.work)
    features = Vectors(work)
    real = {split: read(data, split, features) for split in SPLITS}
    samples, rows = drawn(model, data, given.samples, given.n, work)
    figures = {
        "kinds": kinds(real, features("samples", samples), rows),
        "words": words_of(model, real, features, given.each, work),
        "pixel_art": pixel_art(samples, real),
        "memorisation": memory(samples, real),
        "n": len(samples),
    }
    if given.sheet is not None:
        shown = contact_sheet([Sprite(pixels=pixels, name="") for pixels in samples[:SHOWN]])
        opaque = np.concatenate([over(shown.pixels, WHITE), np.full_like(shown.pixels[..., :1], 255)], -1)
        save_sprite(Sprite(pixels=opaque.repeat(2, 0).repeat(2, 1), name="samples"), given.sheet)
    if given.results is not None:
        add(given.results, model.name, figures)
    if given.json:
        show(model.name, [figures], as_json=True)
    else:
        show(model.name, [{"measure": k, "value": v} for k, v in table(figures).items()], as_json=False)


class Vectors:
    """Features of pictures over white, and a histogram of the colors inside; kept under a name."""

    def __init__(self, work: Work) -> None:
        self.work, self.network = work, EfficientNetLite0()

    def __call__(self, name: str, rgba: Bytes) -> Floats:
        seen = self.work.array(f"features-{name}", lambda: self.network(over(rgba, WHITE)))
        return np.concatenate([seen, histogram(rgba)], axis=1)


def histogram(rgba: Bytes) -> Floats:
    """The root of the share of each of 4³ colors in the foreground, and the foreground's share: float32 (n, 65)."""
    levels = rgba[..., :3].astype(np.int64) * LEVELS // 256
    bins = levels @ (LEVELS**2, LEVELS, 1)
    rows = []
    for codes, inside in zip(bins, rgba[..., 3] > 0, strict=True):
        counts = np.bincount(codes[inside], minlength=LEVELS**3)
        rows.append([*np.sqrt(counts / max(1, counts.sum())), inside.mean()])
    return np.array(rows, np.float32)


def read(data: SpriteSet, split: str, features: Vectors) -> Real:
    """A split's sprites. Raises DataError if it is empty."""
    if not data.count(split):
        raise DataError(f"{data.path} has no {split} sprites: prepare more species")
    rgba = DatasetCache(data).rgba(split)
    labels = list(data.labels(split))
    return Real(rgba=rgba, vectors=features(split, rgba), labels=labels, species=species_of(data, split))


def drawn(
    model: Samples, data: SpriteSet, file: Path | None, n: int, work: Work
) -> tuple[Bytes, Sequence[Mapping[str, Any]]]:
    """Finished samples under the labels of training sprites, and these labels."""
    if file is None:
        rows = rows_like(data, n)
        conditions = np.stack([condition_of(model, row) for row in rows])
        return finished(model, work, "samples", lambda: model.paint_each(conditions, range(n))), rows
    with np.load(file) as scales:
        painted = scales[str(model.guidance_scale)]
    return finished(model, work, "samples", lambda: painted), rows_like(data, len(painted))


def finished(model: Samples, work: Work, name: str, paint: Callable[[], Bytes]) -> Bytes:
    def sprites() -> Bytes:
        return np.stack([model.finish(picture).pixels for picture in work.array(f"painted-{name}", paint)])

    return work.array(name, sprites)


def kinds(real: Mapping[str, Real], vectors: Floats, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Agreement with the requested kind beside the judge's accuracy on real test sprites, and by kind."""
    kind_of = {split: [_kind(row) for row in each.labels] for split, each in real.items()}
    judge, decay = learn(real, kind_of, sorted(set(kind_of["train"])), balanced=False)
    asked, truth = [_kind(row) for row in rows], kind_of["test"]
    hits, right = judge(vectors) == np.array(asked), judge(real["test"].vectors) == np.array(truth)
    return {
        **_ratio(float(hits.mean()), float(right.mean())),
        "n": len(hits),
        "n_real": len(right),
        "decay": decay,
        "by_kind": {name: _shares(name, asked, hits, truth, right) for name in sorted(set(asked))},
    }


def words_of(
    model: Samples, real: Mapping[str, Real], features: Vectors, each: int, work: Work
) -> dict[str, Any]:
    """Whether the judge names the noun that was the prompt, by noun."""
    count = Counter(word for row in real["train"].labels for word in set(_text(row).split()))
    noun_of = {split: [noun(_text(row), count) for row in sprites.labels] for split, sprites in real.items()}
    chosen = commonest(noun_of["train"], real["train"].species)[:NOUNS]
    judge, decay = learn(real, noun_of, chosen, balanced=True)
    sprites = finished(model, work, "words", lambda: prompted(model, chosen, each))
    asked = [name for name in chosen for _ in range(each)]
    hits = judge(features("words", sprites)) == np.array(asked)
    known = np.isin(noun_of["test"], chosen)
    truth = [name for name in noun_of["test"] if name in chosen]
    right = judge(real["test"].vectors[known]) == np.array(truth)
    rows = {name: _shares(name, asked, hits, truth, right) for name in chosen}
    shown = [row for row in rows.values() if row["n_real"]]
    return {
        **_ratio(_mean(row["samples"] for row in shown), _mean(row["real"] for row in shown)),
        "nouns": len(shown),
        "samples_of_all": float(hits.mean()),
        "real_of_all": float(right.mean()),
        "n": len(hits),
        "n_real": len(right),
        "decay": decay,
        "by_noun": rows,
    }


def prompted(model: Samples, prompts: Sequence[str], each: int) -> Bytes:
    """As many samples of each prompt as `generate --seed 0` makes, not finished."""
    conditions = np.repeat([model.condition(None, prompt) for prompt in prompts], each, axis=0)
    return model.paint_each(conditions, [*range(each)] * len(prompts))


def learn(
    real: Mapping[str, Real], labels: Mapping[str, Sequence[str]], names: Sequence[str], *, balanced: bool
) -> tuple[Callable[[Floats], NDArray[np.str_]], float]:
    """A judge of names, and the weight decay that is best on the validation split; `balanced`: names count alike."""
    known = {split: np.isin(labels[split], names) for split in ("train", "validation")}
    x, valid = (real[split].vectors[known[split]] for split in known)
    y, truth = (np.array([names.index(each) for each in labels[split] if each in names]) for split in known)
    center, scale = x.mean(0), x.std(0) + 1e-3
    weights = 1 / np.bincount(y, minlength=len(names))[y] if balanced else np.ones(len(y))
    tries = []
    for decay in DECAYS:
        layer = fit((x - center) / scale, y, weights, len(names), decay)
        answers = _answers(layer, (valid - center) / scale)
        tries.append((float((answers == truth).mean()) if len(truth) else 0.0, decay, layer))
    _, decay, best = max(tries, key=lambda each: each[:2])
    return lambda vectors: np.array(names)[_answers(best, (vectors - center) / scale)], decay


def fit(x: Floats, y: NDArray[Any], weights: NDArray[Any], classes: int, decay: float) -> torch.nn.Linear:
    """A linear classifier of x (n, d): cross-entropy weighted by picture, plus decay · squared weights."""
    layer = torch.nn.Linear(x.shape[1], classes)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    inputs, targets = torch.from_numpy(x.astype(np.float32)), torch.from_numpy(y)
    share = torch.from_numpy((weights / weights.sum()).astype(np.float32))
    lbfgs = torch.optim.LBFGS(layer.parameters(), max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        lbfgs.zero_grad()
        losses = torch.nn.functional.cross_entropy(layer(inputs), targets, reduction="none")
        value = (losses * share).sum() + decay * layer.weight.square().sum()
        torch.autograd.backward(value)
        return value

    lbfgs.step(loss)  # type: ignore[no-untyped-call]
    return layer


@torch.no_grad()
def _answers(layer: torch.nn.Linear, x: Floats) -> NDArray[np.int64]:
    return np.asarray(layer(torch.from_numpy(x.astype(np.float32))).argmax(1))


def pixel_art(samples: Bytes, real: Mapping[str, Real]) -> dict[str, Any]:
    """The measures of samples and of held-out sprites."""
    held_out = np.concatenate([real[split].rgba for split in SPLITS[1:]])
    return {"samples": pixel_art_of(samples), "held_out": pixel_art_of(held_out)}


def memory(samples: Bytes, real: Mapping[str, Real]) -> dict[str, Any]:
    """How near samples and held-out sprites are to training sprites, and the distances of the eight nearest pairs."""
    rgb = {split: over(each.rgba, WHITE) for split, each in real.items()}
    training = TrainingPictures(rgb["train"], real["train"].species)
    held_out = training.neighbors(np.concatenate([rgb[split] for split in SPLITS[1:]]))
    neighbors = training.neighbors(over(samples, WHITE))
    order = np.argsort(neighbors.distance, kind="stable")[:8]
    train = real["train"].labels
    return {
        "samples": vars(memorized(neighbors, held_out)),
        "held_out": vars(memorized(held_out, held_out)),
        "nearest_pairs": [
            {
                "sample": int(i),
                "distance": float(neighbors.distance[i]),
                "training": train[neighbors.nearest[i]].get("path", ""),
            }
            for i in order
        ],
    }


def table(figures: Mapping[str, Any]) -> dict[str, str]:
    """The rows of the card."""
    words, memory, art = figures["words"], figures["memorisation"], figures["pixel_art"]
    samples, real = art["samples"], art["held_out"]
    distances = ", ".join(f"{pair['distance']:.3f}" for pair in memory["nearest_pairs"])
    return {
        "kinds: a judge agrees (on real held-out sprites)": _beside(figures["kinds"]),
        f"words: a judge agrees, {NOUNS} nouns (on real held-out sprites)": _beside(words),
        "at most 16 colors, hard alpha": f"{samples['colors_at_most_16']:.1%}, {samples['hard_alpha']:.1%}",
        "orphan pixels (real)": f"{samples['orphans']:.2%} ({real['orphans']:.2%})",
        "broken outlines (real)": f"{samples['broken_outline']:.2%} ({real['broken_outline']:.2%})",
        "nearer to a training sprite than the nearest 1 % of held-out ones": f"{memory['samples']['nearest']:.1%}",
        "distances of the eight nearest pairs (RMSE, 0 to 1)": distances,
    }


def add(path: Path, name: str, figures: Mapping[str, Any]) -> None:
    """Put the figures beside those of the model that a JSON file has, and their rows into its table."""
    results = json.loads(path.read_text()) if path.exists() else {}
    entry = results.setdefault(name, {})
    entry["judges"] = figures
    entry["table"] = entry.get("table", {}) | table(figures)
    write_bytes(path, json.dumps(results, indent=2, ensure_ascii=False).encode() + b"\n", DataError)


def _beside(figures: Mapping[str, Any]) -> str:
    return f"{figures['samples']:.2f} ({figures['real']:.2f})"


def _kind(row: Mapping[str, Any]) -> str:
    return str((row.get("types") or ("",))[0])


def _text(row: Mapping[str, Any]) -> str:
    return str(row.get("text", ""))


def _mean(values: Iterable[float]) -> float:
    return float(np.mean([*values] or [0.0]))


def _ratio(samples: float, real: float) -> dict[str, float]:
    return {"samples": samples, "real": real, "ratio": samples / real if real else 0.0}


def _shares(
    name: str, asked: Sequence[str], hits: NDArray[Any], truth: Sequence[str], right: NDArray[Any]
) -> dict[str, Any]:
    own, true = np.array(asked) == name, np.array(truth) == name
    return {
        "samples": float(hits[own].mean()),
        "real": float(right[true].mean()) if true.any() else None,
        "n_real": int(true.sum()),
    }


if __name__ == "__main__":
    run(main)
