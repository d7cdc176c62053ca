"""A repo of the Hugging Face hub, its files, and their checksums."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from token_influence.errors import SourceError
from token_influence.sources.checksums import same_fingerprint


@dataclass(frozen=True)
class Repo:
    """A repo of the hub at a revision, and the patterns of the files that are wanted of it."""

    repo: str
    revision: str
    type: str = "model"
    files: Sequence[str] | None = None

    def __str__(self) -> str:
        return f"the {self.type} repo {self.repo}"


@dataclass(frozen=True)
class HubFile:
    """A file of a repo; `digest` is its sha256 or, if the hub states only that, its git blob's sha1."""

    name: str
    bytes: int
    digest: str

    def verify(self, path: Path, what: str) -> None:
        """Raise SourceError, which calls the file `what`, unless the file at `path` is this one."""
        if len(self.digest) == 64:
            same_fingerprint(what, path, self.digest)
        elif (blob := _git_blob(path)) != self.digest:
            raise SourceError(
                f"The checksum of {what} differs: the download has git blob {blob}, expected"
                f" {self.digest}."
            )


def _git_blob(path: Path) -> str:
    """The name that git gives to the content of a file."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
