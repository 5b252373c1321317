"""The figures that the Pixel VQ-VAE paper prints (Saravanan & Guzdial 2022, arXiv:2203.12130).

MSE, SSIM: reconstruction of its own 6,999 test pictures (Tables 2, 3, 8).
FID: 10,000 samples, Inception features (Table 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SIZES = {"lowres": "LowRes", "medres": "MedRes", "hires": "HiRes"}  # 4×4, 2×2 and 1×1 pixels a code
EPOCHS, SAMPLES = 25, 10_000


class Reconstructed(NamedTuple):
    """A row of Tables 2, 3 or 8 as printed."""

    mse: float
    ssim: float


class Generated(NamedTuple):
    """A row of Table 5 as printed."""

    parameters: int
    fid: float


TABLE2: Mapping[str, Reconstructed] = {
    "VAE": Reconstructed(0.01815, 0.64272),
    "VQ-VAE LowRes": Reconstructed(0.01076, 0.60198),
    "Pixel VQ-VAE LowRes": Reconstructed(0.01040, 0.78669),
    "VQ-VAE MedRes": Reconstructed(0.00584, 0.63973),
    "Pixel VQ-VAE MedRes": Reconstructed(0.00421, 0.91210),
    "Pixel VQ-VAE HiRes": Reconstructed(0.00070, 0.82967),
}
TABLE3: Mapping[str, Reconstructed] = {
    "VQ-VAE LowRes": TABLE2["VQ-VAE LowRes"],
    "Adapter VQ-VAE LowRes": Reconstructed(0.01049, 0.77879),
    "PixelSight VQ-VAE LowRes": Reconstructed(0.01079, 0.79586),
    "Pixel VQ-VAE LowRes": TABLE2["Pixel VQ-VAE LowRes"],
    "VQ-VAE MedRes": TABLE2["VQ-VAE MedRes"],
    "Adapter VQ-VAE MedRes": Reconstructed(0.00489, 0.66650),
    "PixelSight VQ-VAE MedRes": Reconstructed(0.00504, 0.78298),
    "Pixel VQ-VAE MedRes": TABLE2["Pixel VQ-VAE MedRes"],
    "PixelSight VQ-VAE HiRes": Reconstructed(0.00133, 0.73070),
    "Pixel VQ-VAE HiRes": TABLE2["Pixel VQ-VAE HiRes"],
}
TABLE5: Mapping[str, Generated] = {
    "VAE": Generated(7_680_774, 322.746),
    "GAN": Generated(15_424_000, 101.759),
    "VQ-VAE LowRes": Generated(20_998, 167.464),
    "Pixel VQ-VAE LowRes": Generated(1_413_065, 154.735),
    "VQ-VAE MedRes": Generated(17_222, 118.253),
    "Pixel VQ-VAE MedRes": Generated(1_102_121, 124.302),
    "Pixel VQ-VAE HiRes": Generated(54_313, 98.575),
}
TABLE8 = {"VAE": TABLE2["VAE"], "Pixel VAE": Reconstructed(0.01257, 0.74339), **TABLE2}
