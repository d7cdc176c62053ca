"""Wikipedia's XML dumps as documents: the articles as plain prose."""

import bz2
import gzip
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers.expat import errors as expat

from token_influence.corpora.deduplication import without_repeated_paragraphs
from token_influence.corpora.document import Document, slug
from token_influence.corpora.text_files import files_below
from token_influence.corpora.wiki_markup import prose
from token_influence.errors import CorpusError
from token_influence.untrusted import reading

CHUNK = 1 << 16  # bytes
LARGEST_PAGE = 1 << 26  # bytes of the dump read at most between the ends of two pages
CUT_OFF = {  # where the text of an unfinished dump may end: between tags, in one, in a character
    expat.codes[expat.XML_ERROR_NO_ELEMENTS],
    expat.codes[expat.XML_ERROR_UNCLOSED_TOKEN],
    expat.codes[expat.XML_ERROR_PARTIAL_CHAR],
}
OPENERS: dict[str, Callable[[Path], Any]] = {
    ".bz2": bz2.BZ2File,
    ".gz": gzip.GzipFile,
    ".xml": partial(Path.open, mode="rb"),
}


def read_wikipedia(roots: Sequence[Path], minimum_characters: int = 500) -> Iterator[Document]:
    """The articles of the `pages-articles` dumps (`.bz2`, `.gz` or `.xml`) at or below `roots`.

    Redirects and pages outside the article namespace are left out, and so are articles with fewer than
    `minimum_characters` of prose: disambiguation pages and bare lists. A passage that several articles
    hold, or one article twice, stays only where it comes first.

    Raises CorpusError for a root without dumps and for a file that is not a dump.
    """
    for document in without_repeated_paragraphs(_long_articles(roots, minimum_characters)):
        if len(document.text) >= minimum_characters:
            yield document


def _long_articles(roots: Sequence[Path], minimum_characters: int) -> Iterator[Document]:
    for path in files_below(roots, tuple(OPENERS)):
        for title, wikitext in articles(path):
            if len(wikitext) < minimum_characters:
                continue  # parsing takes long, and prose is shorter than its markup
            with reading(f"The article {title!r} of {path}", CorpusError):
                text = prose(wikitext)
            if len(text) >= minimum_characters:
                yield Document(slug(title), title, text)


def articles(path: Path) -> Iterator[tuple[str, str]]:
    """Title and wikitext of each article in a dump, read as a stream.

    A dump may be cut off, as the first 100 MB of one (enwik8) are: its last, unfinished page is left
    out.

    Raises CorpusError if the part of the file that is read is not such a dump.
    """
    namespaces: set[str] = set()
    with (
        reading(f"The Wikipedia dump {path}", CorpusError),
        OPENERS.get(path.suffix, OPENERS[".xml"])(path) as dump,
    ):
        for element in _elements(dump, path):
            if element.tag.endswith("}namespace") and element.text:
                namespaces.add(element.text)
            if element.tag.endswith("}page"):
                if _is_article(element, namespaces):
                    title = element.findtext("{*}title") or ""
                    yield title, element.findtext("{*}revision/{*}text") or ""
                element.clear()  # otherwise the whole dump would stay in memory


def _elements(dump: IO[bytes], path: Path) -> Iterator[ElementTree.Element]:
    """The elements of a dump in the order of their ends; CorpusError for a page that is too large."""
    parser: Any = ElementTree.XMLPullParser()
    pending = pages = 0
    while chunk := dump.read(CHUNK):
        parser.feed(chunk)
        pending += len(chunk)
        for _, element in parser.read_events():
            yield element
            if element.tag.endswith("}page"):
                pending = 0
                pages += 1
        if pending > LARGEST_PAGE:
            raise CorpusError(
                f"The Wikipedia dump {path} has a page of more than {LARGEST_PAGE:,} bytes."
            )
    try:
        parser.close()
    except ElementTree.ParseError as error:
        if not pages or error.code not in CUT_OFF:
            raise
    for _, element in parser.read_events():
        yield element


def _is_article(page: ElementTree.Element, namespaces: set[str]) -> bool:
    """Whether a page is in the article namespace and not a redirect; old dumps (2008) mark neither."""
    number = page.findtext("{*}ns")
    if number is None:
        text = page.findtext("{*}revision/{*}text") or ""
        prefix = (page.findtext("{*}title") or "").partition(":")[0]
        return prefix not in namespaces and text.lstrip()[:9].lower() != "#redirect"
    return number == "0" and page.find("{*}redirect") is None
