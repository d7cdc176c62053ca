"""Project Gutenberg files as documents: the author's text with prose unwrapped, each passage once."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType

from token_influence.corpora.deduplication import without_repeated_passages
from token_influence.corpora.document import Document, slug
from token_influence.corpora.editions import AUTHOR, TITLE, split_licence, without_apparatus
from token_influence.corpora.text_files import files_below, read_text
from token_influence.corpora.unwrapping import paragraphs
from token_influence.corpora.works import Works, check_files, cut, works_in

NO_WORKS: Works = MappingProxyType({})


def read_gutenberg(
    roots: Sequence[Path], minimum_characters: int = 1000, works: Works = NO_WORKS
) -> Iterator[Document]:
    """The `.txt` files at or below `roots`, one document each; of a file with spans, one for each span.

    Licence, editorial apparatus and notes are removed (`editions`), prose is unwrapped (`unwrapping`),
    a passage that several documents share is kept in one of them (`deduplication`), and a document
    with fewer than `minimum_characters` remaining is left out. The author is the one whom `works` or
    the header names.

    Raises CorpusError for a root without text files, for a file that is not UTF-8 text, and for one of
    the `works` that is not there.
    """
    paths = files_below(roots, (".txt",))
    check_files(paths, works)
    documents = [document for path in paths for document in _documents(path, works)]
    for document in without_repeated_passages(documents):
        if len(document.text) >= minimum_characters:
            yield document


def _documents(path: Path, works: Works) -> Iterator[Document]:
    """The works of one file; where none is declared, the whole file is one."""
    content = read_text(path)
    declared = works_in(path, works)
    if not declared:
        yield _whole(path, content, None)
    for place, work in declared.items():
        if work.title is None:
            yield _whole(path, content, work.author)
        else:
            yield _span(cut(content, path, place, work), work.title, work.author)


def _whole(path: Path, content: str, author: str | None) -> Document:
    header, body = split_licence(content)
    text = paragraphs(without_apparatus(body))
    title = _stated(TITLE, header) or text.split("\n", 1)[0].strip()
    # `_gut` only says which edition of the play this is.
    name = slug(re.sub(r"_gut$", "", path.stem))
    return Document(name, title, text, author or _stated(AUTHOR, header))


def _span(content: str, title: str, author: str) -> Document:
    return Document(slug(title), title, paragraphs(without_apparatus(content)), author)


def _stated(pattern: re.Pattern[str], header: str) -> str | None:
    found = pattern.search(header)
    return found.group(1).strip() if found else None
