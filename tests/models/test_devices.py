"""No family mixes devices: each trains, loads, makes and measures elsewhere, and gives what the CPU gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from fake_device import ELSEWHERE, MixedDevicesError, OneDevice, another_device
from run_kit import small_set, weights
from spriteloom.evaluation.evaluate import evaluate
from spriteloom.models import train as training
from spriteloom.models.base import Model
from spriteloom.models.capabilities import Edits, Encodes, HasLatents, Predicts, Reconstructs, Samples
from spriteloom.models.load import load
from tiny_families import LEARNED, TINY, tiny_run, train_tiny


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    if name := getattr(request.node, "callspec", None) and request.node.callspec.params.get("name"):
        tiny_run(name)  # on the CPU, before there is another device
    monkeypatch.setattr(training, "launch", lambda *given: OneDevice())  # noqa: ARG005
    with another_device() as device:
        yield device


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
            found["painted"] = quick.inpaint(a, np.ones((32, 32), bool), conditions[:1], _draw())
            found["varied"] = quick.vary(a[None], 0.5, conditions[:1], _draw())
    if isinstance(model, Predicts):
        conditions = np.zeros((3, model.conditions.size), np.float32)
        found["bits"] = model.bits(rgb, conditions)
    return found


def _draw():
    from spriteloom.priors.draw import Draw

    return Draw(seeds=(5,))


def close(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    """Within rounding; of bytes one may differ by the last one now and then."""
    assert a.keys() == b.keys() and a
    for name, ours in a.items():
        gap = np.abs(ours.astype(float) - b[name].astype(float))
        assert gap.mean() <= (0.02 if ours.dtype == np.uint8 else 1e-3 * (1 + np.abs(ours).mean())), name
    return True


@pytest.mark.parametrize("name", TINY)
def test_a_model_gives_elsewhere_what_it_gives_here(name: str, elsewhere: torch.device):
    here, there = load(tiny_run(name), "cpu"), load(tiny_run(name), elsewhere)
    assert there.device == elsewhere and here.device.type == "cpu"
    assert all(weight.device == elsewhere for net in there.networks() for weight in net.parameters())
    assert close(answers(here), answers(there))
    assert answers(there.to("cpu")).keys() and there.device.type == "cpu"


@pytest.mark.parametrize("name", LEARNED)
def test_a_training_elsewhere_is_that_of_here(name: str, elsewhere: torch.device, tmp_path: Path):
    run = train_tiny(name, tmp_path / "run", device=elsewhere)
    ours, theirs = weights(tiny_run(name)), weights(run)
    assert ours.keys() == theirs.keys()
    for key, value in ours.items():
        np.testing.assert_allclose(theirs[key], value, rtol=1e-3, atol=1e-4, err_msg=key)


@pytest.mark.parametrize("name", [name for name in TINY if name != "dcgan" and "diffusion" not in name])
def test_a_model_is_measured_elsewhere(name: str, elsewhere: torch.device):
    if name == "pokemon-mlp":
        return
    here, there = (
        evaluate(load(tiny_run(name), device), small_set()).to_json() for device in ("cpu", elsewhere)
    )
    for key in ("mse", "bits_per_code"):
        if key in here:
            assert there[key] == pytest.approx(here[key], rel=1e-3)


def test_devices_that_mix_are_found(elsewhere: torch.device):
    far = torch.ones(3, device=elsewhere)
    assert far.device == ELSEWHERE and float((far + far).sum()) == 6
    with pytest.raises(MixedDevicesError):
        far + torch.ones(3)
    with pytest.raises(RuntimeError):
        far.numpy()
