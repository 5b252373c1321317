"""The rules that make a documented command small enough for a test: all that a test changes of a page."""

from __future__ import annotations

import re
import shlex
from typing import Any

from spriteloom.models.train import train
from spriteloom.training.budget import Budget
from tiny_families import TINY

# A command that matches is parsed and its options are checked, but it is not run.
ONLY_PARSED = {
    r"evaluate --samples": "needs the extra metrics and more sprites than a small folder has",
    r"^spriteloom finetune\b|runs/mine\b": "trains the shipped model",
    r"^spriteloom demo\b": "trains six models on downloaded sprites",
    r"^spriteloom reproduce\b": "trains every model of a paper",
    r"^spriteloom data fetch\b": "downloads",
    r"-words\b": "needs the sentence model of the extra `words`",
    r"--device cuda|--devices|--nodes": "needs GPUs",
    r"--fid\b": "needs the weights of the extra `fid`",
    r"\b(?:OWNER|owner)/": "needs the model hub",
    r"\.tgz\b|checkouts?/": "needs a checkout or an archive of another project",
}

# What replaces what, in commands that run.
_SHELL = [
    (r"--(?:minutes|epochs|steps) \S+", "--steps 2"),
    (r"(?<=data prepare )(?:pokeapi|pokesprite|nouns)\b", "procedural"),
    (r" --size \d+", ""),
    (r" --frames \d+", ""),
]
_COUNTS = {"data": "20", "generate": "2", "vary": "2", "inpaint": "2", "outpaint": "2", "search": "3"}

# A preset goes by the changes that the tests of its family make; `prior` and the like by those of a sister.
_SISTERS = {"prior": "pixelcnn", "diffusion-words": "diffusion", "latent-sharp": "latent"}
_SISTERS |= {"pixel-vqvae-hires": "pixel-vqvae-lowres", "pixel-vqvae-medres": "pixel-vqvae-lowres"}
_SISTERS |= {"kmeans-hires": "kmeans-medres", "kmeans-lowres": "kmeans-medres"}
_SISTERS |= {"tokenizer-medres": "tokenizer-lowres", "pixel-vae": "vae"}
_CHANGES = {tiny.preset: tiny.changes for tiny in TINY.values()}
_STEPS = ("sampler.num_steps=2",)
_SAMPLED = ("diffusion", "latent-diffusion")
SIZE = "32"


def changes_of(preset: str) -> tuple[str, ...]:
    """The `--set` values that make a preset small. Raises KeyError for one that no rule knows."""
    name = _SISTERS.get(preset, preset)
    return _CHANGES[name] + (_STEPS if name in _SAMPLED else ())


def only_parsed(command: str) -> str:
    """Why a command is not run, "" where it is."""
    return next((reason for pattern, reason in ONLY_PARSED.items() if re.search(pattern, command)), "")


def small_command(command: str) -> list[str]:
    """The words behind `spriteloom` of a command, made small."""
    for pattern, replacement in _SHELL:
        command = re.sub(pattern, replacement, command)
    words = shlex.split(command)[1:]
    if "-n" in words and words[0] in _COUNTS:
        words[words.index("-n") + 1] = _COUNTS[words[0]]
    if words[0] in ("generate", "vary", "inpaint", "outpaint") and not {"--model", "--steps"} & set(words):
        words += ["--steps", "2"]  # of the shipped model
    if words[:2] == ["data", "prepare"]:
        words += ["--size", SIZE, "--workers", "1"]
        words += [] if "-n" in words or words[2] != "procedural" else ["-n", _COUNTS["data"]]
    if words[0] == "train":
        words += [] if "--steps" in words else ["--steps", "2"]
        changes = () if "--config" in words or "--resume" in words else changes_of(words[1])
        words += [word for change in changes for word in ("--set", change)]
    return words


def small_train(preset: Any, data: Any, run: Any, **options: Any) -> Any:
    """`spriteloom.train` as Python blocks and examples call it: two steps of a small network."""
    changes = changes_of(preset) if isinstance(preset, str) else ()
    options |= {"changes": (*changes, *options.get("changes", ())), "budget": Budget(steps=2)}
    return train(preset, data, run, **options)
