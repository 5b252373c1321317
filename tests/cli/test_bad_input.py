"""What can be wrong with what a user gives: one line that says it, status 1, nothing half-written."""

from __future__ import annotations

import resource
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from run_kit import small_set
from spriteloom.data.sources.nouns import PACKAGE as NOUNS
from spriteloom.models.load import load
from spriteloom.pixels import Sprite


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


BAD: dict[str, bytes] = {
    "truncated.gif": b"GIF89a\x20\x00\x20\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00",
    "words.png": b"This is no picture.\n" * 9,
    "nothing.png": b"",
    "zero.png": png(0, 0),
    "huge.png": png(30_000, 30_000),
    "bomb.png": png(20_000, 20_000, zlib.compress(bytes(40_000_000))),
}


def left(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def refused(cli, folder: Path, *words: object) -> str:
    """The one line of a fault that left nothing in the folder."""
    before = left(folder)
    ended = cli(*words)
    assert ended.is_one_line, ended
    assert left(folder) == before
    return ended.err


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("verb", ["encode", "reconstruct", "recolor", "like"])
def test_a_bad_picture(cli, run: Path, sprites, name: str, verb: str, tmp_path: Path):
    assert sprites
    bad, good, out = tmp_path / name, tmp_path / "art" / "slime.v1.png", tmp_path / "out"
    bad.write_bytes(BAD[name])
    words: dict[str, list[object]] = {
        "encode": ["encode", "--model", run, bad, "--out", out],
        "reconstruct": ["reconstruct", "--model", run, bad, "--out", out],
        "recolor": ["recolor", bad, "--like", good, "--out", tmp_path / "out.png"],
        "like": ["recolor", good, "--like", bad, "--out", tmp_path / "out.png"],
    }
    assert name in refused(cli, tmp_path, *words[verb])
    assert not out.exists()


@pytest.mark.parametrize("name", BAD)
def test_a_folder_of_nothing_but_a_bad_picture(cli, name: str, tmp_path: Path):
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / name).write_bytes(BAD[name])
    words = ["data", "prepare", tmp_path / "art", "--out", tmp_path / "set.parquet", "--workers", 1]
    assert name in refused(cli, tmp_path, *words)


def test_bad_pictures_among_good_ones_stop_nothing(cli, sprites, tmp_path: Path):
    for name, data in BAD.items():
        (tmp_path / "art" / name).write_bytes(data)
    words = ["--out", tmp_path / "set.parquet", "--workers", 1, "--size", 32]
    ended = cli("data", "prepare", tmp_path / "art", *words)
    assert ended.status == 0 and (tmp_path / "set.parquet").exists()
    assert all(name in ended.err for name in BAD) and len(sprites) == 4
    audit = cli("data", "audit", tmp_path / "art", "--json", "--workers", 1)
    assert audit.status == 0 and all(name in audit.out for name in BAD)


def test_an_empty_folder(cli, run: Path, tmp_path: Path):
    (tmp_path / "art").mkdir()
    refused(cli, tmp_path, "data", "prepare", tmp_path / "art", "--out", tmp_path / "set.parquet")
    refused(cli, tmp_path, "data", "audit", tmp_path / "art")
    refused(cli, tmp_path, "encode", "--model", run, tmp_path / "art", "--out", tmp_path / "codes.npz")
    refused(cli, tmp_path, "reconstruct", "--model", run, tmp_path / "art", "--out", tmp_path / "out")


def test_one_species_only(cli, sprites, tmp_path: Path):
    for path in (tmp_path / "art").rglob("*.png"):
        if path.name != "slime.v1.png":
            path.unlink()
    words = ["data", "prepare", tmp_path / "art", "--out", tmp_path / "set.parquet", "--workers", 1]
    assert "species" in refused(cli, tmp_path, *words) and sprites


def test_a_missing_file(cli, run: Path, tmp_path: Path):
    gone = tmp_path / "gone"
    refused(cli, tmp_path, "data", "prepare", gone / "art", "--out", tmp_path / "set.parquet")
    refused(cli, tmp_path, "data", "audit", tmp_path / "gone.parquet")
    refused(cli, tmp_path, "train", "pixel-vqvae-medres", "--data", gone, "--out", tmp_path / "run")
    refused(cli, tmp_path, "evaluate", "--model", run, "--data", gone)
    refused(cli, tmp_path, "evaluate", "--model", gone, "--data", small_set().path)
    refused(cli, tmp_path, "decode", gone, "--model", run, "--out", tmp_path / "out")
    refused(cli, tmp_path, "encode", gone, "--model", run, "--out", tmp_path / "codes.npz")
    refused(cli, tmp_path, "recolor", gone, "--like", gone, "--out", tmp_path / "out.png")


