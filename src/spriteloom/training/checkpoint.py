"""Saves and loads the whole state of a training as one safetensors file, replaced atomically."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from spriteloom.errors import RunError
from spriteloom.pixels.disk import make_folder, write_bytes

CHECKPOINT = Path("checkpoint") / "state.safetensors"


def save_checkpoint(
    run: Path,
    module: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    generator: torch.Generator,
    progress: dict[str, Any],
) -> None:
    """Weights, buffers, the optimizers' moments, the generator's state, and `progress` (JSON)."""
    tensors = {f"module.{name}": value.detach() for name, value in module.state_dict().items()}
    for index, optimizer in enumerate(optimizers):
        for i, moments in optimizer.state_dict()["state"].items():
            prefix = f"optimizer.{index}.{i}."
            tensors |= {prefix + name: torch.as_tensor(value) for name, value in moments.items()}
    tensors = {name: value.cpu().contiguous() for name, value in tensors.items()}
    tensors["generator"] = generator.get_state()
    make_folder((run / CHECKPOINT).parent, RunError)
    write_bytes(run / CHECKPOINT, save(tensors, {"progress": json.dumps(progress)}), RunError)


def load_checkpoint(
    run: Path,
    module: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    generator: torch.Generator,
) -> dict[str, Any]:
    """Restore what `save_checkpoint` wrote and return `progress`. Raises RunError if it is missing or damaged."""
    path = run / CHECKPOINT
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            progress: dict[str, Any] = json.loads(file.metadata()["progress"])
        module.load_state_dict(_under(tensors, "module."))
        for index, optimizer in enumerate(optimizers):
            optimizer.load_state_dict(_optimizer_state(optimizer, _under(tensors, f"optimizer.{index}.")))
        generator.set_state(tensors["generator"])
    except (SafetensorError, OSError, LookupError, TypeError, ValueError, RuntimeError) as fault:
        reason = str(fault).splitlines()[0]
        raise RunError(f"{path} cannot be resumed ({reason}): train again into a new folder") from None
    return progress


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _optimizer_state(optimizer: torch.optim.Optimizer, flat: dict[str, Tensor]) -> dict[str, Any]:
    """The moments of each parameter. Raises ValueError if they do not match the optimizer's parameters."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in flat.items():
        number, moment = name.split(".", 1)
        state.setdefault(int(number), {})[moment] = value
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    expected = ("exp_avg", "exp_avg_sq") if isinstance(optimizer, torch.optim.AdamW) else ("momentum",)
    for i, moments in state.items():
        shapes = {name: moments[name].shape for name in sorted(moments) if name != "step"}
        if shapes != dict.fromkeys(expected, parameters[i].shape):
            raise ValueError(f"moments {shapes} of parameter {i}")
        for name in expected:  # in the memory layout of their parameter, which fused steps rely on
            moments[name] = torch.empty_like(parameters[i]).copy_(moments[name])
    return {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
