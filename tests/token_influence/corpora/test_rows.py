"""Data sets of rows become documents: WikiText's lines its articles, other rows one each."""

import errno
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets.exceptions import DatasetGenerationError

from token_influence.corpora import rows
from token_influence.corpora.build import build_corpus
from token_influence.corpora.rows import read_rows, read_wikitext
from token_influence.errors import CorpusError

# As the hub's raw version has them: a row is a line with its end, blank lines are empty rows.
WIKITEXT = [
    "",
    " = First Article = \n",
    "",
    " It is well @-@ known , with 1 @,@ 000 things . \n",
    " = not a title but a line = \n",
    "",
    " = = Section = = \n",
    "",
    " More of it . \n",
    "",
    " = Second = \n",
    "",
    " Other . \n",
]


def parquet(path: Path, rows: list[str], column: str = "text") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({column: rows}), path)
    return path


def test_the_lines_of_wikitext_become_its_articles_as_they_stand(tmp_path):
    parquet(tmp_path / "raw/test-0.parquet", WIKITEXT)
    first, second = read_wikitext([tmp_path])
    assert (first.document_id, first.title) == ("first-article", "First Article")
    assert first.text == (
        " = First Article = \n\n It is well @-@ known , with 1 @,@ 000 things . \n"
        " = not a title but a line = \n\n = = Section = = \n\n More of it . "
    )
    assert (second.title, second.text) == ("Second", " = Second = \n\n Other . ")


def test_other_rows_are_a_document_each_and_blank_ones_none(tmp_path):
    parquet(tmp_path / "a.parquet", ["One\nmore", " ", "Two"])
    (tmp_path / "b.jsonl").write_text('{"text": "Three", "url": "x"}\n')
    found = [(d.document_id, d.title, d.text) for d in read_rows([tmp_path])]
    assert found == [("a-0", "One", "One\nmore"), ("a-2", "Two", "Two"), ("b-0", "Three", "Three")]


def test_reading_leaves_no_cache_behind(tmp_path, monkeypatch):
    parquet(tmp_path / "in/a.parquet", ["One"])
    for folder in ("home", "tmp"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    assert len(build_corpus("dataset", [tmp_path / "in"])) == 1
    assert not list((tmp_path / "home").rglob("*"))
    assert not [path for path in (tmp_path / "tmp").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.parquet", b"no parquet", "cannot be read: Parquet magic bytes not found"),
        ("a.jsonl", b"{broken", "cannot be read: JSON parse error"),
        ("a.jsonl", b'{"words": "x"}\n', "no column 'text' of strings, only words"),
        ("a.jsonl", b'{"text": 3}\n', "no column 'text' of strings"),
        ("a.csv", b"text", r"no \*\.parquet or \*\.jsonl file"),
    ],
)
def test_what_will_not_do_is_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=sentence) as caught:
        build_corpus("dataset", [tmp_path])
    assert "\n" not in str(caught.value)


def test_a_file_of_another_kind_is_one_sentence(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"a\.jsonl\.gz is no \.parquet or \.jsonl"):
        build_corpus("dataset", [tmp_path / "a.jsonl.gz"])


def test_a_full_disk_is_not_the_file_s_fault(tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise DatasetGenerationError from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(rows, "load_dataset", fail)
    path = parquet(tmp_path / "a.parquet", ["One"])
    with pytest.raises(CorpusError, match=r"rows of .*a\.parquet can't be written: .* is full\."):
        build_corpus("dataset", [path])


def test_wikitext_without_any_article_is_refused(tmp_path):
    parquet(tmp_path / "a.parquet", ["", " no title \n"])
    with pytest.raises(CorpusError, match="wikitext reader found no document"):
        build_corpus("wikitext", [tmp_path])