@pytest.mark.parametrize(
    "verb", ["encode", "decode", "reconstruct", "evaluate", "recolor", "generate", "vary"]
)
def test_a_missing_run(cli, sprites, verb: str, tmp_path: Path):
    picture, gone = tmp_path / "art" / "slime.v1.png", tmp_path / "gone"
    words: dict[str, list[object]] = {
        "encode": [picture, "--out", tmp_path / "codes.npz"],
        "decode": [tmp_path / "codes.npz", "--out", tmp_path / "out"],
        "reconstruct": [picture, "--out", tmp_path / "out"],
        "evaluate": ["--data", small_set().path],
        "recolor": [picture, "--like", picture, "--out", tmp_path / "out.png"],
        "generate": ["--out", tmp_path / "out"],
        "vary": [picture, "--out", tmp_path / "out"],
    }
    assert "is not a run" in refused(cli, tmp_path, verb, *words[verb], "--model", gone) and sprites


def test_codes_of_another_codec(cli, run: Path, other_run: Path, sprites, tmp_path: Path):
    load(run).codec.encode(sprites).save(tmp_path / "codes.npz")
    words = ["decode", tmp_path / "codes.npz", "--model", other_run, "--out", tmp_path / "out"]
    said = refused(cli, tmp_path, *words)
    assert load(run).codec.fingerprint in said and load(other_run).codec.fingerprint in said


def test_a_damaged_file_of_codes(cli, run: Path, sprites, tmp_path: Path):
    load(run).codec.encode(sprites).save(tmp_path / "codes.npz")
    whole = (tmp_path / "codes.npz").read_bytes()
    for data in (whole[:100], b"", b"\x93NUMPY\x01\x00", b"\x80\x04N."):
        (tmp_path / "codes.npz").write_bytes(data)
        words = ["decode", tmp_path / "codes.npz", "--model", run, "--out", tmp_path / "out"]
        assert "codes.npz" in refused(cli, tmp_path, *words)


@pytest.mark.parametrize("place", ["under a file", "on a full disk"])
def test_where_nothing_can_be_written(cli, run: Path, sprites, place: str, tmp_path: Path):
    assert sprites
    art, picture = tmp_path / "art", tmp_path / "art" / "slime.v1.png"
    (tmp_path / "file").write_text("")
    where = tmp_path / "file" / "deeper" if place == "under a file" else Path("/dev/full")
    codes = tmp_path / "codes.npz"
    load(run).codec.encode(sprites).save(codes)
    out = where / "out"
    for words in (
        ["encode", "--model", run, picture, "--out", out],
        ["decode", "--model", run, codes, "--out", out],
        ["reconstruct", "--model", run, picture, "--out", out],
        ["recolor", picture, "--like", picture, "--out", where / "out.png"],
        ["data", "prepare", art, "--workers", 1, "--out", where / "set.parquet"],
        ["data", "fetch", "procedural", "-n", 2, "--out", out],
        ["train", "kmeans-medres", "--data", small_set().path, "--out", out],
    ):
        assert str(where) in refused(cli, tmp_path, *words)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may be longer than 1 KiB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def noise(sprites, tmp_path: Path) -> None:
    """A picture among the others that no file of 1 KiB holds."""
    pixels = np.random.default_rng(0).integers(0, 256, (256, 256, 4), np.uint8)
    pixels[..., 3] = 255
    Sprite(pixels=pixels).save(tmp_path / "art" / "noise.png")
    assert sprites


@pytest.mark.parametrize("verb", ["prepare", "encode"])
@pytest.mark.usefixtures("noise")
def test_a_disk_that_fills_up(cli, run: Path, verb: str, tmp_path: Path):
    words: dict[str, list[object]] = {
        "prepare": ["data", "prepare", tmp_path / "art", "--workers", 1, "--out", tmp_path / "set.parquet"],
        "encode": ["encode", "--model", run, tmp_path / "art", "--out", tmp_path / "codes.npz"],
    }
    with full_disk():
        refused(cli, tmp_path, *words[verb])


