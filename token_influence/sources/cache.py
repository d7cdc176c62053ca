"""The files of a source, verified against its manifest by the jobs that read them.

The files are a cache behind the manifest. This module only verifies them and has lost ones restored
by another process (`provenance.outside`), so that jobs do not depend on how a source is fetched.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from token_influence.errors import SourceError
from token_influence.provenance.outside import run_outside
from token_influence.sources.checksums import fingerprint

Manifest = dict[str, Any]


def ensure_source(source: Mapping[str, Any], folder: str | Path, manifest: Manifest) -> Path:
    """Where the files of a source lie (a local one's own path, else `folder`), verified.

    Files that are missing or differ from `manifest` are fetched again, by another process.

    Raises SourceError if fetching fails, or the source is no longer what `manifest` says.
    """
    if "local" in source:
        if fingerprint_local(source["local"], source.get("licence")) != manifest:
            raise SourceError(f"The local source {source['local']} changed meanwhile: run again.")
        return Path(source["local"])
    folder = Path(folder)
    if not holds(folder, manifest):
        request = {"source": dict(source), "folder": str(folder), "manifest": manifest}
        run_outside("token_influence.sources.fetch", request)
        if not holds(folder, manifest):
            raise SourceError(
                f"The files in {folder}, fetched again, are not those of the manifest."
            )
    return folder


def holds(folder: Path, manifest: Manifest) -> bool:
    """Whether `folder` holds the files of `manifest`, with their checksums."""
    return all(
        (folder / name).is_file() and fingerprint(folder / name) == known
        for name, known in manifest["members"].items()
    )


def fingerprint_local(path: str | Path, licence: str | None = None) -> Manifest:
    """The manifest of the user's own file or folder, which stays where it is.

    Returns `kind`, `path` (as given), `licence` and `members`
    (`{path below the folder, or the file's name: {"sha256", "bytes"}}`).

    Raises SourceError if there is nothing at `path`, or it is empty or unreadable.
    """
    root = Path(path)
    try:
        if root.is_dir():
            files = sorted(file for file in root.rglob("*") if file.is_file())
            members = {file.relative_to(root).as_posix(): fingerprint(file) for file in files}
        elif root.is_file():
            members = {root.name: fingerprint(root)}
        else:
            raise SourceError(f"The local source {path} is neither a file nor a folder.")
    except OSError as error:
        raise SourceError(f"The local source {path} cannot be read: {error.strerror}.") from error
    if not any(member["bytes"] for member in members.values()):
        raise SourceError(f"The local source {path} is empty.")
    return {"kind": "local", "path": str(path), "licence": licence, "members": members}
