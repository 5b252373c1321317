"""The program run in this process, as a shell would: words in; status, stdout and stderr out."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from run_kit import narrow, small_set, trained
from spriteloom.cli import main
from spriteloom.pixels import Sprite

NAMES = ("slime.v1", "bat.v1", "fish.v1", "crab.v1")


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def is_one_line(self) -> bool:
        """Status 1, nothing on stdout, and on stderr one line that is the program's."""
        one = self.err.startswith("spriteloom: ") and self.err.count("\n") == 1 and self.err.endswith("\n")
        return self.status == 1 and not self.out and one


Cli = Callable[..., Ended]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    before = signal.getsignal(signal.SIGTERM)

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["spriteloom", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained MedRes of 32 codes."""
    return trained(tmp_path_factory.mktemp("runs") / "medres", narrow(), steps=2)


@pytest.fixture(scope="session")
def other_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("runs") / "other", narrow(), steps=2, seed=9)


@pytest.fixture
def sprites(tmp_path: Path) -> list[Sprite]:
    """Creatures of several sizes in the folder `art`, each of its own species, one of them deeper down."""
    found = []
    for i, sprite in enumerate(small_set().sprites("train", limit=4)):
        height, width = 32 - i, 31 - 2 * i
        path = tmp_path / "art" / ("deep" if i == 3 else "") / f"{NAMES[i]}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cut = Sprite(pixels=sprite.pixels[:height, :width], name=path.stem)
        cut.save(path)
        found.append(cut)
    return found
