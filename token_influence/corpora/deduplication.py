"""Passages that several documents share, kept only in the largest of these documents.

Editions differ in spelling, so words are compared by their consonants: `Heav'ns` and `heavens` both
become `hvns`. A line is repeated if most of its words lie in runs of `SHINGLE` such words that a
larger document holds as well. Short repetitions are ordinary language, not copies: only a passage of
at least `PASSAGE` words is removed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from token_influence.corpora.document import Document

SHINGLE = 6  # of five such words, novels share enough by chance
PASSAGE = 40  # words in different lines
COVERED = 0.5  # of a line's words
BRIDGE = 2  # lines that may differ inside a passage

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


def _skeletons(line: str) -> list[str]:
    """The words of a line without case, vowels, doubled letters and marks."""
    skeletons = []
    for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", line.lower()):
        letters = re.sub(r"[^\w]|[aeiouyw]", "", word)
        skeletons.append(re.sub(r"(.)\1+", r"\1", letters) or word[0])
    return skeletons


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
