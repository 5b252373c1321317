"""The weights of a network and of its autoguidance model, beside each other in one file."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

PREFIX = "autoguidance."


def join_state_dicts(network: nn.Module, autoguidance: nn.Module | None) -> dict[str, Tensor]:
    """One state dict of both; `split_state_dict` undoes it."""
    weights = dict(network.state_dict())
    if autoguidance is not None:
        weights |= {PREFIX + name: value for name, value in autoguidance.state_dict().items()}
    return weights


def split_state_dict(weights: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The weights of the network, and those of its autoguidance model, none where it has none."""
    own = {name: value for name, value in weights.items() if not name.startswith(PREFIX)}
    worse = {name.removeprefix(PREFIX): weights[name] for name in weights if name.startswith(PREFIX)}
    return own, worse
