"""A new corpus reader is added in the files that docs/corpora.md names, and in no other."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tiny_study import REPOSITORY

from token_influence.corpora.build import READERS, build_corpus
from token_influence.corpora.document import Document
from token_influence.corpora.text_files import files_below, read_text


def read_paragraphs(roots: Sequence[Path], minimum_characters: int = 1) -> Iterator[Document]:
    """Each paragraph a document."""
    for path in files_below(roots, (".txt",)):
        for number, text in enumerate(read_text(path).split("\n\n")):
            if len(text) >= minimum_characters:
                yield Document(f"{path.stem}-{number}", text[:10], text)


def test_a_reader_that_is_registered_builds_a_corpus(tmp_path, monkeypatch):
    monkeypatch.setitem(READERS, "paragraphs", read_paragraphs)
    (tmp_path / "a.txt").write_text("One.\n\nA second paragraph.\n\nA third paragraph.")
    corpus = build_corpus("paragraphs", [tmp_path], min_characters=10, documents=1)
    assert corpus["document_id"][:] == ["a-1"]
    assert corpus["text"][:] == ["A second paragraph."]


def test_only_the_files_that_the_docs_name_know_the_readers():
    docs = (REPOSITORY / "docs/corpora.md").read_text(encoding="utf-8")
    section = docs.partition("## A new reader\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(token_influence/[\w/]+\.py)`", section))
    assert named
    knowing = set()
    for file in (REPOSITORY / "token_influence").rglob("*.py"):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        if "wikitext" in texts or "gutenberg" in texts:
            knowing.add(file.relative_to(REPOSITORY).as_posix())
    assert knowing <= named
