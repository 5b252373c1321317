"""A model hub on the loopback address: the part of the HTTP interface that `huggingface_hub` uses."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

TOKEN = "hf_the_right_one"
MODEL = re.compile(r"/api/models/(?P<repo>[^/]+/[^/]+)(?:/(?P<verb>\w+)/(?P<revision>[^/]+))?")
RESOLVE = re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
BATCH = re.compile(r"/(?P<repo>[^/]+/[^/]+)\.git/info/lfs/objects/batch")


@dataclass
class Repository:
    """The files of each revision; a commit's name is a hash of them."""

    revisions: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"main": {}})
    private: bool = False
    gated: bool = False

    def commit(self, revision: str) -> str:
        names = {name: _sha(files) for name, files in self.revisions.items()}
        return (
            names[revision] if revision in names else next(sha for sha in names.values() if sha == revision)
        )

    def files(self, revision: str) -> dict[str, bytes]:
        return next(files for name, files in self.revisions.items() if revision in (name, _sha(files)))


@dataclass
class Hub:
    """What the stand-in holds, and the requests that it got."""

    address: str
    repositories: dict[str, Repository] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)

    def put(self, repo: str, folder: Path | dict[str, bytes], revision: str = "main", **flags: bool) -> None:
        if isinstance(folder, Path):
            files = [path for path in folder.rglob("*") if path.is_file()]
            folder = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        repository = self.repositories.setdefault(repo, Repository(**flags))
        repository.revisions[revision] = folder

    def downloads(self) -> set[str]:
        """The files that were requested."""
        return {match["path"] for line in self.requests if (match := RESOLVE.search(line))}


class Refused(Exception):  # noqa: N818
    def __init__(self, status: int, code: str, **body: str) -> None:
        super().__init__(code)
        self.status, self.code, self.body = status, code, body


def _sha(files: dict[str, bytes]) -> str:
    digest = hashlib.sha1()
    for path in sorted(files):
        digest.update(path.encode() + files[path])
    return digest.hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *words: Any) -> None: ...

    def do_GET(self) -> None:
        self._answer(self._get)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        self._answer(self._post)

    def do_PUT(self) -> None:
        self._answer(self._put)

    def _answer(self, how: Any) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self._send(200, *how(path, body))
        except Refused as fault:
            self._send(
                fault.status,
                json.dumps(fault.body).encode(),
                {"X-Error-Code": fault.code, "X-Error-Message": fault.code},
            )

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @property
    def _logged_in(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _repository(self, repo: str, revision: str | None) -> tuple[Repository, str]:
        repository = self.hub.repositories.get(repo)
        if repository is None or (repository.private and not self._logged_in):
            raise Refused(404 if self._logged_in else 401, "RepoNotFound")
        try:
            return repository, repository.commit(revision or "main")
        except StopIteration:
            raise Refused(404, "RevisionNotFound") from None

    def _get(self, path: str, body: bytes) -> tuple[bytes, dict[str, str]]:  # noqa: ARG002
        if match := MODEL.fullmatch(path):
            repository, sha = self._repository(match["repo"], match["revision"])
            files = repository.files(sha)
            if match["verb"] == "tree":
                rows = [{"type": "file", "path": p, "size": len(b), "oid": _oid(b)} for p, b in files.items()]
                return json.dumps(rows).encode(), {}
            siblings = [{"rfilename": file} for file in files]
            return json.dumps({"id": match["repo"], "sha": sha, "siblings": siblings}).encode(), {}
        match = RESOLVE.fullmatch(path)
        if match is None:
            raise Refused(404, "NoSuchRoute")
        repository, sha = self._repository(match["repo"], match["revision"])
        if repository.gated:
            raise Refused(403, "GatedRepo")
        if match["path"] not in repository.files(sha):
            raise Refused(404, "EntryNotFound")
        content = repository.files(sha)[match["path"]]
        return content, {"ETag": f'"{_oid(content)}"', "X-Repo-Commit": sha}

    def _post(self, path: str, body: bytes) -> tuple[bytes, dict[str, str]]:
        if path == "/api/validate-yaml":
            return b"{}", {}
        if not self._logged_in:
            raise Refused(401, "Unauthorized")
        if path == "/api/repos/create":
            asked = json.loads(body)
            repo = "/".join(part for part in (asked.get("organization"), asked["name"]) if part)
            if repo in self.hub.repositories:
                raise Refused(409, "Exists", url=f"{self.hub.address}/{repo}")
            is_private = asked.get("visibility") == "private" or asked.get("private") is True
            self.hub.repositories[repo] = Repository(private=is_private)
            return json.dumps({"url": f"{self.hub.address}/{repo}"}).encode(), {}
        if BATCH.fullmatch(path):
            objects = [
                each | {"actions": {"upload": {"href": f"{self.hub.address}/lfs/{each['oid']}"}}}
                for each in json.loads(body)["objects"]
            ]
            return json.dumps({"transfer": "basic", "objects": objects}).encode(), {}
        match = MODEL.fullmatch(path)
        assert match is not None
        repository, sha = self._repository(match["repo"], match["revision"])
        if match["verb"] == "preupload":
            asked = [file["path"] for file in json.loads(body)["files"]]
            kinds = [(file, "lfs" if file.endswith(".safetensors") else "regular") for file in asked]
            files = [{"path": file, "uploadMode": kind, "shouldIgnore": False} for file, kind in kinds]
            return json.dumps({"files": files}).encode(), {}
        assert match["verb"] == "commit"
        files = dict(repository.files(sha))
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "header":
                self.hub.commits.append(value["summary"])
            elif line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            else:
                files[value["path"]] = self.hub.uploads[value["oid"]]
        repository.revisions[match["revision"]] = files
        address = f"{self.hub.address}/{match['repo']}/commit/{_sha(files)}"
        return json.dumps({"success": True, "commitOid": _sha(files), "commitUrl": address}).encode(), {}

    def _put(self, path: str, body: bytes) -> tuple[bytes, dict[str, str]]:
        assert hashlib.sha256(body).hexdigest() == path.rpartition("/")[2]
        self.hub.uploads[hashlib.sha256(body).hexdigest()] = body
        return b"", {}


def _oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def standing_in(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Hub]:
    """A hub on this machine, the only address that may be connected to; cache and token are below `home`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    hub = Hub(address=f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"hub": hub})
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    refuse = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if address == server.server_address:
            super(socket.socket, self).connect(address)
        else:
            refuse(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    use_hub(monkeypatch, hub.address, home)
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def use_hub(monkeypatch: pytest.MonkeyPatch, address: str, home: Path) -> None:
    """What HF_ENDPOINT and HF_HOME set when the hub's client is imported; no token."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True, raising=False)  # the stand-in speaks git-lfs
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
