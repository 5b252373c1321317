"""The model hub: run folders by "owner/name", fetched once and then read from the hub's own cache.

A repository there holds what `Model.save` writes. Only config, weights and card are fetched, nothing is run.
"""

from __future__ import annotations

from pathlib import Path

from spriteloom.errors import RunError

FILES = ("config.json", "model.safetensors", "README.md")
INSTALL = "pip install 'spriteloom[hub]'"


def fetch_model(name: str) -> Path:
    """The folder of a model of the hub. Raises RunError where it cannot be had."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError:
        raise RunError(
            f"{name} is no run folder here, and models of the hub need a package that is not installed: {INSTALL}"
        ) from None
    patterns = [f"{folder}{file}" for folder in ("", "base/") for file in FILES]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as fault:
        reason = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
        raise RunError(
            f"{name} is no run folder here and cannot be had from the model hub ({reason[:120]}): check the name "
            "and the network"
        ) from None
