"""FID and KID as they are published: on the canonical Inception features, by `torch-fidelity`.

It is an extra because it downloads the network's weights when it is first used. The network itself resizes to
299 × 299. Heusel et al. 2017, arXiv:1706.08500; Bińkowski et al. 2018, arXiv:1801.01401.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.errors import SourceError
from spriteloom.metrics.pictures import check_pictures

INCEPTION = "inception-v3-compat"  # torch-fidelity's name for the network of FID
SUBSET = 1_000
INSTALL = "pip install 'spriteloom[fid]'"


@dataclass(frozen=True, kw_only=True)
class CanonicalScores:
    """`fid` and `kid` with KID's spread over subsets, of n samples and n_reference real pictures."""

    fid: float
    kid: float
    kid_std: float
    n: int
    n_reference: int
    extractor: str

    def to_json(self) -> dict[str, object]:
        return dict(vars(self))


def canonical_scores(
    samples: NDArray[np.uint8],
    reference: NDArray[np.uint8],
    *,
    extractor: str = INCEPTION,
    device: str = "cpu",
    batch: int = 64,
) -> CanonicalScores:
    """FID and KID of pictures, uint8 (n, h, w, 3) and (m, h, w, 3).

    `extractor` is the name of a network registered with torch-fidelity. Raises SourceError if the package is
    missing or its weights cannot be downloaded.
    """
    fidelity = load_torch_fidelity()
    try:
        found = fidelity.calculate_metrics(
            input1=_Pictures(samples),
            input2=_Pictures(reference),
            cuda=device.startswith("cuda"),
            batch_size=batch,
            fid=True,
            kid=True,
            kid_subset_size=min(SUBSET, len(samples), len(reference)),
            feature_extractor=extractor,
            cache=False,
            save_cpu_ram=True,  # no worker processes: the pictures are in memory
            verbose=False,
        )
    except OSError as reason:  # urllib's errors are of this kind
        fault = f"the weights of {extractor} cannot be downloaded ({reason})"
        raise SourceError(f"{fault}: run this where the network is open, or use FD-EffLite0") from None
    return CanonicalScores(
        fid=float(found[fidelity.KEY_METRIC_FID]),
        kid=float(found[fidelity.KEY_METRIC_KID_MEAN]),
        kid_std=float(found[fidelity.KEY_METRIC_KID_STD]),
        n=len(samples),
        n_reference=len(reference),
        extractor=extractor,
    )


class _Pictures(torch.utils.data.Dataset[torch.Tensor]):
    """The data set that torch-fidelity reads: uint8 tensors (3, h, w)."""

    def __init__(self, pictures: NDArray[np.uint8]) -> None:
        check_pictures(pictures, 3)
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(self._pictures[index].transpose(2, 0, 1)))


def load_torch_fidelity() -> Any:
    try:
        return import_module("torch_fidelity")
    except ImportError as missing:
        name = missing.name or "torch_fidelity"
        raise SourceError(f"canonical FID needs {name}, not installed here: {INSTALL}") from None
