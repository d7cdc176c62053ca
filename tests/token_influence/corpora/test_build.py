"""A corpus is one data set of documents, and the same bytes whenever it is built."""

from pathlib import Path

import pandas as pd
import pytest

from token_influence.corpora.__main__ import main
from token_influence.corpora.build import build_corpus, write_corpus
from token_influence.errors import CorpusError
from token_influence.parquet import read_provenance


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "Émile Zola.txt").write_text("Un  texte.\n\n  Indented  \n", encoding="utf-8")
    (folder / "a.txt").write_text("Another text.", encoding="utf-8")
    return folder


def test_columns_and_order(folder):
    corpus = build_corpus("text", [folder])
    assert corpus.column_names == ["document_id", "title", "author", "text"]
    assert corpus["document_id"][:] == ["a", "emile-zola"]
    assert corpus["title"][:] == ["a", "Émile Zola"]
    assert corpus["text"][:] == ["Another text.", "Un  texte.\n\n  Indented"]


def test_two_files_of_one_name_get_two_names(folder, tmp_path):
    other = tmp_path / "other" / "a.txt"
    other.parent.mkdir()
    other.write_text("Other text.")
    corpus = build_corpus("text", [folder / "a.txt", other])
    assert corpus["document_id"][:] == ["a", "a-2"]


@pytest.mark.parametrize("copied", ["the file itself", "a copy", "a copy with other line ends"])
def test_a_text_given_twice_is_refused_with_both_files(tmp_path, copied):
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_bytes(b"one\ntwo\n")
    second.write_bytes(first.read_bytes() if copied == "a copy" else b"one\r\ntwo")
    roots = [first, first] if copied == "the file itself" else [tmp_path]
    with pytest.raises(CorpusError, match=r"first\.txt and .*\.txt hold the same text: leave one"):
        build_corpus("text", roots)


def test_equal_files_give_equal_bytes(folder, tmp_path):
    for name in ("one", "two"):
        write_corpus(build_corpus("text", [folder]), tmp_path / name, {"code": "abc"})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert read_provenance(tmp_path / "one") == {"code": "abc"}
    assert list(pd.read_parquet(tmp_path / "one")["document_id"]) == ["a", "emile-zola"]


def test_a_corpus_without_a_document_is_refused(folder):
    with pytest.raises(CorpusError, match="gutenberg reader found no document"):
        build_corpus("gutenberg", [folder])  # both texts are too short for it


def test_an_unknown_reader_is_answered_with_those_that_are_there(folder):
    with pytest.raises(CorpusError, match="no corpus reader 'pdf', only gutenberg, wikipedia"):
        build_corpus("pdf", [folder])


def test_the_preview_shows_the_size_and_how_documents_begin(folder, tmp_path, capsys):
    write_corpus(build_corpus("text", [folder]), tmp_path / "corpus.parquet", {})
    main(str(tmp_path / "corpus.parquet"))
    told = capsys.readouterr().out
    assert told.startswith("2 documents, 35 characters\n")
    assert "--- emile-zola: Émile Zola\nUn  texte." in told


def test_short_documents_are_left_out_and_only_the_first_of_the_others_are_read(tmp_path):
    for name, text in {"a": "long enough", "b": "short", "c": "long as well"}.items():
        (tmp_path / f"{name}.txt").write_text(text)
    (tmp_path / "d.txt").write_bytes(b"\xff")  # is refused when it is read
    corpus = build_corpus("text", [tmp_path], min_characters=6, documents=2)
    assert corpus["document_id"][:] == ["a", "c"]
    with pytest.raises(CorpusError, match="not UTF-8"):
        build_corpus("text", [tmp_path], min_characters=6, documents=3)
