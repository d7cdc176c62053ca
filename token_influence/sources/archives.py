"""Wanted members of a wheel, zip or tar archive, as plain files; unsafe members are refused.

An archive is read twice. First everything is judged by what the headers declare, and only then is
anything unpacked. The headers themselves are read before anything can be judged, so their size is
limited.
"""

import bz2
import gzip
import lzma
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

from token_influence.disk import writing
from token_influence.errors import SourceError
from token_influence.sources.checksums import fingerprint, same_checksum
from token_influence.untrusted import reading

UNPACKED_MB = 2000
MOST_MEMBERS = 100_000
TAR_HEADER = 1 << 20  # bytes, with long names and extended attributes; a plain header has 512
TAR_HEADERS = 1 << 26  # bytes of all headers: tarfile can need two seconds per megabyte
ZIP_DIRECTORY = 1 << 24  # bytes of the list of all members
DEEPEST = 100  # folders
CHUNK = 1 << 16  # bytes unpacked at once
# With these methods zipfile unpacks all that it has read, and one block of bzip2 (40 bytes) can
# unpack to 46 MB; so they are read in small sips.
UNBOUNDED, SIP = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA), 32

COMPRESSED: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
    b"]\0\0": lzma.open,
}


@dataclass(frozen=True)
class Wanted:
    """Which members of which package file are wanted, and the pinned checksums of some of them.

    `unpacked_mb` is the limit, in megabytes, of what the archive unpacks to: for a zip the wanted
    members, for a tar all members, since it is read as a stream.
    """

    file: str
    patterns: tuple[str, ...]
    sha256: dict[str, str]
    unpacked_mb: int = UNPACKED_MB

    def has(self, member: "_Member") -> bool:
        return member.kind != "folder" and any(matches(member.name, p) for p in self.patterns)

    def unsafe(self, member: str, fault: str) -> SourceError:
        return SourceError(f"{self.file} is not safe: its member {member!r} {fault}.")


@dataclass(frozen=True)
class _Member:
    """One entry of an archive, whatever the archive's format."""

    name: str
    kind: Literal["file", "folder", "other"]
    size: int  # bytes, as declared
    passed: int  # bytes unpacked to get to the next entry
    chunk: int  # bytes to read at once
    open: Callable[[], IO[bytes]]


def extract(archive: Path, wanted: Wanted, target: Path) -> dict[str, dict[str, Any]]:
    """Unpack the wanted members of `archive` below `target`; return their fingerprints by path.

    Raises SourceError before anything is written if the archive declares too much content, a member
    twice, or a member that would lie outside `target`. Raises SourceError, too, for a damaged archive,
    a missing member, a checksum that differs, and a full disk; what was unpacked until then stays.
    """
    with reading(f"The archive {wanted.file}", SourceError):
        _judge(archive, wanted, target)
        unpacked = {
            member.name: _unpack(member, wanted, target)
            for member in _members(archive, wanted.file)
            if wanted.has(member)
        }
    for pattern in [*wanted.patterns, *wanted.sha256]:
        if not any(matches(name, pattern) for name in unpacked):
            raise SourceError(f"{wanted.file} has no member {pattern!r}.")
    for name, sha256 in wanted.sha256.items():
        same_checksum(
            f"{name} of {wanted.file}", "the member has", unpacked[name]["sha256"], sha256
        )
    return dict(sorted(unpacked.items()))


def _judge(archive: Path, wanted: Wanted, target: Path) -> None:
    """Raise SourceError unless all wanted members may be unpacked below `target`."""
    root = target.resolve()
    landings: set[Path] = set()
    no_folders: set[PurePosixPath] = set()
    chosen: list[str] = []
    unpacked = 0
    for member in _members(archive, wanted.file):
        if member.kind != "folder":
            no_folders.add(PurePosixPath(member.name))
        unpacked += max(member.passed, member.size if wanted.has(member) else 0)
        if unpacked > wanted.unpacked_mb * 1_000_000:
            raise SourceError(
                f"{wanted.file} unpacks to too much: its member {member.name!r} has "
                f"{member.size / 1e6:,.1f} MB, which makes {unpacked / 1e6:,.1f} MB or more; allowed "
                f"are {wanted.unpacked_mb:,} MB, the unpacked_mb of its source."
            )
        if not wanted.has(member):
            continue
        if fault := path_fault(member.name, member.kind == "file"):
            raise wanted.unsafe(member.name, fault)
        landing = (target / member.name).resolve()
        if not landing.is_relative_to(root):
            raise wanted.unsafe(member.name, f"would land at {landing}, outside of {target}")
        if landing in landings:
            raise wanted.unsafe(member.name, "is there twice")
        landings.add(landing)
        chosen.append(member.name)
    for name in chosen:
        # A link is never unpacked, but a member behind it was meant for the place it leads to.
        if behind := no_folders.intersection(PurePosixPath(name).parents):
            raise wanted.unsafe(name, f"lies behind {str(min(behind))!r}, which is no folder")


