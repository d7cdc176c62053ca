"""All that asks the network for a source, as a process of its own (see `provenance.outside`)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from token_influence.provenance.answering import answer
from token_influence.sources.hub import download_snapshot, look_up
from token_influence.sources.hub_files import Entry, HubFile, Repo
from token_influence.sources.mirrors import download_from_mirrors
from token_influence.sources.package_index import download
from token_influence.sources.retries import ATTEMPTS


def package(path: str, **pins: Any) -> None:
    """A file of a package, to `path`."""
    download(archive=Path(path), **pins)


def mirrors(path: str, mirrors: list[str], sha256: str, **options: Any) -> None:
    """A file on the web, to `path`."""
    download_from_mirrors(mirrors, sha256, Path(path), **options)


def listing(repo: Mapping[str, Any], attempts: int) -> tuple[str, list[Entry]]:
    """The commit of a repo's revision, and the files there."""
    return look_up(Repo(**repo), attempts)


def snapshot(
    path: str,
    parts: str,
    repo: Mapping[str, Any],
    commit: str,
    files: list[Mapping[str, Any]],
    **options: Any,
) -> None:
    """Files of a repo, below the folder `path`; `parts` keeps what has arrived."""
    wanted = [HubFile(**file) for file in files]
    download_snapshot(Repo(**repo), commit, wanted, Path(parts), Path(path), **options)


KINDS: dict[str, Callable[..., Any]] = {
    "package": package,
    "mirrors": mirrors,
    "listing": listing,
    "snapshot": snapshot,
}


def transport(kind: str, request: Mapping[str, Any]) -> Any:
    """Do one request; `attempts` None in it stands for the usual number."""
    attempts = request["attempts"] or ATTEMPTS
    return KINDS[kind](**{**request, "attempts": attempts})


if __name__ == "__main__":
    answer(transport)
