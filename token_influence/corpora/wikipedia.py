"""Wikipedia's XML dumps as documents: the articles, in plain prose."""

import bz2
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from token_influence.corpora.document import Document, slug
from token_influence.corpora.text_files import files_below
from token_influence.corpora.wikitext import prose
from token_influence.errors import CorpusError

OPENERS: dict[str, Callable[[Path], Any]] = {
    ".bz2": bz2.BZ2File,
    ".gz": gzip.GzipFile,
    ".xml": partial(Path.open, mode="rb"),
}


def read_wikipedia(roots: Sequence[Path], minimum_characters: int = 500) -> Iterator[Document]:
    """The articles of the `pages-articles` dumps (`.bz2`, `.gz` or `.xml`) at or below `roots`.

    Redirects and pages outside the article namespace are passed over, and so is an article of which
    fewer than `minimum_characters` of prose remain: disambiguation pages and bare lists.

    Raises CorpusError for a root without dumps and for a file that is not one.
    """
    for path in files_below(roots, tuple(OPENERS)):
        for title, wikitext in articles(path):
            if len(wikitext) < minimum_characters:
                continue  # parsing takes long, and prose is shorter than its markup
            text = prose(wikitext)
            if len(text) >= minimum_characters:
                yield Document(slug(title), title, text)


def articles(path: Path) -> Iterator[tuple[str, str]]:
    """Title and wikitext of each article in a dump, read as a stream.

    Raises CorpusError if the file cannot be read as such a dump, as far as it is read.
    """
    namespaces: set[str] = set()
    try:
        with OPENERS.get(path.suffix, OPENERS[".xml"])(path) as dump:
            for _, element in ElementTree.iterparse(dump):
                if element.tag.endswith("}namespace") and element.text:
                    namespaces.add(element.text)
                if element.tag.endswith("}page"):
                    if _is_article(element, namespaces):
                        title = element.findtext("{*}title") or ""
                        yield title, element.findtext("{*}revision/{*}text") or ""
                    element.clear()  # or the whole dump would pile up in memory
    except (OSError, EOFError, zlib.error, ElementTree.ParseError) as error:
        raise CorpusError(f"The file {path} is not a whole Wikipedia dump: {error}.") from error


def _is_article(page: ElementTree.Element, namespaces: set[str]) -> bool:
    """Whether a page is in the article namespace and no redirect; dumps before 2008 mark neither."""
    number = page.findtext("{*}ns")
    if number is None:
        text = page.findtext("{*}revision/{*}text") or ""
        prefix = (page.findtext("{*}title") or "").partition(":")[0]
        return prefix not in namespaces and text.lstrip()[:9].lower() != "#redirect"
    return number == "0" and page.find("{*}redirect") is None
