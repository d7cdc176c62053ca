"""Wikipedia's XML dumps as documents: the articles, in plain prose."""

import bz2
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from token_influence.corpora.document import Document, slug
from token_influence.corpora.text_files import files_below
from token_influence.corpora.wikitext import prose
from token_influence.errors import CorpusError


def read_wikipedia(roots: Sequence[Path], minimum_characters: int = 500) -> Iterator[Document]:
    """The articles of the `pages-articles` dumps (`.bz2` or `.xml`) at or below `roots`.

    Redirects and pages outside the article namespace are passed over, and so is an article of which
    fewer than `minimum_characters` of prose remain: disambiguation pages and bare lists.

    Raises CorpusError for a root without dumps and for a file that is not one.
    """
    for path in files_below(roots, (".bz2", ".xml")):
        for title, wikitext in articles(path):
            text = prose(wikitext)
            if len(text) >= minimum_characters:
                yield Document(slug(title), title, text)


def articles(path: Path) -> Iterator[tuple[str, str]]:
    """Title and wikitext of each article in a dump, read as a stream.

    Raises CorpusError if the file cannot be read as such a dump to its end.
    """
    try:
        with bz2.open(path) if path.suffix == ".bz2" else path.open("rb") as dump:
            for _, element in ElementTree.iterparse(dump):
                if element.tag.endswith("}page"):
                    if _is_article(element):
                        title = element.findtext("{*}title") or ""
                        yield title, element.findtext("{*}revision/{*}text") or ""
                    element.clear()  # or the whole dump would pile up in memory
    except (OSError, EOFError, ElementTree.ParseError) as error:
        raise CorpusError(f"The file {path} is not a whole Wikipedia dump: {error}.") from error


def _is_article(page: ElementTree.Element) -> bool:
    return page.findtext("{*}ns") == "0" and page.find("{*}redirect") is None
