"""A diffusion as `diffusers`-like programs lay theirs out: a folder for each component. Trains nothing.

model_index.json names the components, the labels that are known, and how paths are walked and guided; each
folder holds a config and weights as safetensors under the names that such programs look for. Classes are
ours, so a program needs spriteloom to run them, but nothing to read their weights, their sizes and the
noise's schedule.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import nn

from spriteloom.codecs.spaces import FoldedPixels, SpatialLatents, Vectors
from spriteloom.diffusion.ddpm import DDPM
from spriteloom.errors import RunError
from spriteloom.generation.diffusing import DiffusionMaker
from spriteloom.pixels.disk import make_folder, write_bytes

INDEX, CONFIG, WEIGHTS = "model_index.json", "config.json", "diffusion_pytorch_model.safetensors"
SCHEDULE = "scheduler_config.json"


def write_components(maker: DiffusionMaker, conditions: Mapping[str, Any], out: Path) -> list[Path]:
    """denoiser/, scheduler/, model_index.json, guide/ and autoencoder/ where there are. Raises RunError."""
    schedule = _schedule(maker)
    parts: dict[str, Any] = {
        "_class_name": "SpriteloomPipeline",
        "denoiser": ["spriteloom", type(maker.network).__name__],
        "scheduler": ["diffusers", schedule["_class_name"]],
        "conditions": {field: list(values) for field, values in conditions.items()},
        "words": maker.words,
        "walk": asdict(maker.path),
    }
    written = [_component(out / "denoiser", maker.network)]
    if maker.guide is not None:
        parts["guide"] = ["spriteloom", type(maker.guide).__name__]
        written.append(_component(out / "guide", maker.guide))
    space = maker.space
    if isinstance(space, FoldedPixels):
        parts["space"] = asdict(space)
    elif isinstance(space, SpatialLatents | Vectors):
        parts["autoencoder"] = ["spriteloom", type(space.network).__name__]
        written.append(_component(out / "autoencoder", space.network))
    make_folder(out / "scheduler", RunError)
    written.append(_json(out / "scheduler" / SCHEDULE, schedule))
    written.append(_json(out / INDEX, parts))
    return written


def _schedule(maker: DiffusionMaker) -> dict[str, Any]:
    """What `diffusers` builds the scheduler from."""
    if isinstance(maker.process, DDPM):
        return {"_class_name": "DDPMScheduler", **maker.process.settings}
    return {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": maker.path.shift}


def _component(folder: Path, network: nn.Module) -> Path:
    make_folder(folder, RunError)
    config: Any = network.config
    _json(folder / CONFIG, {"_class_name": type(network).__name__, **asdict(config)})
    weights = {name: value.cpu().contiguous() for name, value in network.state_dict().items()}
    write_bytes(folder / WEIGHTS, save(weights, {"format": "pt"}), RunError)
    return folder


def _json(path: Path, found: Mapping[str, Any]) -> Path:
    write_bytes(path, json.dumps(found, indent=2).encode(), RunError)
    return path
