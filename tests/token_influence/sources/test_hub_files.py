"""Which files of a repo are wanted, and what must not be read (see also test_hub)."""

import hashlib

import pytest

from token_influence.errors import SourceError
from token_influence.sources.hub_files import HubFile, Repo, wanted_files

SHA1, SHA256 = "a" * 40, "b" * 64
MODEL = [
    ("tokenizer.json", 5, SHA1),
    ("config.json", 5, SHA1),
    ("model.safetensors", 9, SHA256),
    ("pytorch_model.bin", 9, SHA256),
    ("onnx/model.safetensors", 9, SHA256),
]


def test_of_a_model_only_what_is_read_is_wanted():
    names = [file.name for file in wanted_files(Repo("own/tiny", "main"), MODEL)]
    assert names == ["config.json", "model.safetensors", "tokenizer.json"]


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("config.json", "has no config.json at 'main'"),
        ("model.safetensors", "no safetensors at 'main', only pytorch_model.bin; weights in other"),
        ("tokenizer.json", "has no tokenizer at 'main'"),
    ],
)
def test_a_model_that_lacks_something_is_refused(lost, words):
    with pytest.raises(SourceError, match=words):
        wanted_files(Repo("own/tiny", "main"), [entry for entry in MODEL if entry[0] != lost])


@pytest.mark.parametrize(("size", "digest"), [(None, SHA1), (5, None), (5, "zz")])
def test_a_file_without_a_stated_checksum_is_refused(size, digest):
    entries = [("config.json", size, digest), *MODEL[2:], MODEL[0]]
    with pytest.raises(SourceError, match=r"states no checksum of config\.json"):
        wanted_files(Repo("own/tiny", "main"), entries)


def test_a_small_file_is_verified_by_its_git_blob(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    blob = hashlib.sha1(b"blob 3\0abc").hexdigest()
    HubFile("a", 3, blob).verify(tmp_path / "a", "a")
    with pytest.raises(SourceError, match=f"the download has git blob {blob}, expected {SHA1}"):
        HubFile("a", 3, SHA1).verify(tmp_path / "a", "a")
