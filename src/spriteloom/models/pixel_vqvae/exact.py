"""A trained Pixel VQ-VAE as a codec of bytes, with the same codes and pictures on every path.

Convolutions over images and matrix products over patches round differently in the last bits, and so do
processors. Codes and bytes are therefore defined as those of exact arithmetic: if two codes are nearer to a tie
than float32 can tell, or a value is that near to half a byte, float64 decides the patch. That is one patch in
thousands.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.patches import join, split
from spriteloom.data.tensors import to_bytes, to_images, to_pictures, to_unit
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, decoded_table
from spriteloom.nn.devices import full_precision
from spriteloom.pixels.arrays import Bytes

Grid = NDArray[np.int32]

_TIE = 4e-6  # of |z|² + |e|²: three times the error of float32 that was seen in comparing two distances
_EXACT_TIE = 1e-13  # the same for float64: below it two codes are equally near, and the lower one wins
_HALF = 5e-3  # of a byte: ten times the error of float32 in a decoded value
_PIXELS = 16_384  # in a forward pass, to limit memory


class NetworkCodec:
    """`PixelVQVAE` in evaluation mode, by convolutions: every faster path must give the same results.

    Runs on the network's device in float32; bytes and codes are on the CPU.
    """

    def __init__(self, model: PixelVQVAE) -> None:
        self.model = model.eval()
        self.m = model.config.m
        self.k = model.config.codes
        with full_precision():
            self.table = to_bytes(decoded_table(self.model))  # (k, 3·m²)

    @property
    def _device(self) -> torch.device:
        return self.model.quantizer.codebook.device

    @torch.inference_mode()
    def encode(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3) → codes (b, h/m, w/m)."""
        with full_precision():
            z = self.model.embed_images(to_images(rgb).to(self._device))
            b, _, gh, gw = z.shape
            codes, doubtful = self._nearest(z.permute(0, 2, 3, 1).reshape(b * gh * gw, -1))
            if len(doubtful):
                codes[doubtful] = self._decide(split(rgb, self.m)[doubtful])
        return codes.reshape(b, gh, gw)

    @torch.inference_mode()
    def encode_patches(self, patches: Bytes) -> NDArray[np.int32]:
        """Patches (n, 3·m²) → codes (n,), by matrix products."""
        n = _PIXELS // self.m**2
        with full_precision():
            codes = [self._encode_batch(patches[i : i + n]) for i in range(0, len(patches), n)]
        return np.concatenate(codes) if codes else np.empty(0, np.int32)

    @torch.inference_mode()
    def decode(self, codes: Grid) -> Bytes:
        """Codes (b, gh, gw) → pictures (b, gh·m, gw·m, 3)."""
        rows = torch.from_numpy(np.ascontiguousarray(codes, np.int64)).to(self._device)
        z = self.model.quantizer.codebook[rows].permute(0, 3, 1, 2)
        with full_precision():
            images = self.model.paint_images(z).cpu()
        rgb = to_pictures(images)
        values = images.mul(255).permute(0, 2, 3, 1)
        doubtful = ((values - values.floor() - 0.5).abs() < _HALF).numpy()
        if doubtful.any():
            exact = join(self.table[codes.reshape(-1)], codes.shape, self.m)
            rgb = np.where(doubtful, exact, rgb)
        return np.ascontiguousarray(rgb)

    def _encode_batch(self, patches: Bytes) -> NDArray[np.int32]:
        z = self.model.embed(to_unit(patches).to(self._device).reshape(len(patches), -1, 3))
        codes, doubtful = self._nearest(z)
        if len(doubtful):
            codes[doubtful] = self._decide(patches[doubtful])
        return codes

    def _nearest(self, z: Tensor) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Codes (n,) of embeddings (n, d), and the indices of those that float32 cannot decide."""
        distances = self.model.quantizer.distances(z)
        doubtful = self._tied(z, distances, _TIE).sum(1) > 1
        return distances.argmin(1).to(torch.int32).cpu().numpy(), doubtful.nonzero().ravel().cpu().numpy()

    def _decide(self, patches: Bytes) -> NDArray[np.int32]:
        """Codes of patches by float64; the lowest of equally near ones."""
        z = self.model.embed(to_unit(patches, torch.float64).to(self._device).reshape(len(patches), -1, 3))
        tied = self._tied(z, self.model.quantizer.distances(z), _EXACT_TIE)
        return tied.to(torch.uint8).argmax(1).to(torch.int32).cpu().numpy()

    def _tied(self, z: Tensor, distances: Tensor, tolerance: float) -> Tensor:
        """Which codes (n, k) are as near as the nearest, within `tolerance` of |z|² + |e|²."""
        size = z.square().sum(1) + self.model.quantizer.codebook.square().sum(1).max()
        return distances <= (distances.amin(1) + tolerance * size)[:, None]
