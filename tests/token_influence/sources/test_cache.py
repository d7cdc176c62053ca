"""The files of a source are verified against its manifest, and restored where they are lost."""

import pytest
from package_server import FILE, SDIST
from tiny_archives import sha256

from token_influence.errors import SourceError
from token_influence.sources.cache import ensure_source, fingerprint_local
from token_influence.sources.fetch import fetch


def test_a_local_folder_is_fingerprinted_where_it_lies(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_bytes(b"two")
    (tmp_path / "one.txt").write_bytes(b"one")
    manifest = fingerprint_local(tmp_path, "mine")
    assert manifest == {
        "kind": "local",
        "path": str(tmp_path),
        "licence": "mine",
        "members": {
            "b/two.txt": {"sha256": sha256(b"two"), "bytes": 3},
            "one.txt": {"sha256": sha256(b"one"), "bytes": 3},
        },
    }
    assert list(manifest["members"]) == ["b/two.txt", "one.txt"]


def test_a_local_file_is_fingerprinted_by_its_name(tmp_path):
    (tmp_path / "one.txt").write_bytes(b"one")
    members = fingerprint_local(tmp_path / "one.txt")["members"]
    assert members == {"one.txt": {"sha256": sha256(b"one"), "bytes": 3}}


@pytest.mark.parametrize("name", ["missing", "empty.txt", "empty"])
def test_a_local_source_that_holds_nothing_is_refused(tmp_path, name):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=name):
        fingerprint_local(tmp_path / name)


def test_whole_files_are_not_fetched_again_but_missing_or_damaged_ones_are(index, tmp_path):
    pins = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}
    source = {"package": pins | {"members": ["demo-1.0/texts/*.txt"]}, "licence": "CC0"}
    folder = tmp_path / "demo"
    manifest = fetch(source, folder)
    one = folder / "demo-1.0/texts/one.txt"
    assert ensure_source(source, folder, manifest) == folder
    assert index.requests[f"/files/{FILE}"] == 1
    for damage in (lambda: one.write_bytes(b"uno"), one.unlink):
        damage()
        ensure_source(source, folder, manifest)
        assert one.read_bytes() == b"one"
    assert index.requests[f"/files/{FILE}"] == 3


def test_a_local_source_that_is_not_what_its_manifest_says_is_refused(tmp_path):
    path = tmp_path / "one.txt"
    path.write_bytes(b"one")
    source = {"local": str(path), "licence": "mine"}
    manifest = fetch(source, None)
    assert ensure_source(source, tmp_path / "nowhere", manifest) == path
    path.write_bytes(b"uno")
    with pytest.raises(SourceError, match="changed meanwhile"):
        ensure_source(source, tmp_path / "nowhere", manifest)
