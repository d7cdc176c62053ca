"""Checksums of files, and the sentence for one that differs."""

import hashlib
from pathlib import Path
from typing import Any

from token_influence.errors import SourceError


def fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}


def same_checksum(what: str, found_in: str, found: str, expected: str) -> None:
    if found != expected.lower():
        raise SourceError(
            f"The checksum of {what} differs: {found_in} sha256 {found}, expected {expected}."
        )


def same_fingerprint(what: str, path: Path, sha256: str) -> None:
    """Raise SourceError unless the downloaded file at `path` has that `sha256`."""
    same_checksum(what, "the download has", fingerprint(path)["sha256"], sha256)
