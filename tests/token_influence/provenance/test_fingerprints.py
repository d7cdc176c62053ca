"""Checksums that are remembered, and never longer than the file stays as it was."""

import os
from pathlib import Path

import pytest

from token_influence.errors import SourceError
from token_influence.files import sha256
from token_influence.provenance import fingerprints
from token_influence.provenance.fingerprints import Fingerprints, files_below


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are read for their checksum."""
    read: list[Path] = []

    def counting(path: Path) -> str:
        read.append(path)
        return sha256(path)

    monkeypatch.setattr(fingerprints, "sha256", counting)
    return read


def test_a_file_is_read_once_and_again_only_when_it_changed(tmp_path: Path, reads: list[Path]):
    file, cache = tmp_path / "file", tmp_path / "cache.json"
    file.write_text("one")
    known = Fingerprints(cache)
    assert known.sha256(file) == known.sha256(file) == sha256(file)
    assert len(reads) == 1
    known.save()
    assert Fingerprints(cache).sha256(file) == sha256(file)
    assert len(reads) == 1


def test_other_content_of_equal_size_and_date_is_seen(tmp_path: Path, reads: list[Path]):
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_text("one")
    other.write_text("two")
    os.utime(other, ns=(0, file.stat().st_mtime_ns))
    known = Fingerprints(tmp_path / "cache.json")
    first = known.sha256(file)
    other.replace(file)
    assert known.sha256(file) != first
    file.write_text("one")  # in place, its date set back
    os.utime(file, ns=(0, 0))
    assert known.sha256(file) == first


def test_asking_writes_nothing_and_saving_forgets_what_is_gone(tmp_path: Path):
    file, cache = tmp_path / "file", tmp_path / "cache.json"
    file.write_text("one")
    known = Fingerprints(cache)
    known.sha256(file)
    assert not cache.exists()
    file.unlink()
    known.save()
    assert cache.read_text() == "{}\n"


@pytest.mark.parametrize(
    "content", ["", "[", "[]", '{"a": 1}', '{"a": [1, 2]}', "\x00", "[" * 200_000]
)
def test_a_damaged_cache_is_no_cache(tmp_path: Path, content: str):
    file, cache = tmp_path / "file", tmp_path / "cache.json"
    file.write_text("one")
    cache.write_text(content)
    assert Fingerprints(cache).sha256(file) == sha256(file)


def test_files_below_a_folder_a_file_and_nothing(tmp_path: Path):
    for name in ("b/c", "a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert files_below(tmp_path) == [tmp_path / "a", tmp_path / "b/c"]
    assert files_below(tmp_path / "a") == [tmp_path / "a"]
    assert files_below(tmp_path / "none") == []


def test_a_folder_has_the_checksum_of_each_of_its_files(tmp_path: Path):
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    for name in ("b", "below/a"):
        (folder / name).write_text(name)
    fingerprints = Fingerprints(tmp_path / "cache")
    expected = {str(folder / name): sha256(folder / name) for name in ("b", "below/a")}
    assert fingerprints.sha256_below(folder) == expected
    assert fingerprints.sha256_below(folder / "b") == {str(folder / "b"): sha256(folder / "b")}
    assert fingerprints.sha256_below(tmp_path / "absent") == {}


def test_a_named_pipe_is_no_cache(tmp_path: Path):
    os.mkfifo(tmp_path / "cache")
    fingerprints = Fingerprints(tmp_path / "cache")
    fingerprints.save()
    assert (tmp_path / "cache").read_text() == "{}\n"


def test_local_files_that_cannot_be_read_or_named_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    known = Fingerprints(tmp_path / "cache")
    folder = tmp_path / "folder"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/a\xff")).write_text("")
    with pytest.raises(SourceError, match=r"folder/a\\udcff' is not UTF-8: rename it\.$"):
        known.sha256_below(folder)
    (tmp_path / "file").write_text("")

    def refuse(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fingerprints, "sha256", refuse)
    with pytest.raises(SourceError, match=r"^The local file .*file cannot be read: Permission"):
        known.sha256_below(tmp_path / "file")
