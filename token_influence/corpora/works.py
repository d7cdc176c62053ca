"""Works that a study declares: the author of whole files, and works within a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from token_influence.errors import CorpusError


@dataclass(frozen=True)
class Work:
    """An author's text: whole files, or the span of a file from its first words to its last.

    `file` is a glob pattern for the end of a path, such as `texts/*.txt`. A span has `title`, `first`
    and `last`; whole files have none of these.
    """

    file: str
    author: str
    title: str | None = None
    first: str | None = None
    last: str | None = None


Works = Mapping[str, Work]  # by the YAML path of the declaration, which messages name


def works_in(path: Path, works: Works) -> dict[str, Work]:
    """The works that name the file at `path`."""
    return {place: work for place, work in works.items() if path.match(work.file)}


def check_files(paths: list[Path], works: Works) -> None:
    """Raise CorpusError for a work that names none of the files at `paths`."""
    for place, work in works.items():
        if not any(path.match(work.file) for path in paths):
            raise CorpusError(
                f"{place}.file: found {work.file!r}; allowed is a pattern that matches a file of the "
                "corpus's sources"
            )


def cut(text: str, path: Path, place: str, work: Work) -> str:
    """The span of `text`, the contents of the file at `path`, that is `work`; all of it for whole files.

    Raises CorpusError, naming the YAML path of the key, unless its first and its last words each
    stand in the file once, in this order. Line breaks and spaces count as equal.
    """
    if work.first is None or work.last is None:
        return text
    start = _only(text, work.first, path, f"{place}.first").start()
    end = _only(text, work.last, path, f"{place}.last").end()
    if end <= start:
        raise CorpusError(
            f"{place}.last: found words that stand in {path.name} before those of {place}.first; "
            "allowed are words behind them"
        )
    return text[start:end]


def _only(text: str, words: str, path: Path, place: str) -> re.Match[str]:
    """The only place where `words` stand in `text`."""
    found = list(re.finditer(r"\s+".join(map(re.escape, words.split())), text))
    if len(found) != 1:
        raise CorpusError(
            f"{place}: found {words!r} {len(found)} times in {path.name}; allowed are words that stand "
            "there once"
        )
    return found[0]
