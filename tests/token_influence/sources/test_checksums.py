"""Checksums of files, and the sentence for one that differs."""

import hashlib

import pytest

from token_influence.errors import SourceError
from token_influence.sources.checksums import fingerprint, same_checksum, same_fingerprint


def test_a_fingerprint_is_checksum_and_size(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    assert fingerprint(tmp_path / "a") == {"sha256": digest, "bytes": 3}
    same_fingerprint("a", tmp_path / "a", digest.upper())
    with pytest.raises(
        SourceError, match=f"checksum of a differs: the download has sha256 {digest}"
    ):
        same_fingerprint("a", tmp_path / "a", "0" * 64)


def test_the_sentence_names_both_checksums():
    with pytest.raises(SourceError, match="of a differs: the index lists sha256 1, expected 2"):
        same_checksum("a", "the index lists", "1", "2")
