"""Project Gutenberg files as documents: the author's text with prose unwrapped, each passage once."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from token_influence.corpora.deduplication import without_repeated_passages
from token_influence.corpora.document import Document, slug
from token_influence.corpora.editions import TITLE, split_licence, without_apparatus
from token_influence.corpora.text_files import files_below, read_text
from token_influence.corpora.unwrapping import paragraphs


def read_gutenberg(roots: Sequence[Path], minimum_characters: int = 1000) -> Iterator[Document]:
    """The `.txt` files at or below `roots`, one document each.

    Licence, editorial apparatus and notes are removed (`editions`), prose is unwrapped (`unwrapping`),
    a passage that several documents share is kept in one of them (`deduplication`), and a document
    with fewer than `minimum_characters` remaining is left out.

    Raises CorpusError for a root without text files and for a file that is not UTF-8 text.
    """
    documents = [_document(path) for path in files_below(roots, (".txt",))]
    for document in without_repeated_passages(documents):
        if len(document.text) >= minimum_characters:
            yield document


def _document(path: Path) -> Document:
    header, body = split_licence(read_text(path))
    text = paragraphs(without_apparatus(body))
    stated = TITLE.search(header)
    title = stated.group(1) if stated else text.split("\n", 1)[0]
    # `_gut` only says which edition of the play this is.
    return Document(slug(re.sub(r"_gut$", "", path.stem)), title.strip(), text)
