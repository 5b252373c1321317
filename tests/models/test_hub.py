"""Models of the hub: named, downloaded, kept in its cache, pushed; every failure is one line that names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hub_kit import TOKEN, Hub, standing_in, use_hub
from run_kit import small_set
from spriteloom.errors import RunError
from spriteloom.models.hub import HubName
from spriteloom.models.load import load
from tiny_families import tiny_run

BASE_FILES = {"base/config.json", "base/model.safetensors", "base/README.md"}
RUN_FILES = {"config.json", "model.safetensors", "README.md"}


PICKLED = b"\x80\x04\x95\x08\x00\x00\x00\x00\x00\x00\x00\x8c\x04harm\x94."  # what pickle makes of "harm"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with standing_in(monkeypatch, tmp_path / "home") as hub:
        yield hub


def refusal(name: str, **options: str) -> str:
    """The one line with which a model is refused."""
    with pytest.raises(RunError) as fault:
        load(name, "cpu", **options)
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_names_are_parsed():
    assert HubName.parse("loom/tiles-32") == HubName("loom/tiles-32")
    assert HubName.parse("loom/tiles@v1.2") == HubName("loom/tiles", "v1.2")
    assert HubName.parse("loom/tiles@refs/pr/1") == HubName("loom/tiles", "refs/pr/1")
    for other in ("tiles-32", "a/b/c", "/abs/run", "a/b@", "a/b@/x", "a/ b", ""):
        assert HubName.parse(other) is None


def test_a_model_and_its_base_are_downloaded_and_nothing_else(hub: Hub):
    hub.put("loom/sprites", tiny_run("latent-diffusion"))
    files = hub.repositories["loom/sprites"].revisions["main"]
    files |= {"optimizer.pt": PICKLED, "base/extra.bin": b"x", "deep/config.json": b"{}"}
    model, run = load("loom/sprites", "cpu"), load(tiny_run("latent-diffusion"), "cpu")
    assert model.fingerprint == run.fingerprint and model.base.fingerprint == run.base.fingerprint
    assert hub.downloads() == RUN_FILES | BASE_FILES


def test_a_path_on_this_machine_comes_before_a_name_on_the_hub(hub: Hub, monkeypatch, tmp_path: Path):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "here/run is not a run" in refusal("here/run")
    assert "is not a run" in refusal(str(tmp_path / "nothing"))
    assert not hub.requests


def test_a_revision_is_a_branch_a_tag_or_a_commit(hub: Hub):
    old, new = load(tiny_run("kmeans")).fingerprint, load(tiny_run("codec")).fingerprint
    hub.put("loom/codec", tiny_run("kmeans"), revision="v1")
    hub.put("loom/codec", tiny_run("codec"))
    commit = hub.repositories["loom/codec"].commit("v1")
    assert load("loom/codec", "cpu").fingerprint == new
    for model in (load("loom/codec@v1"), load("loom/codec", revision="v1"), load(f"loom/codec@{commit}")):
        assert model.fingerprint == old
    assert "loom/codec@v9 has no revision 'v9'" in refusal("loom/codec@v9")
    assert "give one of them" in refusal("loom/codec@v1", revision="v2")
    assert "leave the revision out" in refusal("tiles-32", revision="v1")


def test_the_cache_serves_when_the_hub_does_not(hub: Hub, monkeypatch, tmp_path: Path):
    from huggingface_hub import constants

    hub.put("loom/codec", tiny_run("codec"))
    fingerprint = load("loom/codec").fingerprint
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert load("loom/codec").fingerprint == fingerprint and not hub.requests
    assert refusal("loom/other") == (
        "loom/other is not in the hub's cache, and HF_HUB_OFFLINE is set: load it once with the network"
    )
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    use_hub(monkeypatch, "http://127.0.0.1:9", tmp_path / "home")
    assert load("loom/codec").fingerprint == fingerprint
    line = refusal("loom/other")
    assert line.startswith("loom/other is not a run folder here and cannot be read from the model hub (")
    assert line.endswith("check the name and the network")


def test_a_prepared_cache_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from huggingface_hub import constants

    commit = "c" * 40
    place = tmp_path / "home" / "hub" / "models--loom--codec"
    load(tiny_run("codec"), "cpu").save(place / "snapshots" / commit)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text(commit)
    use_hub(monkeypatch, "http://127.0.0.1:9", tmp_path / "home")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert load("loom/codec").fingerprint == load(tiny_run("codec")).fingerprint


def test_private_and_gated_models_need_a_token(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    hub.put("loom/secret", tiny_run("kmeans"), private=True)
    hub.put("loom/gated", tiny_run("kmeans"), gated=True)
    for missing in ("loom/secret", "loom/nothing"):
        line = refusal(missing)
        assert line.startswith(
            f"{missing} is not a run folder here and cannot be read from the model hub, where"
        )
        assert "hf auth login" in line
    assert "loom/gated is gated on the model hub: ask for access" in refusal("loom/gated")
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "token").write_text(TOKEN)  # where `hf auth login` writes it
    assert load("loom/secret").name == "kmeans-medres"
    (tmp_path / "home" / "token").unlink()
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert load("loom/secret").name == "kmeans-medres"


def test_a_pickle_is_named_and_never_read(hub: Hub):
    config = (tiny_run("kmeans") / "config.json").read_bytes()
    hub.put("loom/pickled", {"config.json": config, "pytorch_model.bin": PICKLED})
    line = refusal("loom/pickled")
    assert line.startswith("loom/pickled holds pytorch_model.bin and no model.safetensors")
    assert "pytorch_model.bin" not in hub.downloads()


def test_what_is_no_model_is_refused_by_its_name(hub: Hub, tmp_path: Path):
    hub.put("loom/text", {"README.md": b"# words"})
    hub.put("loom/bert", {"config.json": b'{"model_type": "bert"}', "model.safetensors": b"x"})
    weights = (tiny_run("kmeans") / "model.safetensors").read_bytes()
    config = (tiny_run("kmeans") / "config.json").read_bytes()
    hub.put("loom/cut", {"config.json": config, "model.safetensors": weights[:-9]})
    assert refusal("loom/text").startswith(
        "loom/text is not a model of spriteloom, it has no model.safetensors"
    )
    assert refusal("loom/bert").startswith("loom/bert/config.json is not the config of a run")
    assert refusal("loom/cut").startswith("loom/cut/model.safetensors is damaged")
    for name in ("loom/text", "loom/bert", "loom/cut"):
        assert str(tmp_path) not in refusal(name)
    assert "is not a name on the model hub" in refusal("loom/a..b")


def test_without_the_hubs_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert "pip install 'spriteloom[hub]'" in refusal("loom/sprites")


@pytest.mark.parametrize("name", ["codec", "latent-diffusion"])
def test_a_model_is_pushed_in_one_commit_and_loaded_again(hub: Hub, monkeypatch, name: str):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    model = load(tiny_run(name), "cpu")
    assert model.push_to_hub("loom/pushed", private=True) == f"{hub.address}/loom/pushed"
    repository = hub.repositories["loom/pushed"]
    files = repository.revisions["main"]
    assert repository.private and len(hub.commits) == 1 and model.name in hub.commits[0]
    assert set(files) == RUN_FILES | (BASE_FILES if model.base else set())
    assert b'spriteloom.load("loom/pushed")' in files["README.md"]
    again = load("loom/pushed", "cpu")
    assert again.config == model.config and again.fingerprint == model.fingerprint
    if name == "codec":
        rgb = small_set().all_pictures("test").rgb
        assert np.array_equal(again.reconstruct(rgb), model.reconstruct(rgb))
    again.push_to_hub("loom/pushed")  # it exists: a new version


def test_a_push_that_cannot_be_is_one_line(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    model = load(tiny_run("kmeans"), "cpu")

    def fault(name: str) -> str:
        with pytest.raises(RunError) as refused:
            model.push_to_hub(name)
        assert "\n" not in str(refused.value)
        return str(refused.value)

    assert "hf auth login" in fault("loom/new")
    for name in ("new", "loom/new@v1", "a/b/c"):
        assert "write OWNER/NAME" in fault(name)
    monkeypatch.setenv("HF_TOKEN", "hf_a_wrong_one")
    assert "hf auth login" in fault("loom/new") and not hub.repositories
    use_hub(monkeypatch, "http://127.0.0.1:9", tmp_path)
    assert fault("loom/new").startswith("loom/new cannot be written to the model hub (")


def test_the_card_of_a_model_goes_along(tmp_path: Path):
    load(tiny_run("kmeans"), "cpu").save(tmp_path / "one")
    (tmp_path / "one" / "README.md").write_text("# a card of its own: Ünïcode\n")
    load(tmp_path / "one", "cpu").save(tmp_path / "two")
    assert (tmp_path / "two" / "README.md").read_text() == "# a card of its own: Ünïcode\n"


def test_a_save_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    model = load(tiny_run("kmeans"), "cpu")

    def no_weights() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(model, "weights", no_weights)
    with pytest.raises(OSError, match="full"):
        model.save(tmp_path / "copy")
    assert not list(tmp_path.iterdir())
