"""Wanted members of a wheel, zip or tar archive, as plain files; unsafe ones are refused."""

import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from token_influence.checksums import fingerprint, same_checksum
from token_influence.errors import SourceError


@dataclass(frozen=True)
class Wanted:
    """Which members of which package file are wanted, and the checksums pinned for some."""

    file: str
    patterns: tuple[str, ...]
    sha256: dict[str, str]

    def has(self, member: str) -> bool:
        return any(matches(member, pattern) for pattern in self.patterns)


@dataclass(frozen=True)
class _Member:
    """One entry of an archive, whatever the archive's format."""

    name: str
    fault: str | None  # why it must not be unpacked
    open: Callable[[], IO[bytes]]


def extract(archive: Path, wanted: Wanted, target: Path) -> dict[str, dict[str, Any]]:
    """Put the wanted members of `archive` below `target`; return their fingerprints by path."""
    found: dict[str, dict[str, Any]] = {}
    try:
        for member in _members(archive, wanted.file):
            if not wanted.has(member.name):
                continue
            fault = member.fault or ("is there twice" if member.name in found else None)
            if fault:
                raise SourceError(f"{wanted.file} is not safe: its member {member.name!r} {fault}.")
            path = target / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as content, path.open("wb") as copy:
                shutil.copyfileobj(content, copy)
            found[member.name] = fingerprint(path)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
        reason = str(error).split("\n")[0].rstrip(".:")
        raise SourceError(f"{wanted.file} is not a readable archive: {reason}.") from error
    for pattern in [*wanted.patterns, *wanted.sha256]:
        if not any(matches(name, pattern) for name in found):
            raise SourceError(f"{wanted.file} has no member {pattern!r}.")
    for name, sha256 in wanted.sha256.items():
        same_checksum(f"{name} of {wanted.file}", "the member has", found[name]["sha256"], sha256)
    return dict(sorted(found.items()))


def _members(archive: Path, file: str) -> Iterator[_Member]:
    """The entries of a wheel, zip or tar archive that are not folders."""
    if file.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir():
                    # The upper half of the attributes is a Unix mode, or zero where none was kept.
                    kind = stat.S_IFMT(entry.external_attr >> 16)
                    fault = path_fault(entry.filename, kind in (0, stat.S_IFREG))
                    yield _Member(entry.filename, fault, partial(wheel.open, entry))
    else:
        with tarfile.open(archive) as sdist:
            for info in sdist:
                if not info.isdir():
                    fault = path_fault(info.name, info.isreg())
                    yield _Member(info.name, fault, partial(_tar_content, sdist, info))


def _tar_content(sdist: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = sdist.extractfile(info)
    assert content is not None  # only folders and links have none
    return content


def path_fault(name: str, regular: bool = True) -> str | None:
    """Why a file of that name, from elsewhere, must not be stored, or None if it may."""
    if PurePosixPath(name).is_absolute() or "\\" in name or ":" in name.split("/")[0]:
        return "has an absolute path"
    if ".." in PurePosixPath(name).parts:
        return "leads out of its folder"
    if not regular:
        return "is a link or a device, not a plain file"
    return None


def matches(name: str, pattern: str) -> bool:
    """Whether `name` is `pattern`, or matches it as a glob whose `*` matches `/` too."""
    # A plain name may hold brackets, which a pattern would take for a set of characters.
    return name == pattern or fnmatchcase(name, pattern)
