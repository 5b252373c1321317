"""No family mixes devices: each trains, loads, makes and measures elsewhere, and gives what the CPU gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

if torch.cuda.is_available():  # PyTorch's autograd then takes the second device below for its accelerator
    pytest.skip("this machine has a second device", allow_module_level=True)

from answers_kit import answers, close
from fake_device import ELSEWHERE, MixedDevicesError, OneDevice, another_device
from run_kit import small_set, weights
from spriteloom.evaluation.evaluate import evaluate
from spriteloom.models import train as training
from spriteloom.models.load import load
from tiny_families import LEARNED, TINY, tiny_run, train_tiny


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    if name := getattr(request.node, "callspec", None) and request.node.callspec.params.get("name"):
        tiny_run(name)  # on the CPU, before there is another device
    monkeypatch.setattr(training, "launch", lambda *given: OneDevice())  # noqa: ARG005
    with another_device() as device:
        yield device


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
        # The gradient of a bias before a BatchNorm is rounding; Adam enlarges it to a step, which the rest feels.
        noise = 1e-3 if name == "codec-paper" else 1e-4
        np.testing.assert_allclose(theirs[key], value, rtol=1e-3, atol=noise, err_msg=key)


@pytest.mark.parametrize(
    "name", [name for name in TINY if name not in ("dcgan", "tiles") and "diffusion" not in name]
)
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
