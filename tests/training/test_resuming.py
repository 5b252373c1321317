"""A training that was stopped, killed or is done goes on to the weights of one that never stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import run_kit
from run_kit import narrow, narrow_kmeans, narrow_paper, same, small_set, stops_at, trained, warmed, weights
from spriteloom.errors import RunError
from spriteloom.training import fit
from spriteloom.training.budget import Budget
from spriteloom.training.checkpoint import CHECKPOINT
from spriteloom.training.fit import Interrupted

CONFIGS = {
    "patches, from the pixels": narrow("medres"),
    "patches, in float32": narrow("hires"),
    "patches, polished": narrow("medres", polished=True),
    "patches, after a warm-up": warmed(4),
    "pictures, the paper's": narrow_paper(),
}
KILLED = """
import os, signal, sys
from pathlib import Path
from run_kit import narrow, trained
from spriteloom.training import fit

fit.CHECKPOINT_SECONDS = 0
run = Path(sys.argv[1])

def watch(figures):
    if figures["step"] == 7:
        with (run / "metrics.jsonl").open("a") as file:
            file.write('{"step": 7, "seco')
        os.kill(os.getpid(), signal.SIGKILL)

trained(run, narrow("medres"), callback=watch)
"""

ALONE = """
import sys
from pathlib import Path
from run_kit import narrow, trained

