"""Checksums of files, and the sentence for one that differs."""

from pathlib import Path
from typing import Any

from token_influence.errors import SourceError
from token_influence.files import sha256


def fingerprint(path: Path) -> dict[str, Any]:
    """Checksum and size of the file at `path`, as manifests hold them."""
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def same_checksum(what: str, stated_by: str, actual: str, expected: str) -> None:
    """Raise SourceError unless the checksum `actual` of `what` is the `expected` one.

    `stated_by` says in the message where it comes from, such as "the index lists".
    """
    if actual != expected.lower():
        raise SourceError(
            f"The checksum of {what} differs: {stated_by} sha256 {actual}, expected {expected}."
        )


def same_fingerprint(what: str, path: Path, sha256: str) -> None:
    """Raise SourceError unless the downloaded file at `path` has that `sha256`."""
    same_checksum(what, "the download has", fingerprint(path)["sha256"], sha256)
