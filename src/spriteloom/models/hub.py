"""The model hub, through `huggingface_hub`: download a model by its name, push one.

The hub's client decides what it always decides: the token (HF_TOKEN, `hf auth login`), the cache (HF_HOME), the
address (HF_ENDPOINT), offline mode (HF_HUB_OFFLINE). Only JSON, safetensors and the model card are read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from spriteloom.errors import RunError
from spriteloom.training.runs import BASE, CARD, CONFIG, WEIGHTS, first_line
from spriteloom.version import __version__

if TYPE_CHECKING:
    from spriteloom.models.base import Model

FILES = tuple(f"{folder}{file}" for folder in ("", f"{BASE}/") for file in (CONFIG, WEIGHTS, CARD))
PICKLES = {".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth"}
LOG_IN = "log in with `hf auth login` or set HF_TOKEN"
INSTALL = "pip install 'spriteloom[hub]'"

_NAME = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w.-]+(?:/[\w.-]+)*))?")


@dataclass(frozen=True)
class HubName:
    """`repo` is "owner/name"; `revision` is a branch, tag or commit, None for the newest of the main branch."""

    repo: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """ "owner/name" or "owner/name@revision"; None for any other text."""
        match = _NAME.fullmatch(text)
        return cls(match["repo"], match["revision"]) if match else None

    def at(self, revision: str | None) -> Self:
        """The same model at a revision, if one is given. Raises RunError for two different ones."""
        if revision is None:
            return self
        if self.revision not in (None, revision):
            raise RunError(f"{self} names one revision and {revision!r} is another: give one of them")
        return replace(self, revision=revision)

    def __str__(self) -> str:
        return self.repo if self.revision is None else f"{self.repo}@{self.revision}"


def download(name: HubName) -> Path:
    """The folder of a model in the hub's cache: config, weights and card, and those of its base model. Raises RunError.

    A model that the cache holds is opened without the network in offline mode, and where the hub cannot be reached.
    """
    hub = _client(name)
    with _in_one_line(name, "is not a run folder here and cannot be read from"):
        folder = Path(hub.snapshot_download(name.repo, revision=name.revision, allow_patterns=list(FILES)))
    missing = [file for file in (CONFIG, WEIGHTS) if not (folder / file).is_file()]
    if missing:
        raise RunError(f"{name} {_what_is_there(hub, name, missing[-1])}")
    return folder


def push(model: Model, repo: str, *, private: bool | None = None) -> str:
    """Write a model to the hub in one commit; creates the repository, `private` or not, and returns its address.

    `private` None is the owner's default. Raises RunError.
    """
    name = HubName.parse(repo)
    if name is None or name.revision is not None:
        raise RunError(f"{repo!r} is not a name on the model hub: write OWNER/NAME")
    hub = _client(name)
    with TemporaryDirectory(prefix="spriteloom-hub-") as folder:
        run = Path(folder) / "model"
        model.save(run)
        card = (run / CARD).read_text(encoding="utf-8").replace('load("this folder")', f'load("{repo}")')
        (run / CARD).write_text(card, encoding="utf-8")
        paths = [file for file in FILES if (run / file).exists()]
        additions = [hub.CommitOperationAdd(file, str(run / file)) for file in paths]
        with _in_one_line(name, "cannot be written to"):
            api = hub.HfApi(library_name="spriteloom", library_version=__version__)
            address = api.create_repo(repo, private=private, exist_ok=True)
            api.create_commit(repo, additions, commit_message=f"{model.name}, by spriteloom {__version__}")
    return str(address)


def _client(name: HubName) -> Any:
    """The package `huggingface_hub`, which shows its progress on a terminal only. Raises RunError without it."""
    try:
        client = import_module("huggingface_hub")
    except ImportError:
        raise RunError(
            f"{name} is not a run folder here, and models of the hub need a package that is not installed: {INSTALL}"
        ) from None
    if not sys.stderr.isatty():
        import_module("huggingface_hub.utils").disable_progress_bars()
    return client


@contextmanager
def _in_one_line(name: HubName, failure: str) -> Iterator[None]:
    """Raise RunError for whatever the hub's client raises: its network errors differ between its versions."""
    try:
        yield
    except Exception as fault:
        raise RunError(f"{name} {_reason(name, failure, fault)}") from None


def _reason(name: HubName, failure: str, fault: Exception) -> str:
    from huggingface_hub import constants, errors

    status = getattr(getattr(fault, "response", None), "status_code", None)
    said = " ".join(first_line(fault).removeprefix("Got: ").split())[:160]
    if isinstance(fault, errors.GatedRepoError):
        return f"is gated on the model hub: ask for access on its page, then {LOG_IN}"
    if isinstance(fault, errors.RevisionNotFoundError):
        return f"has no revision {name.revision!r} on the model hub: name a branch, a tag or a commit"
    if isinstance(fault, errors.RepositoryNotFoundError):
        return f"{failure} the model hub, where it does not exist or is private: check the name, or {LOG_IN}"
    if status in (401, 403):
        return f"is refused by the model hub ({status}): {LOG_IN}, with a token that may do this"
    if isinstance(fault, errors.HFValidationError):
        return f"is not a name on the model hub ({said}): write OWNER/NAME"
    if constants.HF_HUB_OFFLINE:
        return "is not in the hub's cache, and HF_HUB_OFFLINE is set: load it once with the network"
    return f"{failure} the model hub ({said}): check the name and the network"


def _what_is_there(hub: Any, name: HubName, missing: str) -> str:
    """Why a repository without config or weights is no model: it holds a pickle, or something else."""
    try:
        files = hub.HfApi().list_repo_files(name.repo, revision=name.revision)
    except Exception:  # offline: the cache does not say
        files = []
    pickles = [file for file in files if Path(file).suffix in PICKLES]
    if pickles and WEIGHTS not in files:
        return (
            f"holds {pickles[0]} and no {WEIGHTS}: a pickle can run any program and is never opened, ask its author "
            "for safetensors"
        )
    return f"is not a model of spriteloom, it has no {missing}: name one that `spriteloom hub push` wrote"
