"""Files of a repo on the Hugging Face hub at one commit: weights as safetensors only, never code."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import requests
from huggingface_hub import HfApi, constants, hf_hub_url
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, RepoSibling
from huggingface_hub.utils import build_hf_headers
from requests.auth import AuthBase

from token_influence.errors import SourceError
from token_influence.sources.addresses import shown
from token_influence.sources.archives import matches, path_fault
from token_influence.sources.downloads import Remote, check_room, download_file
from token_influence.sources.hub_files import HubFile, Repo
from token_influence.sources.retries import ATTEMPTS, CONNECT_AND_READ_SECONDS, attempt

TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model")
MODEL_FILES = (
    "config.json",
    "generation_config.json",
    *TOKENIZERS,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "merges.txt",
    "chat_template.json",
    "*.jinja",
    "model.safetensors",
    "model-*.safetensors",
    "model.safetensors.index.json",
)
# What is read at all, whatever `files` asks for: nothing that is run or unpickled.
READ = {
    "model": (".json", ".txt", ".model", ".jinja", ".safetensors", ".gguf"),
    "dataset": (".parquet", ".jsonl", ".txt", ".bz2", ".xml"),
}


def look_up(repo: Repo, attempts: int = ATTEMPTS) -> tuple[str, list[HubFile]]:
    """The commit that `repo.revision` is now, and the wanted files there, sorted by name.

    Raises SourceError if the repo or revision is not there or not allowed, a pattern of `files`
    matches nothing or something that is not read, or a model lacks its config, tokenizer or
    safetensors; InterruptedFetchError while the hub cannot be reached.
    """
    token = _token()
    api = HfApi(endpoint=endpoint(), token=token or False)
    lookup: Callable[..., ModelInfo | DatasetInfo] = (
        api.dataset_info if repo.type == "dataset" else api.model_info
    )

    def ask() -> tuple[str, list[RepoSibling]]:
        try:
            info = lookup(
                repo.repo,
                revision=repo.revision,
                files_metadata=True,
                timeout=CONNECT_AND_READ_SECONDS[0],
            )
        except OfflineModeIsEnabled:
            raise SourceError(
                f"{_capital(repo)} is not on this disk, and HF_HUB_OFFLINE forbids to fetch it."
            ) from None
        except (ValueError, KeyError, TypeError):
            raise SourceError(f"{shown(endpoint())} does not answer as a hub does.") from None
        return info.sha or "", info.siblings or []

    what = f"{_capital(repo)} could not be looked up on the hub {shown(endpoint())}"
    commit, siblings = attempt(what, attempts, ask, _explain(repo, token))
    wanted = _wanted(repo, [sibling.rfilename for sibling in siblings])
    listed = {s.rfilename: _hub_file(s) for s in siblings if s.rfilename in wanted}
    return commit, [listed[name] for name in sorted(listed)]


def download_snapshot(
    repo: Repo,
    commit: str,
    files: Sequence[HubFile],
    parts: Path,
    target: Path,
    *,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> None:
    """Fetch `files` of `repo` at `commit` below `target`, in the layout of the repo.

    Until all are whole they lie in `parts` by their checksums, where a later call goes on with them;
    the hub's own client would begin a broken file anew. Raises as `download_file` does.
    """
    pieces = {parts / f"{number:04d}-{file.digest}": file for number, file in enumerate(files)}
    check_room(parts, sum(f.bytes - _size(path) for path, f in pieces.items()), _capital(repo))
    token = _token()
    with requests.Session() as session:
        session.headers.update(build_hf_headers(token=False, library_name="token-influence"))
        session.auth = _Bearer(token)
        for path, file in pieces.items():
            address = hf_hub_url(
                repo.repo, file.name, repo_type=repo.type, revision=commit, endpoint=endpoint()
            )
            what = f"{file.name} of {repo}"
            download_file(
                Remote(what, f"the hub {shown(endpoint())}", address),
                path,
                partial(file.verify, what=what),
                session=session,
                attempts=attempts,
                progress=progress,
                explain=_explain(repo, token),
            )
    for path, file in pieces.items():
        place = target / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)


def endpoint() -> str:
    """The hub's address: HF_ENDPOINT, or the public one."""
    return os.environ.get("HF_ENDPOINT", constants.ENDPOINT).rstrip("/")


