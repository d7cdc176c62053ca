"""Passages that occur several times, kept only once.

Of editions, the largest document keeps the passage. Of articles, the first one does: they are read one
after the other, and none of them counts more. Editions differ in spelling, so words are compared by
their consonants: `Heav'ns` and `heavens` both become `hvns`. A line (of articles: a sentence) is
repeated if most of its words lie in runs of `SHINGLE` such words that were seen before. Short
repetitions are ordinary language, not copies: only a passage of at least `PASSAGE` words is removed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from token_influence.corpora.document import Document

SHINGLE = 6  # of five such words, novels share enough by chance
PASSAGE = 40  # words in different lines
COVERED = 0.5  # of a line's words
BRIDGE = 2  # lines that may differ inside a passage
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

Shingles = set[tuple[str, ...]]


def without_repeated_passages(documents: Sequence[Document]) -> list[Document]:
    """The documents in their order, without the passages that a larger document among them holds.

    Of equally large documents the first one keeps the passage. A document may be left with little or
    no text. Repetition within one document stays.
    """
    seen: Shingles = set()
    kept: dict[int, Document] = {}
    order = sorted(range(len(documents)), key=lambda i: (-len(documents[i].text), i))
    for index in order:
        document = documents[index]
        lines = document.text.split("\n")
        words = [_skeletons(line) for line in lines]
        repeated = _passages(_repeated_lines(words, seen), words)
        text = "\n".join(line for line, gone in zip(lines, repeated, strict=True) if not gone)
        kept[index] = replace(document, text=re.sub(r"\n{3,}", "\n\n", text).strip("\n"))
        seen |= _shingles([word for line in words for word in line])
    return [kept[index] for index in range(len(documents))]


def without_repeated_paragraphs(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents one by one, without the paragraphs that hold a passage for the second time.

    Paragraphs are separated by blank lines. Sentences are compared as lines are; a paragraph goes as a
    whole if one of its sentences lies in a passage that was in an earlier document, or earlier in this
    one. A document may be left with little or no text.
    """
    seen: Shingles = set()
    for document in documents:
        paragraphs = document.text.split("\n\n")
        words: list[list[str]] = []  # of every sentence
        repeated: list[bool] = []
        ends = [0]  # the number of sentences up to the end of each paragraph
        for paragraph in paragraphs:
            sentences = [_skeletons(sentence) for sentence in SENTENCE_END.split(paragraph)]
            repeated += _repeated_lines(sentences, seen)
            seen |= _shingles([word for sentence in sentences for word in sentence])
            words += sentences
            ends.append(len(words))
        gone = _passages(repeated, words)
        kept = [
            paragraph
            for paragraph, start, end in zip(paragraphs, ends, ends[1:], strict=False)
            if not any(gone[start:end])
        ]
        yield replace(document, text="\n\n".join(kept))


def _skeletons(line: str) -> list[str]:
    """The words of a line without case, vowels, doubled letters and marks."""
    return [_skeleton(word) for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", line.lower())]


@lru_cache(1 << 16)  # millions of words, but few different ones
def _skeleton(word: str) -> str:
    letters = re.sub(r"[^\w]|[aeiouyw]", "", word)
    return re.sub(r"(.)\1+", r"\1", letters) or word[0]


def _shingles(words: Sequence[str]) -> Shingles:
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def _repeated_lines(lines: Sequence[Sequence[str]], seen: Shingles) -> list[bool]:
    """Whether most words of each line lie in shingles that are in `seen`."""
    words = [word for line in lines for word in line]
    covered = [False] * len(words)
    for start in range(len(words) - SHINGLE + 1):
        if tuple(words[start : start + SHINGLE]) in seen:
            covered[start : start + SHINGLE] = [True] * SHINGLE
    repeated, start = [], 0
    for line in lines:
        share = sum(covered[start : start + len(line)])
        repeated.append(bool(line) and share >= COVERED * len(line))
        start += len(line)
    return repeated


def _passages(repeated: Sequence[bool], lines: Sequence[Sequence[str]]) -> list[bool]:
    """For each line, whether it lies in a run of repeated lines that is long enough to be a copy."""
    gone = [False] * len(lines)
    run: list[int] = []
    for number in [*(n for n, flag in enumerate(repeated) if flag), None]:
        if run and (number is None or _differing(lines, run[-1], number) > BRIDGE):
            # A refrain counts once: two songs with one refrain are not copies.
            if sum(map(len, {tuple(lines[n]) for n in run})) >= PASSAGE:
                gone[run[0] : run[-1] + 1] = [True] * (run[-1] + 1 - run[0])
            run = []
        if number is not None:
            run.append(number)
    return gone


def _differing(lines: Sequence[Sequence[str]], last: int, following: int) -> int:
    return sum(1 for line in lines[last + 1 : following] if line)
