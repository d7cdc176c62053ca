"""Checksums of files, which are read again only if their size, dates or inode changed.

Planning compares the content of every result and every local input. The cache makes that fast. It holds
nothing that cannot be computed again, and only real runs save it, since planning writes nothing.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from token_influence.errors import SourceError
from token_influence.files import sha256, write_json
from token_influence.untrusted import reading


class Fingerprints:
    """SHA-256 of files by path; `save` keeps them in the JSON file `cache`."""

    def __init__(self, cache: str | Path) -> None:
        self.cache = Path(cache)
        self._known = dict(_read(self.cache))

    def sha256(self, path: str | Path) -> str:
        """The checksum of the file's current content; OSError if it cannot be read."""
        # The change time, too: it changes even if a copy keeps the size and the date.
        status = Path(path).stat()
        seen = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._known.get(str(path))
        if known is None or known[:-1] != seen:
            known = [*seen, sha256(path)]
            self._known[str(path)] = known
        return known[-1]

    def sha256_below(self, path: str | Path) -> dict[str, str]:
        """The checksum of the file at `path`, or of each file of the folder there, by path.

        Raises SourceError if one cannot be read, or if its name is not UTF-8.
        """
        with reading(f"The local folder {path}", SourceError):
            files = files_below(path)
        checksums = {}
        for file in map(str, files):
            try:
                file.encode()
            except UnicodeEncodeError as error:
                raise SourceError(
                    f"The name of the local file {file!a} is not UTF-8: rename it."
                ) from error
            with reading(f"The local file {file}", SourceError):
                checksums[file] = self.sha256(file)
        return checksums

    def save(self) -> None:
        """Write the checksums of the files that still exist."""
        write_json({p: known for p, known in self._known.items() if Path(p).exists()}, self.cache)


def _read(cache: Path) -> Iterator[tuple[str, list]]:
    """The valid entries of a cache file; none if it is damaged."""
    with suppress(OSError, ValueError, RecursionError):
        if not cache.is_file():  # a named pipe would be waited for
            return
        content = json.loads(cache.read_text(encoding="utf-8"))
        for path, known in content.items() if isinstance(content, Mapping) else ():
            if isinstance(known, list) and len(known) == 5 and isinstance(known[-1], str):
                yield path, known


def files_below(path: str | Path) -> list[Path]:
    """The file at `path`, or all files of the folder there, in a fixed order.

    Raises OSError if a folder cannot be listed.
    """
    root = Path(path)
    if root.is_file() or not root.exists():
        return [root] if root.is_file() else []
    files = (
        Path(folder, name) for folder, _, names in os.walk(root, onerror=_fail) for name in names
    )
    return sorted(file for file in files if file.is_file())


def _fail(error: OSError) -> None:
    raise error