def _token() -> str | None:
    """The token for gated repos, from the environment only."""
    return os.environ.get("HF_TOKEN", "").strip() or None


class _Bearer(AuthBase):
    """The token as a header; requests drops it where the hub redirects to another host."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def _explain(repo: Repo, token: str | None) -> Callable[[Any], str | None]:
    """The hub's refusals in a sentence; None for what is no refusal."""

    def sentence(response: Any) -> str | None:
        code, status = response.headers.get("X-Error-Code"), response.status_code
        if code == "RevisionNotFound":
            return f"{_capital(repo)} has no revision {repo.revision!r} on the hub."
        if code == "EntryNotFound":
            return f"{_capital(repo)} lacks a file at revision {repo.revision!r} that it listed."
        if response.headers.get("X-Error-Message", "").startswith("Invalid credentials"):
            return f"The hub {shown(endpoint())} does not accept the token in HF_TOKEN."
        if code == "GatedRepo" or status == 403:
            how = (
                "the account of the token in HF_TOKEN has no access"
                if token
                else "accept its terms on the hub, then set HF_TOKEN in the environment"
            )
            return f"{_capital(repo)} is gated: {how}."
        if code == "RepoNotFound" or status in (401, 404):
            how = (
                "or the token in HF_TOKEN may not see it"
                if token
                else "or it needs a token in HF_TOKEN in the environment"
            )
            return f"{_capital(repo)} was not found on the hub {shown(endpoint())}, {how}."
        return None

    return sentence


def _wanted(repo: Repo, names: Sequence[str]) -> set[str]:
    """The names among `names` that `repo` asks for; SourceError for what is missing or not read."""
    if repo.files is None:
        chosen = {name for name in names if _top_level(name, MODEL_FILES)}
        _check_model(repo, names, chosen)
        return chosen
    chosen = set()
    for pattern in repo.files:
        found = {name for name in names if matches(name, pattern)}
        if not found:
            raise SourceError(f"{_capital(repo)} has no file {pattern!r} at {repo.revision!r}.")
        chosen |= found
    for name in sorted(chosen):
        if not name.endswith(READ[repo.type]):
            raise SourceError(
                f"{name} of {repo} is not fetched: allowed are files that end in"
                f" {', '.join(READ[repo.type])}."
            )
        if fault := path_fault(name):
            raise SourceError(f"{_capital(repo)} is not safe: its file {name!r} {fault}.")
    return chosen


def _check_model(repo: Repo, names: Iterable[str], chosen: Iterable[str]) -> None:
    """Raise SourceError unless the files of a model that are fetched are all that it takes."""
    chosen = set(chosen)
    if "config.json" not in chosen:
        raise SourceError(f"{_capital(repo)} has no config.json at {repo.revision!r}.")
    if not any(name.endswith(".safetensors") for name in chosen):
        others = sorted(
            n for n in names if PurePosixPath(n).suffix in (".bin", ".pt", ".pth", ".gguf")
        )
        found = f"only {', '.join(others)}" if others else "and no other weights"
        raise SourceError(
            f"{_capital(repo)} has no safetensors at {repo.revision!r}, {found}; weights in other"
            " formats are not read."
        )
    if not chosen & set(TOKENIZERS):
        raise SourceError(f"{_capital(repo)} has no tokenizer at {repo.revision!r}.")


def _top_level(name: str, patterns: Iterable[str]) -> bool:
    return "/" not in name and any(matches(name, pattern) for pattern in patterns)


def _hub_file(sibling: RepoSibling) -> HubFile:
    digest = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id
    if sibling.size is None or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest or ""):
        raise SourceError(f"The hub {shown(endpoint())} tells no checksum of {sibling.rfilename}.")
    return HubFile(sibling.rfilename, sibling.size, str(digest))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _capital(repo: Repo) -> str:
    return f"T{str(repo)[1:]}"
