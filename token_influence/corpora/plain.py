"""Plain text files of one's own: each is a document, kept as it is but for its encoding."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from token_influence.corpora.document import Document, slug
from token_influence.corpora.text_files import files_below, read_text


def read_plain(roots: Sequence[Path]) -> Iterator[Document]:
    """The `.txt` files at or below `roots`, one document each, named by the file.

    Raises CorpusError for a root without text files and for a file that is not UTF-8 text.
    """
    for path in files_below(roots, (".txt",)):
        lines = (line.rstrip() for line in read_text(path).splitlines())
        yield Document(slug(path.stem), path.stem, "\n".join(lines).strip("\n"))
