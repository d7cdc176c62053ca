"""One document of a corpus, and the identifiers of documents."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Document:
    """A text that windows are drawn from; no window crosses from one document into another."""

    document_id: str
    title: str
    text: str
    author: str | None = None  # where it is known


def slug(name: str) -> str:
    """`name` as lower-case ASCII words joined by hyphens; `document` if nothing remains."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "document"


def with_unique_ids(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents; a repeated `document_id` gets `-2`, `-3` … in the order of arrival."""
    seen: set[str] = set()
    copies: dict[str, int] = {}  # thousands may share one: titles in another script
    for document in documents:
        unique, copy = document.document_id, copies.get(document.document_id, 1)
        while unique in seen:
            copy += 1
            unique = f"{document.document_id}-{copy}"
        copies[document.document_id] = copy
        seen.add(unique)
        yield replace(document, document_id=unique)
