"""The user's own plain text files: each is a document, unchanged except for its encoding."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from token_influence.corpora.document import Document, slug
from token_influence.corpora.text_files import files_below, read_text
from token_influence.errors import CorpusError


def read_plain(roots: Sequence[Path], minimum_characters: int = 1) -> Iterator[Document]:
    """The `.txt` files at or below `roots`, one document each, named by the file.

    A document of fewer than `minimum_characters` is left out.

    Raises CorpusError for a root without text files, for a file that is not UTF-8 text, and for two
    files with the same text: it would be measured twice, and the intervals be too narrow.
    """
    first_with: dict[bytes, Path] = {}
    for path in files_below(roots, (".txt",)):
        lines = (line.rstrip() for line in read_text(path).splitlines())
        text = "\n".join(lines).strip("\n")
        if len(text) >= minimum_characters:
            first = first_with.setdefault(sha256(text.encode()).digest(), path)
            if first is not path:
                raise CorpusError(
                    f"The text files {first} and {path} hold the same text: leave one of them out."
                )
            yield Document(slug(path.stem), path.stem, text)