def fake_npm(folder: Path, script: str) -> Path:
    folder.mkdir()
    npm = folder / "npm"
    npm.write_text(f"#!{shutil.which('sh')}\n{script}\n")
    npm.chmod(0o755)
    return folder


FAILS = "echo 'npm error code ENOTFOUND' >&2; echo 'npm error network' >&2; exit 1"


@pytest.mark.parametrize("verb", ["fetch", "prepare"])
@pytest.mark.parametrize("cached", [None, b"", b"half of an archive"], ids=["never", "empty", "damaged"])
def test_no_network_and_nothing_whole_in_the_cache(cli, verb: str, cached, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(fake_npm(tmp_path / "bin", FAILS)))
    monkeypatch.setenv("SPRITELOOM_CACHE", str(tmp_path / "cache"))
    if cached is not None:
        (tmp_path / "cache" / "npm").mkdir(parents=True)
        (tmp_path / "cache" / "npm" / NOUNS.filename).write_bytes(cached)
    out = tmp_path / ("art" if verb == "fetch" else "set.parquet")
    ended = cli("data", verb, "nouns", "--out", out)
    last = ended.err.splitlines()[-1]
    assert ended.status == 1 and not ended.out and not out.exists()
    assert last.startswith("spriteloom: ") and "no network" in last


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-40], lambda _: b"", lambda _: b"\x80\x04\x95junk", lambda data: data[::-1]],
    ids=["truncated", "empty", "pickle", "reversed"],
)
def test_a_damaged_run(cli, run: Path, damage: Damage, tmp_path: Path):
    broken = tmp_path / "run"
    shutil.copytree(run, broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(damage(weights.read_bytes()))
    assert str(broken) in refused(cli, tmp_path, "evaluate", "--model", broken, "--data", small_set().path)


def test_an_unknown_preset_is_told_the_nearest(cli, tmp_path: Path):
    words = ["--data", small_set().path, "--out", tmp_path / "run"]
    assert "did you mean pixel-vqvae-hires" in refused(cli, tmp_path, "train", "vqvae-hires", *words)
    assert "choose one of" in refused(cli, tmp_path, "train", "vqvae", *words)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--device", "cuda"), "no cuda device"),
        (("--device", "toaster"), "no device is called"),
        (("--set", "bach=8"), "did you mean batch"),
        (("--set", "batch=3.5"), "should be a valid integer"),
        (("--config-of", "a run of another format"), "has format 1"),
        (("--base", "nowhere/at/all"), "leave --base out"),
        (("--devices", "7"), "cannot be shared by 7 devices"),
    ],
)
def test_trainings_that_cannot_be(cli, tmp_path: Path, words, said: str, monkeypatch):
    from spriteloom.nn import devices

    monkeypatch.setitem(devices._KINDS, "cuda", lambda: False)
    if words[0] == "--config-of":
        (tmp_path / "config.json").write_text('{"format": 1, "preprocessing": "x"}')
        words = ("--resume",)
        (tmp_path / "run").mkdir()
        (tmp_path / "config.json").rename(tmp_path / "run" / "config.json")
    if words[0] == "--devices":
        from spriteloom.models import train

        monkeypatch.setattr(train, "launch", lambda *given: _Seven())  # noqa: ARG005
    data = ("--data", small_set().path, "--out", tmp_path / "run")
    ended = cli("train", "pixel-vqvae-medres-paper", *data, "--steps", 1, *words)
    assert ended.status == 1 and said in ended.err.splitlines()[-1] and "Traceback" not in ended.err
    assert words[0] == "--resume" or not (tmp_path / "run").exists()


class _Seven:
    """A Fabric of seven processes."""

    global_rank, world_size = 0, 7
    device = torch.device("cpu")


def test_a_device_that_is_not_there_leaves_nothing(cli, run: Path, tmp_path: Path, monkeypatch):
    from spriteloom.nn import devices

    monkeypatch.setitem(devices._KINDS, "cuda", lambda: False)
    said = ("--device", "cuda")
    assert cli("evaluate", "--model", run, "--data", small_set().path, *said).is_one_line
    train = ("train", "kmeans-medres", "--data", small_set().path, "--out", tmp_path / "new", *said)
    assert cli(*train).is_one_line and not (tmp_path / "new").exists()
