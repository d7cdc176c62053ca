"""A corpus from the files of its sources: documents of plain text in a `datasets.Dataset`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from datasets import Dataset, Features, Value

from token_influence.corpora.document import Document, with_unique_ids
from token_influence.corpora.gutenberg import read_gutenberg
from token_influence.corpora.plain import read_plain
from token_influence.corpora.rows import read_rows, read_wikitext
from token_influence.corpora.wikipedia import read_wikipedia
from token_influence.corpora.works import Works
from token_influence.errors import CorpusError
from token_influence.parquet import write_parquet

READERS: dict[str, Callable[..., Iterator[Document]]] = {
    "gutenberg": read_gutenberg,
    "wikipedia": read_wikipedia,
    "text": read_plain,
    "wikitext": read_wikitext,
    "dataset": read_rows,
}
COLUMNS = ("document_id", "title", "author", "text")


def build_corpus(
    reader: str,
    roots: Sequence[Path],
    *,
    min_characters: int | None = None,
    documents: int | None = None,
    works: Works | None = None,
) -> Dataset:
    """The documents that `reader` finds in `roots`, the files or folders of the corpus's sources.

    Documents shorter than `min_characters` are left out (by default the reader's own minimum holds),
    and only the first `documents` of the rest are kept; what comes after them is not read. `works` says
    who wrote the files and which spans of them are documents; only the reader `gutenberg` takes them.

    Returns a data set with the columns `document_id` (unique), `title`, `author` (None where it is not
    known) and `text`, in an order that depends on the files and `works` only.

    Raises CorpusError for an unknown reader, for unreadable or unsuitable files, and if no document
    remains.
    """
    if reader not in READERS:
        raise CorpusError(f"There is no corpus reader {reader!r}, only {', '.join(READERS)}.")
    given = {"minimum_characters": min_characters, "works": works}
    options = {name: value for name, value in given.items() if value is not None}
    read = READERS[reader]([Path(root) for root in roots], **options)
    kept = list(with_unique_ids(islice(read, documents)))
    if not kept:
        raise CorpusError(f"The {reader} reader found no document in {', '.join(map(str, roots))}.")
    return Dataset.from_dict(
        {column: [getattr(document, column) for document in kept] for column in COLUMNS},
        features=Features({column: Value("string") for column in COLUMNS}),
    )


def write_corpus(corpus: Dataset, path: str | Path, provenance: Mapping[str, Any]) -> None:
    """Write `corpus` as Parquet; equal documents and provenance give equal bytes."""
    write_parquet(corpus.to_pandas(), path, provenance)
