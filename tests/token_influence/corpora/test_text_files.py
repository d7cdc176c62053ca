"""Text files become normalised text, or one sentence that names them."""

import os
from pathlib import Path

import pytest

from token_influence.corpora.text_files import files_below, read_text
from token_influence.errors import CorpusError


def text_of(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "some.txt"
    path.write_bytes(content)
    return read_text(path)


def test_mark_line_ends_and_unicode_are_normalised(tmp_path):
    content = b"\xef\xbb\xbfone\r\ntwo\rcafe\xcc\x81\x0cfour\x1a"
    assert text_of(tmp_path, content) == "one\ntwo\ncafé\nfour"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"text\0more", "binary"),
        (b"caf\xe9", "not UTF-8 .byte 3"),
    ],
)
def test_what_is_not_text_is_one_sentence_with_the_files_name(tmp_path, content, what):
    with pytest.raises(CorpusError, match=what) as caught:
        text_of(tmp_path, content)
    message = str(caught.value)
    assert "some.txt" in message
    assert message.endswith(".")
    assert "\n" not in message


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(CorpusError, match=r"nothing\.txt cannot be read"):
        read_text(tmp_path / "nothing.txt")


def test_files_come_sorted_within_each_root_and_roots_in_their_order(tmp_path):
    for name in ("b/two.txt", "b/one.txt", "b/notes.md", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = files_below([tmp_path / "b", tmp_path / "a.txt"], (".txt",))
    assert [path.name for path in found] == ["one.txt", "two.txt", "a.txt"]


def test_folders_are_looked_into_and_pipes_not_waited_for(tmp_path):
    (tmp_path / "novels.txt").mkdir()
    (tmp_path / "novels.txt/a.txt").write_text("a")
    assert [path.name for path in files_below([tmp_path], (".txt",))] == ["a.txt"]
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(CorpusError, match=r"pipe\.txt does not exist, or is no plain file"):
        files_below([tmp_path], (".txt",))


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_root_without_texts_is_refused(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=rf"no \*\.txt file at .*{name}"):
        files_below([tmp_path / name], (".txt",))


@pytest.mark.parametrize("inside", [False, True])
def test_a_name_that_is_not_utf8_is_one_sentence(tmp_path, inside):
    file = tmp_path / os.fsdecode(b"caf\xe9.txt")
    file.write_text("some text")
    with pytest.raises(CorpusError, match=r"caf\\udce9\.txt is not UTF-8: rename it") as caught:
        files_below([tmp_path if inside else file], (".txt",))
    str(caught.value).encode()  # can be printed
