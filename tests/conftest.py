"""What holds for every test: no network and no cache of the user's, unless it is marked `network`."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def alone(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A cache that is empty, and a refusal instead of a connection."""
    if request.node.get_closest_marker("network"):
        return
    monkeypatch.setenv("SPRITELOOM_CACHE", str(_cache(tmp_path_factory)))
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            raise OSError(f"a test connects to {address}: mark it `network`")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


def _cache(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "cache"
