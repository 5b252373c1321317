"""What a model answers to a few fixed questions, and the comparison of two such answers."""

from __future__ import annotations

import numpy as np

from run_kit import small_set
from spriteloom.models.base import Model
from spriteloom.models.capabilities import Edits, Encodes, HasLatents, Predicts, Reconstructs, Samples
from spriteloom.priors.draw import Draw


def answers(model: Model) -> dict[str, np.ndarray]:
    """What a model makes of the same questions, by capability."""
    found: dict[str, np.ndarray] = {}
    rgb = small_set().all_pictures("test").rgb[:3]
    sprites = list(small_set().sprites("test", limit=2))
    if isinstance(model, Reconstructs):
        found["reconstructed"] = model.reconstruct(rgb)
    if isinstance(model, Encodes):
        codes = model.encode(sprites)
        found["codes"] = codes.grid
        found["decoded"] = np.stack([sprite.pixels for sprite in model.decode(codes)])
    if isinstance(model, HasLatents):
        latents = model.latents.encode(np.stack([sprite.pixels for sprite in sprites]))
        found["latents"] = latents.cpu().numpy()
    if isinstance(model, Samples) and not (isinstance(model, Predicts) and model.codes_per_picture > 1024):
        quick = model.with_sampler(num_steps=2) if isinstance(model, Edits) else model
        conditions = np.tile(model.condition(), (2, 1))
        found["samples"] = quick.sample_each(conditions, [3, 4])
        if isinstance(quick, Edits) and quick.noise_shape[1:]:
            a, b = (sprite.pixels for sprite in sprites)
            found["between"] = quick.interpolate(a, b, [0.5], conditions[:1])
            found["painted"] = quick.inpaint(a, np.ones((32, 32), bool), conditions[:1], Draw(seeds=(5,)))
            found["varied"] = quick.vary(a[None], 0.5, conditions[:1], Draw(seeds=(5,)))
    if isinstance(model, Predicts):
        conditions = np.zeros((3, model.conditions.size), np.float32)
        found["bits"] = model.bits(rgb, conditions)
    return found


def close(a: dict[str, np.ndarray], b: dict[str, np.ndarray], *, levels: float = 0.02) -> bool:
    """Within rounding; bytes may differ by `levels` on average."""
    assert a.keys() == b.keys() and a
    for name, ours in a.items():
        gap = np.abs(ours.astype(float) - b[name].astype(float))
        assert gap.mean() <= (levels if ours.dtype == np.uint8 else 1e-3 * (1 + np.abs(ours).mean())), name
    return True
