"""Opens the codec or the autoencoder of a run folder. Knows nothing of priors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.network import NetworkCodec
from spriteloom.codecs.palette_vq import PaletteVQ, PaletteVQConfig
from spriteloom.codecs.pixel_vqvae import PixelVQVAE, PixelVQVAEConfig
from spriteloom.codecs.spaces import Space
from spriteloom.codecs.tokenizer import Tokenizer
from spriteloom.errors import RunError
from spriteloom.training.latent_recipes import LATENTS
from spriteloom.training.runs import WEIGHTS

T = TypeVar("T")


def open_weights(run: Path, build: Callable[[Mapping[str, Tensor]], T]) -> T:
    """What `build` makes of a run's weights. Raises RunError where they are missing or do not fit it."""
    path = run / WEIGHTS
    if not path.exists():
        raise RunError(
            f"{run} is not trained to its end: go on with `spriteloom train … --resume --out {run}`"
        )
    try:
        return build(load_file(path))
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, OSError) as fault:
        reason = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise RunError(f"{path} is damaged or of another model ({reason}): train again") from None


def open_codec(run: Path, config: Mapping[str, Any]) -> Codec:
    """The codec of a run whose config is given. Raises RunError."""
    return open_weights(run, lambda weights: _codec(weights, config["model"]))


def open_tokenizer(run: Path, config: Mapping[str, Any]) -> Tokenizer:
    """The tokenizer of a run whose config is given. Raises RunError."""

    def build(weights: Mapping[str, Tensor]) -> PaletteVQ:
        shape = dict(config["model"])
        model = PaletteVQ(PaletteVQConfig(**shape | {"widths": tuple(shape["widths"])}))
        model.load_state_dict(weights)
        return model.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

    return Tokenizer(network=open_weights(run, build), fingerprint=fingerprint_of(run / WEIGHTS))


@dataclass(frozen=True, eq=False, kw_only=True)
class OpenedSpace:
    """An autoencoder as a space, and the fingerprint of its weights: twelve hex digits."""

    space: Space
    fingerprint: str


def open_space(run: Path, config: Mapping[str, Any]) -> OpenedSpace:
    """The autoencoder of a run whose config is given. Raises RunError."""
    chosen = LATENTS.get(config["recipe"])
    if config["kind"] != "latent" or chosen is None:
        raise RunError(
            f"{run} is a run of {config['recipe']}, no autoencoder: train one (`spriteloom train latent …`)"
        )

    def build(weights: Mapping[str, Tensor]) -> Space:
        model = chosen().build(int(config["model"]["size"]))
        model.load_state_dict(weights)
        return chosen().space(model.eval())

    return OpenedSpace(space=open_weights(run, build), fingerprint=fingerprint_of(run / WEIGHTS))


def fingerprint_of(weights: Path) -> str:
    """Twelve hex digits that differ where a file of weights does. Raises RunError."""
    try:
        return hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    except OSError as fault:
        raise RunError(f"{weights} cannot be read ({fault.strerror}): check the folder") from None


def _codec(weights: Mapping[str, Tensor], shape: Mapping[str, Any]) -> Codec:
    """The codec of a run's weights: a table alone, or a network."""
    if "table" not in weights:
        model = PixelVQVAE(PixelVQVAEConfig(**shape))
        model.load_state_dict(weights)
        return Codec.of_network(NetworkCodec(model))
    m, table = int(shape["m"]), weights["table"].numpy()
    if table.dtype.itemsize != 1 or table.shape != (shape["k"], 3 * m * m):
        raise ValueError(f"a table of {table.dtype} {table.shape} for {shape['k']} patches of {m}×{m}")
    return Codec(m=m, table=table)