trained(Path(sys.argv[1]), narrow("medres"), resume="resume" in sys.argv)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory):
    """Runs of twelve steps that nothing stopped, by config; each made once."""
    made = {}

    def run_of(name: str) -> Path:
        if name not in made:
            made[name] = trained(tmp_path_factory.mktemp("whole") / "run", CONFIGS[name])
        return made[name]

    return run_of


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are logged at every step."""
    monkeypatch.setattr(fit, "METRICS_SECONDS", -1.0)
    monkeypatch.setattr(fit, "METRICS_SHARE", float("inf"))


def stopped(run: Path, config, step: int, number: int = signal.SIGTERM, **changes) -> Path:
    with pytest.raises(Interrupted, match=f"stopped at step {step}: .*--resume"):
        trained(run, config, callback=stops_at(step, number), **changes)
    return run


def steps_logged(run: Path) -> list[int]:
    return [json.loads(line)["step"] for line in (run / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", CONFIGS)
def test_a_stopped_run_ends_as_one_that_never_stopped(name: str, whole, tmp_path: Path):
    run = stopped(tmp_path / "run", CONFIGS[name], 5)
    assert not (run / "model.safetensors").exists()
    assert same(weights(trained(run, CONFIGS[name], resume=True)), weights(whole(name)))


@pytest.mark.parametrize("step", [3, 4])
def test_it_does_wherever_it_stops(step: int, whole, tmp_path: Path):
    """One step before the codebook settles, and right there; SIGINT is as good."""
    config = CONFIGS["patches, after a warm-up"]
    run = stopped(tmp_path / "run", config, step, signal.SIGINT)
    assert same(weights(trained(run, config, resume=True)), weights(whole("patches, after a warm-up")))


def test_it_does_after_two_stops(whole, tmp_path: Path):
    config = CONFIGS["patches, from the pixels"]
    run = stopped(tmp_path / "run", config, 4)
    stopped(run, config, 9, resume=True)
    assert same(weights(trained(run, config, resume=True)), weights(whole("patches, from the pixels")))


def test_a_run_goes_on_with_its_own_budget_where_none_is_named(whole, tmp_path: Path):
    config = CONFIGS["patches, from the pixels"]
    run = stopped(tmp_path / "run", config, 4)
    trained(run, config, resume=True, budget=None)
    assert same(weights(run), weights(whole("patches, from the pixels")))


@pytest.mark.slow
@pytest.mark.usefixtures("often")
def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path: Path):
    """Each in a process of its own: what trained before in the same one may shift the last bits."""
    run, undisturbed = tmp_path / "run", tmp_path / "undisturbed"
    path = os.pathsep.join([str(Path(run_kit.__file__).parent), os.environ.get("PYTHONPATH", "")])

    def alone(script: str, *words: str) -> int:
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, check=False).returncode

    assert alone(KILLED, str(run)) == -signal.SIGKILL
    assert (run / CHECKPOINT).exists()
    assert alone(ALONE, str(run), "resume") == alone(ALONE, str(undisturbed)) == 0
    assert same(weights(run), weights(undisturbed))
    assert steps_logged(run) == sorted(set(steps_logged(run)))


def test_one_that_was_killed_before_its_first_checkpoint_begins_again(whole, tmp_path: Path):
    run = stopped(tmp_path / "run", CONFIGS["patches, from the pixels"], 3)
    (run / CHECKPOINT).unlink()
    trained(run, CONFIGS["patches, from the pixels"], resume=True)
    assert same(weights(run), weights(whole("patches, from the pixels")))


@pytest.mark.usefixtures("often")
def test_lines_of_steps_that_are_taken_again_are_not_doubled(tmp_path: Path):
    run = stopped(tmp_path / "run", narrow(), 5)
    with (run / "metrics.jsonl").open("a") as file:
        file.write('{"step": 6, "loss": 1.0}\n{"step": 7, "lo')
    trained(run, narrow(), resume=True)
    assert steps_logged(run) == list(range(1, 13))


def test_a_run_that_is_done_gives_the_same_weights_again(whole, tmp_path: Path):
    run = trained(tmp_path / "run", CONFIGS["patches, polished"])
    trained(run, CONFIGS["patches, polished"], resume=True)
    assert same(weights(run), weights(whole("patches, polished")))


def test_a_run_that_is_done_goes_on_with_a_larger_budget(whole, tmp_path: Path):
    """At a constant learning rate it is then as if it had had that budget from the first."""
    run = trained(tmp_path / "run", narrow_paper(), steps=7)
    trained(run, narrow_paper(), steps=12, resume=True)
    assert same(weights(run), weights(whole("pictures, the paper's")))
    ours = trained(tmp_path / "ours", narrow(), steps=7)
    trained(ours, narrow(), steps=12, resume=True)
    assert json.loads((ours / "config.json").read_text())["trained"]["steps"] == 12


def test_one_that_is_done_and_kept_no_checkpoint_says_so(tmp_path: Path):
    run = trained(tmp_path / "run", narrow(), steps=2)
    (run / CHECKPOINT).unlink()
    with pytest.raises(RunError, match="is finished and has no checkpoint"):
        trained(run, narrow(), resume=True)


def test_kmeans_fits_again(tmp_path: Path):
    run = trained(tmp_path / "run", narrow_kmeans())
    before = weights(run)
    assert same(weights(trained(run, narrow_kmeans(), resume=True)), before)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda _: b"",
        lambda _: b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94.",
        lambda data: data.replace(b'"step', b'"stop', 1),
        lambda data: data.replace(b"optimizer.0.0.exp_avg", b"optimizer.0.0.exp_ave", 1),
    ],
    ids=["truncated", "empty", "pickle", "no step", "other moments"],
)
def test_a_damaged_checkpoint_is_one_line(damage, tmp_path: Path):
    run = stopped(tmp_path / "run", narrow(), 2)
    whole_file = (run / CHECKPOINT).read_bytes()
    (run / CHECKPOINT).write_bytes(damage(whole_file))
    with pytest.raises(RunError) as told:
        trained(run, narrow(), resume=True)
    assert "\n" not in str(told.value) and str(run) in str(told.value)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"config": "kmeans-medres"}, "family"),
        ({"config": narrow("medres", network=narrow_paper().network)}, "hyperparameters"),
        ({"config": narrow("medres"), "changes": ("batch=95",)}, "hyperparameters .batch: 96"),
        ({"seed": 4}, "seed"),
        ({"data": small_set(n=32)}, "data"),
        ({"data": small_set(seed=1)}, "data"),
    ],
)
def test_a_run_of_something_else_is_refused(changes, what: str, tmp_path: Path):
    run = stopped(tmp_path / "run", narrow(), 2)
    with pytest.raises(RunError, match=f"another {what}") as told:
        trained(run, changes.pop("config", narrow()), resume=True, **changes)
    assert "\n" not in str(told.value)


def test_a_folder_that_holds_a_run_is_not_overwritten(tmp_path: Path):
    run = trained(tmp_path / "run", narrow(), steps=2)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    with pytest.raises(RunError, match="already holds a run"):
        trained(run, narrow())
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_nothing_is_resumed_where_nothing_is(tmp_path: Path):
    with pytest.raises(RunError, match="is not a run"):
        trained(tmp_path / "run", narrow(), resume=True)
    assert not (tmp_path / "run").exists()


def test_minutes_are_planned_anew_only_where_they_changed(tmp_path: Path):
    run = trained(tmp_path / "run", narrow_paper(), budget=Budget(minutes=0.004))
    first = json.loads((run / "config.json").read_text())["trained"]["steps"]
    trained(run, narrow_paper(), budget=Budget(minutes=0.004), resume=True)
    assert json.loads((run / "config.json").read_text())["trained"]["steps"] == first
    trained(run, narrow_paper(), budget=Budget(minutes=0.02), resume=True)
    assert json.loads((run / "config.json").read_text())["trained"]["steps"] > first
