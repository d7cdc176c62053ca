"""One file over HTTP: resumed where an earlier run broke off, verified, and its progress shown."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from tqdm import tqdm

from token_influence.errors import SourceError
from token_influence.sources.retries import ATTEMPTS, CONNECT_AND_READ_SECONDS, attempt, say

CHUNK = 1 << 16  # bytes; an incomplete chunk is lost when a connection breaks off
PARTIAL, UNSATISFIABLE = 206, 416


@dataclass(frozen=True)
class Remote:
    """A file on a server: messages call it `name` and its server `place`."""

    name: str
    place: str
    address: str

    @property
    def failed(self) -> str:
        """The beginning of a sentence about its download."""
        return f"{self.name} could not be fetched from {self.place}"


def download_file(
    remote: Remote,
    path: Path,
    verify: Callable[[Path], None],
    *,
    session: requests.Session,
    attempts: int = ATTEMPTS,
    progress: bool = True,
    explain: Callable[[Any], str | None] = lambda response: None,
) -> None:
    """Fetch `remote` to `path`, going on after the part of the file that `path` already holds.

    `verify` raises SourceError unless the file is the expected one. Raises SourceError in that case
    (and removes `path`), if the server refuses (with the sentence of `explain`, if it gives one) and
    if the disk is too small; InterruptedFetchError if trying again later may help.
    """
    resumed = path.exists()
    if resumed and _passes(verify, path):
        return
    attempt(remote.failed, attempts, lambda: _transfer(session, remote, path, progress), explain)
    if resumed and not _passes(verify, path):  # it may have held a part of another file
        path.unlink(missing_ok=True)
        attempt(
            remote.failed, attempts, lambda: _transfer(session, remote, path, progress), explain
        )
    try:
        verify(path)
    except SourceError:
        path.unlink()
        raise


def _passes(verify: Callable[[Path], None], path: Path) -> bool:
    try:
        verify(path)
    except SourceError:
        return False
    return True


def _transfer(session: requests.Session, remote: Remote, path: Path, progress: bool) -> None:
    """One request for the missing part of `path`, which is appended to it."""
    have = path.stat().st_size if path.exists() else 0
    # Uncompressed: in a compressed answer the positions of bytes would differ.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with session.get(
        remote.address, headers=headers, stream=True, timeout=CONNECT_AND_READ_SECONDS
    ) as response:
        if have and response.status_code == UNSATISFIABLE:  # complete, or another file
            return
        response.raise_for_status()
        if response.status_code != PARTIAL:  # the server does not support ranges
            have = 0
        missing = _stated(response)
        check_room(path.parent, missing or 0, remote.name)
        with path.open("ab") as file, _bar(remote.name, have, missing, progress) as bar:
            file.truncate(have)
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                bar.update(len(chunk))


def check_room(folder: Path, needed: int, name: str) -> None:
    """Raise SourceError unless the disk under `folder` has room for `needed` more bytes."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise SourceError(
            f"{name} needs {needed / 1e6:.1f} MB more, but the disk of {folder} has only"
            f" {free / 1e6:.1f} MB free."
        )


def _bar(name: str, have: int, missing: int | None, progress: bool) -> Any:
    """A progress bar on a terminal, plain lines elsewhere."""
    total = None if missing is None else have + missing
    if progress and sys.stderr.isatty():
        return tqdm(desc=name, total=total, initial=have, unit="B", unit_scale=True)
    return _Lines(name, have, total if progress else None)


class _Lines:
    """Download progress as a few plain lines, for logs: one per quarter of the file."""

    def __init__(self, name: str, done: int, total: int | None) -> None:
        self.name, self.total, self.done = name, total, done
        self.quarters = self._quarters()
        if done and total:
            say(f"{name}: going on after {done / 1e6:.1f} MB")

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, increment: int) -> None:
        self.done += increment
        if self._quarters() > self.quarters:
            self.quarters = self._quarters()
            say(f"{self.name}: {self.done / 1e6:.1f} of {(self.total or 0) / 1e6:.1f} MB")

    def _quarters(self) -> int:
        return 4 * self.done // self.total if self.total else 0


def stated_bytes(head: requests.Response) -> int | None:
    """The size of a file as the server states it, without the file; None if it states none."""
    head.raise_for_status()
    return _stated(head)


def _stated(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if re.fullmatch("[0-9]{1,18}", length) else None
