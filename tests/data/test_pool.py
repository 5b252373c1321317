"""Work on several cores comes back in order, read little ahead, and leaves nobody behind."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from spriteloom.data.pool import map_processes, map_threads
from spriteloom.errors import SpriteloomError

ORPHANS = """
import os, sys, time
sys.path.insert(0, {here!r})
from test_pool import slow_pid
from spriteloom.data.pool import map_processes

if __name__ == "__main__":
    for pid in map_processes(slow_pid, range(1000), workers=2):
        print(pid, flush=True)
"""


def slow_pid(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def die(_: int) -> int:
    os._exit(3)


@pytest.mark.parametrize("over", [map_processes, map_threads])
@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(over, workers: int):
    assert list(over(abs, range(-20, 0), workers=workers)) == list(range(20, 0, -1))


@pytest.mark.parametrize("workers", [1, 2])
def test_little_is_read_ahead(workers: int):
    read: list[int] = []

    def things() -> Iterator[int]:
        for thing in range(100):
            read.append(thing)
            yield thing

    results = map_threads(abs, things(), workers=workers)
    next(results)
    assert len(read) <= 4
    results.close()  # type: ignore[attr-defined]


def test_an_error_in_a_worker_is_raised_here():
    with pytest.raises(TypeError):
        list(map_processes(abs, ["x"], workers=2))


def test_a_worker_that_dies_is_one_clear_line():
    with pytest.raises(SpriteloomError, match="workers=1 does the same"):
        list(map_processes(die, range(3), workers=2))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(ORPHANS.format(here=str(Path(__file__).parent)))
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 20
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(worker)


def alive(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has collected."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
