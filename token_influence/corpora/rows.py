"""Data sets of rows with a column `text`, as on the hub, read from disk with `datasets`."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from datasets import Dataset, disable_progress_bars, load_dataset
from datasets.exceptions import DatasetGenerationError

from token_influence.corpora.document import Document, slug
from token_influence.corpora.text_files import files_below
from token_influence.disk import writing
from token_influence.errors import CorpusError
from token_influence.untrusted import reading

BUILDERS = {".parquet": "parquet", ".jsonl": "json"}
HEADING = re.compile(r" = (?!= )(.+?)(?<! =) = \n?")


def read_rows(roots: Sequence[Path], minimum_characters: int = 1) -> Iterator[Document]:
    """The rows of the `.parquet` and `.jsonl` files at or below `roots`, one document each.

    A document's name is that of its file and its row number, its title its first line. Blank rows
    and rows of fewer than `minimum_characters` are left out.

    Raises CorpusError for a root without such files, and for a file of another format or without a
    column `text`.
    """
    for path in files_below(roots, tuple(BUILDERS)):
        for row, text in enumerate(_texts(path)):
            if len(text.strip()) >= minimum_characters:
                title = text.strip().partition("\n")[0][:80]
                yield Document(f"{slug(path.stem)}-{row}", title, text.strip("\n"))


def read_wikitext(roots: Sequence[Path], minimum_characters: int = 1) -> Iterator[Document]:
    """The articles of WikiText (Merity et al., arXiv 1609.07843), whose rows are single lines.

    A row ` = Title = ` between blank rows begins an article; its rows are joined unchanged.
    The data set's own changes of the text stay: the marks ` @-@ `, ` @,@ ` and ` @.@ ` for a hyphen,
    comma and point inside a word or number, blanks around punctuation and at the ends of lines, headings
    of sections as ` = = Name = = `, and, except in the `raw` version, `<unk>` for rare words.

    Articles of fewer than `minimum_characters` are left out.

    Raises CorpusError as `read_rows` does.
    """
    for path in files_below(roots, tuple(BUILDERS)):
        for title, text in _articles(_texts(path)):
            if len(text) >= minimum_characters:
                yield Document(slug(title), title, text)


def _articles(rows: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Title and text of each article; rows before the first title belong to none."""
    lines = ["", *rows, ""]
    titles = {
        number: found[1]
        for number in range(1, len(lines) - 1)
        if (found := HEADING.fullmatch(lines[number]))
        and not lines[number - 1].strip()
        and not lines[number + 1].strip()
    }
    for start, end in pairwise([*titles, len(lines)]):
        # In the data set, blank rows have lost their line ends.
        text = "".join(line if line.strip() else "\n" for line in lines[start:end])
        yield titles[start], text.strip("\n")


def _loaded(path: Path, cache: str) -> Dataset:
    try:
        return load_dataset(
            BUILDERS[path.suffix], data_files=str(path), split="train", cache_dir=cache
        )
    except DatasetGenerationError as error:
        raise error.__cause__ or error  # noqa: B904 - the cause says whether file or disk is at fault


def _texts(path: Path) -> list[str]:
    """The column `text` of one file."""
    if path.suffix not in BUILDERS:
        raise CorpusError(f"The file {path} is no {' or '.join(BUILDERS)}.")
    disable_progress_bars()
    with (
        tempfile.TemporaryDirectory() as cache,
        writing(f"The rows of {path}", Path(cache), CorpusError),
        reading(f"The file {path}", CorpusError),
    ):
        rows = _loaded(path, cache)
        columns = rows.column_names
        texts = [t for t in rows["text"] if isinstance(t, str)] if "text" in columns else []
    if "text" not in columns or len(texts) < len(rows):
        names = ", ".join(columns)
        raise CorpusError(f"The file {path} has no column 'text' of strings, only {names}.")
    return texts