def _unpack(member: _Member, wanted: Wanted, target: Path) -> dict[str, Any]:
    """Write one member below `target`; SourceError unless it has the size that it declares."""
    path, left = target / member.name, member.size
    with writing(f"{member.name} of {wanted.file}", target, SourceError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with member.open() as content, path.open("wb") as copy:
            while left >= 0 and (chunk := content.read(member.chunk)):
                copy.write(chunk)
                left -= len(chunk)
    if left:
        raise wanted.unsafe(member.name, f"has not the {member.size} bytes that it declares")
    return fingerprint(path)


# --- the formats ----------------------------------------------------------------------------------


class _Rationed:
    """A file of which only `ration` bytes may be read; None means no limit."""

    def __init__(self, file: IO[bytes], sentence: str) -> None:
        self._file, self._sentence = file, sentence
        self.ration: int | None = None

    def read(self, size: int = -1) -> bytes:
        """Read like a file. Raises SourceError instead of reading more than the ration."""
        if self.ration is None:
            return self._file.read(size)
        most = self.ration + 1
        content = self._file.read(most if size < 0 else min(size, most))
        self.ration -= len(content)
        if self.ration < 0:
            raise SourceError(self._sentence)
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _members(archive: Path, file: str) -> Iterator[_Member]:
    """The entries of a wheel, zip or tar archive; SourceError for more than MOST_MEMBERS."""
    read = _zip_members if file.endswith((".whl", ".zip")) else _tar_members
    for number, member in enumerate(read(archive, file)):
        if number == MOST_MEMBERS:
            raise SourceError(f"{file} has more than {MOST_MEMBERS:,} members, which are allowed.")
        yield member


def _zip_members(archive: Path, file: str) -> Iterator[_Member]:
    sentence = f"{file} has a list of members of more than {ZIP_DIRECTORY:,} bytes."
    with archive.open("rb") as plain:
        rationed: Any = _Rationed(plain, sentence)
        rationed.ration = ZIP_DIRECTORY
        with zipfile.ZipFile(rationed) as wheel:
            rationed.ration = None
            for entry in wheel.infolist():
                # The upper half of the attributes is a Unix mode, or zero where none was kept.
                regular = stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG)
                kind = _kind(regular, entry.is_dir())
                chunk = SIP if entry.compress_type in UNBOUNDED else CHUNK
                content = partial(_zip_content, wheel, entry, chunk)
                yield _Member(entry.filename, kind, entry.file_size, 0, chunk, content)


def _zip_content(wheel: zipfile.ZipFile, entry: zipfile.ZipInfo, chunk: int) -> IO[bytes]:
    entry.file_size += 1  # otherwise zipfile would silently cut off what unpacks to more
    content: Any = wheel.open(entry)
    content.MIN_READ_SIZE = chunk
    return content


def _tar_members(archive: Path, file: str) -> Iterator[_Member]:
    with closing(_decompressed(archive)) as stream:
        rationed: Any = _Rationed(stream, f"{file} has a header of more than {TAR_HEADER:,} bytes.")
        rationed.ration = TAR_HEADER
        sdist: Any  # its type does not declare `members`
        with tarfile.open(fileobj=rationed, mode="r:") as sdist:
            end, headers = 0, 0
            while info := sdist.next():
                rationed.ration = None
                headers += info.offset_data - end
                if headers > TAR_HEADERS:
                    raise SourceError(f"{file} has headers of more than {TAR_HEADERS:,} bytes.")
                passed, end = sdist.offset - end, sdist.offset
                if passed <= 0 or info.size < 0:  # the header would be read again and again
                    raise SourceError(f"{file} is not safe: {info.name!r} has a negative size.")
                content = partial(_tar_content, sdist, info)
                kind = _kind(info.isreg(), info.isdir())
                yield _Member(info.name, kind, info.size, passed, CHUNK, content)
                # Otherwise both would grow in memory.
                sdist.members.clear()
                sdist.pax_headers = {}
                rationed.ration = TAR_HEADER


def _kind(regular: bool, folder: bool) -> Literal["file", "folder", "other"]:
    if folder:
        return "folder"
    return "file" if regular else "other"


def _decompressed(archive: Path) -> Any:
    with archive.open("rb") as plain:
        beginning = plain.read(6)
    known = (opener for magic, opener in COMPRESSED.items() if beginning.startswith(magic))
    return next(known, partial(open, mode="rb"))(archive)


def _tar_content(sdist: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = sdist.extractfile(info)
    assert content is not None  # only folders and links have none
    return content


# --- names ----------------------------------------------------------------------------------------


def path_fault(name: str, regular: bool = True) -> str | None:
    """Why a file with that name from elsewhere must not be stored, or None if it may be."""
    path = PurePosixPath(name)
    if path.is_absolute() or "\\" in name or ":" in name.split("/")[0]:
        return "has an absolute path"
    if ".." in path.parts:
        return "leads out of its folder"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "has a name that is no text"
    if len(path.parts) > DEEPEST:
        return f"lies more than {DEEPEST} folders deep"
    if not regular:
        return "is a link or a device, not a plain file"
    return None


def matches(name: str, pattern: str) -> bool:
    """Whether `name` is `pattern`, or matches it as a glob whose `*` matches `/` too."""
    # A plain name may contain brackets, which a pattern would read as a set of characters.
    return name == pattern or fnmatchcase(name, pattern)
