"""What the Pixel VQ-VAE paper prints (Saravanan & Guzdial 2022, arXiv:2203.12130). Knows nothing of ours.

MSE, SSIM: test pictures there and back, on its own 6,999 (Tables 2, 3, 8).
FID: 10,000 samples, Inception features (Table 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SIZES = ("LowRes", "MedRes", "HiRes")  # 4×4, 2×2 and 1×1 pixels a code
PARTS = ("VQ-VAE", "Adapter VQ-VAE", "PixelSight VQ-VAE", "Pixel VQ-VAE")  # Table 3 calls the first "Base"
PRIOR_PARAMETERS = 13_444_864  # of the PixelCNN over the codes of every VQ-VAE (Table 5)
EPOCHS, SAMPLES = 25, 10_000


@dataclass(frozen=True, kw_only=True)
class There:
    """A row of Tables 2, 3 or 8 as printed."""

    mse: float
    ssim: float


@dataclass(frozen=True, kw_only=True)
class Made:
    """A row of Table 5 as printed."""

    parameters: int
    fid: float


TABLE2: Mapping[str, There] = {
    "VAE": There(mse=0.01815, ssim=0.64272),
    "VQ-VAE LowRes": There(mse=0.01076, ssim=0.60198),
    "Pixel VQ-VAE LowRes": There(mse=0.01040, ssim=0.78669),
    "VQ-VAE MedRes": There(mse=0.00584, ssim=0.63973),
    "Pixel VQ-VAE MedRes": There(mse=0.00421, ssim=0.91210),
    "Pixel VQ-VAE HiRes": There(mse=0.00070, ssim=0.82967),
}
TABLE3: Mapping[str, There] = {
    "VQ-VAE LowRes": TABLE2["VQ-VAE LowRes"],
    "Adapter VQ-VAE LowRes": There(mse=0.01049, ssim=0.77879),
    "PixelSight VQ-VAE LowRes": There(mse=0.01079, ssim=0.79586),
    "Pixel VQ-VAE LowRes": TABLE2["Pixel VQ-VAE LowRes"],
    "VQ-VAE MedRes": TABLE2["VQ-VAE MedRes"],
    "Adapter VQ-VAE MedRes": There(mse=0.00489, ssim=0.66650),
    "PixelSight VQ-VAE MedRes": There(mse=0.00504, ssim=0.78298),
    "Pixel VQ-VAE MedRes": TABLE2["Pixel VQ-VAE MedRes"],
    "PixelSight VQ-VAE HiRes": There(mse=0.00133, ssim=0.73070),
    "Pixel VQ-VAE HiRes": TABLE2["Pixel VQ-VAE HiRes"],
}
TABLE5: Mapping[str, Made] = {
    "VAE": Made(parameters=7_680_774, fid=322.746),
    "GAN": Made(parameters=15_424_000, fid=101.759),
    "VQ-VAE LowRes": Made(parameters=20_998, fid=167.464),
    "Pixel VQ-VAE LowRes": Made(parameters=1_413_065, fid=154.735),
    "VQ-VAE MedRes": Made(parameters=17_222, fid=118.253),
    "Pixel VQ-VAE MedRes": Made(parameters=1_102_121, fid=124.302),
    "Pixel VQ-VAE HiRes": Made(parameters=54_313, fid=98.575),
}
TABLE8: Mapping[str, There] = {
    "VAE": TABLE2["VAE"],
    "Pixel VAE": There(mse=0.01257, ssim=0.74339),
    **{name: row for name, row in TABLE2.items() if name != "VAE"},
}


def size_of(name: str) -> str | None:
    """The size that a row's name ends in, or None."""
    return next((size for size in SIZES if name.endswith(size)), None)


def plain(name: str) -> str:
    """A row's name as it is here: Table 3's "Base VQ-VAE" is the VQ-VAE of Table 2, a "DCGAN" is the GAN."""
    return {"DCGAN": "GAN"}.get(name, name.removeprefix("Base "))


def best_there(rows: Mapping[str, There], measure: str) -> str:
    """The row with the least "mse" or the greatest "ssim"."""
    if measure == "mse":
        return min(rows, key=lambda name: rows[name].mse)
    return max(rows, key=lambda name: rows[name].ssim)


def best_made(rows: Mapping[str, Made]) -> str:
    """The row with the least FID."""
    return min(rows, key=lambda name: rows[name].fid)
