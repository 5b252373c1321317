"""A training's whole state in one safetensors file, written at once or not at all. No pickle."""

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
from spriteloom.pixels.disk import write_bytes

PLACE = Path("checkpoint") / "state.safetensors"


def save_checkpoint(
    run: Path,
    module: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    generator: torch.Generator,
    progress: dict[str, Any],
) -> None:
    """Weights, buffers, the optimizers' moments, the generator's state, and `progress` (JSON)."""
    tensors = {
        f"module.{name}": value.detach().cpu().contiguous() for name, value in module.state_dict().items()
    }
    for which, optimizer in enumerate(optimizers):
        for i, moments in optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{which}.{i}.{name}": torch.as_tensor(value).cpu().contiguous()
                for name, value in moments.items()
            }
    tensors["generator"] = generator.get_state()
    folder = (run / PLACE).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise RunError(f"{folder} cannot be made ({fault.strerror}): check the folder and the disk") from None
    write_bytes(run / PLACE, save(tensors, {"progress": json.dumps(progress)}), RunError)


def load_checkpoint(
    run: Path,
    module: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    generator: torch.Generator,
) -> dict[str, Any]:
    """Put back what `save_checkpoint` wrote and return `progress`.

    Raises RunError for a checkpoint that is missing, damaged or of another model.
    """
    path = run / PLACE
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            progress: dict[str, Any] = json.loads(file.metadata()["progress"])
        module.load_state_dict(_under(tensors, "module."))
        for which, optimizer in enumerate(optimizers):
            optimizer.load_state_dict(_optimizer_state(optimizer, _under(tensors, f"optimizer.{which}.")))
        generator.set_state(tensors["generator"])
    except (SafetensorError, OSError, LookupError, TypeError, ValueError, RuntimeError) as fault:
        reason = str(fault).splitlines()[0]
        raise RunError(f"{path} cannot be resumed ({reason}): train again into a new folder") from None
    return progress


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _optimizer_state(optimizer: torch.optim.Optimizer, flat: dict[str, Tensor]) -> dict[str, Any]:
    """Moments by parameter. Raises ValueError where they are not those of this optimizer's parameters."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in flat.items():
        index, moment = name.split(".", 1)
        state.setdefault(int(index), {})[moment] = value
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    expected = ("exp_avg", "exp_avg_sq") if isinstance(optimizer, torch.optim.AdamW) else ("momentum",)
    for number, moments in state.items():
        shapes = {name: moments[name].shape for name in sorted(moments) if name != "step"}
        if shapes != dict.fromkeys(expected, parameters[number].shape):
            raise ValueError(f"moments {shapes} of parameter {number}")
        for name in expected:  # laid out in memory as their parameter is: fused steps go by memory
            moments[name] = torch.empty_like(parameters[number]).copy_(moments[name])
    return {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
