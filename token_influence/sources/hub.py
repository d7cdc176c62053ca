"""The Hugging Face hub: the commit and files of a repo, and their download."""

import os
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import requests
from huggingface_hub import HfApi, constants, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, RepoSibling
from huggingface_hub.utils import build_hf_headers
from requests.auth import AuthBase

from token_influence.errors import SourceError
from token_influence.sources.addresses import shown
from token_influence.sources.downloads import Remote, check_room, download_file
from token_influence.sources.hub_files import Entry, HubFile, Repo, capital
from token_influence.sources.retries import ATTEMPTS, CONNECT_AND_READ_SECONDS, attempt


def look_up(repo: Repo, attempts: int = ATTEMPTS) -> tuple[str, list[Entry]]:
    """The commit that `repo.revision` is now, and all files there.

    Raises SourceError if the repo or revision does not exist or access is refused;
    InterruptedFetchError while the hub cannot be reached.
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
                f"{capital(repo)} is not on this disk, and HF_HUB_OFFLINE forbids fetching it."
            ) from None
        except (ValueError, KeyError, TypeError):
            raise SourceError(f"{shown(endpoint())} does not answer as a hub does.") from None
        return info.sha or "", info.siblings or []

    what = f"{capital(repo)} could not be looked up on the hub {shown(endpoint())}"
    commit, siblings = attempt(what, attempts, ask, _explain(repo, token))
    return commit, [_entry(sibling) for sibling in siblings]


def _entry(sibling: RepoSibling) -> Entry:
    digest = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id
    return sibling.rfilename, sibling.size, digest


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

    Until all are complete they lie in `parts`, named by their checksums, where a later call goes on
    with them; the hub's own client would start an incomplete file again. What the hub's own client
    has downloaded is copied from its cache (`HF_HOME`). Raises as `download_file` does.
    """
    pieces = {parts / f"{number:04d}-{file.digest}": file for number, file in enumerate(files)}
    check_room(parts, sum(f.bytes - _size(path) for path, f in pieces.items()), capital(repo))
    for path, file in pieces.items():
        _copy_cached(repo, commit, file, path)
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
    """A function that returns a sentence for a refusal of the hub, None for other responses."""

    def sentence(response: Any) -> str | None:
        code, status = response.headers.get("X-Error-Code"), response.status_code
        if code == "RevisionNotFound":
            return f"{capital(repo)} has no revision {repo.revision!r} on the hub."
        if code == "EntryNotFound":
            return f"{capital(repo)} lacks a file at revision {repo.revision!r} that it listed."
        if response.headers.get("X-Error-Message", "").startswith("Invalid credentials"):
            return f"The hub {shown(endpoint())} does not accept the token in HF_TOKEN."
        if code == "GatedRepo" or status == 403:
            how = (
                "the account of the token in HF_TOKEN has no access"
                if token
                else "accept its terms on the hub, then set HF_TOKEN in the environment"
            )
            return f"{capital(repo)} is gated: {how}."
        if code == "RepoNotFound" or status in (401, 404):
            how = (
                "or the token in HF_TOKEN may not see it"
                if token
                else "or it needs a token in HF_TOKEN in the environment"
            )
            return f"{capital(repo)} was not found on the hub {shown(endpoint())}, {how}."
        return None

    return sentence


def _copy_cached(repo: Repo, commit: str, file: HubFile, path: Path) -> None:
    """Copy the file to `path` if the cache of the hub's own client has it with this checksum."""
    cached = try_to_load_from_cache(repo.repo, file.name, revision=commit, repo_type=repo.type)
    if path.exists() or not isinstance(cached, str):
        return
    try:
        file.verify(Path(cached), f"{file.name} of {repo}")
        shutil.copyfile(cached, path)
    except (SourceError, OSError):
        path.unlink(missing_ok=True)  # it is downloaded then


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
