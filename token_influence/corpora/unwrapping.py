"""Lines into paragraphs: wrapped prose is joined, verse keeps its lines.

A block is the text between two blank lines. Within it each line break is judged by the width that
the prose around it is wrapped to:

- a line is *full* if the next line's first word would not have fitted onto it;
- a break is *soft*, made by the wrapping, if the line is full, or if it has at least two thirds of
  the width and the sentence visibly goes on (the next line begins in lower case, or the line does
  not end with a mark that may end a sentence);
- a block is prose if enough of its long lines are full or go on in lower case on the next line.

In prose soft breaks become spaces and other breaks stay, so that the line of a speaker's name, a short
line of dialogue and the end of a paragraph are kept; in verse every break stays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

NARROWEST, WIDEST = 66, 80  # characters that prose is wrapped to; only verse is narrower
NEIGHBOURHOOD = 12  # lines on each side; the longest of them gives the width around a line
LONG = 0.65  # of the width
PROSE = 0.4  # least share, among breaks after long lines, of breaks made by wrapping
CHAPTER = 100  # lines

SENTENCE_END = re.compile(r"[.!?:;][\"')\]]*$|--$|[\"\])]$")
SPEECH_AFTER_SPEECH = re.compile(r'[.,;:!?-]["”]\n["“]')


def paragraphs(text: str) -> str:
    """`text` with prose unwrapped, one blank line between blocks and single spaces within lines."""
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.split("\n")]
    width = text_width(lines)
    blocks = [_unwrapped(block, width) for block in _blocks(lines)]
    return "\n\n".join(blocks)


def text_width(lines: Sequence[str]) -> int:
    """The width that the prose among `lines` is wrapped to: nearly the longest, within bounds."""
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return NARROWEST
    # One line in a hundred may be longer: a table, or a line that a corrector has changed.
    return min(max(lengths[int(0.99 * (len(lengths) - 1))], NARROWEST), WIDEST)


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _unwrapped(lines: list[str], width: int) -> str:
    breaks = [
        _Break(before, after, _width_around(lines, number, width))
        for number, (before, after) in enumerate(pairwise(lines))
    ]
    if not _is_prose(breaks):
        return "\n".join(lines)
    # A prose block as long as a chapter lacks blank lines between its paragraphs: add them.
    kept = "\n\n" if len(lines) > CHAPTER else "\n"
    return lines[0] + "".join((b.glue if b.soft else kept) + b.after for b in breaks)


def _is_prose(breaks: Sequence["_Break"]) -> bool:
    after_long = [b for b in breaks if b.long]
    wrapped = [b for b in after_long if b.goes_on or (b.full and not b.may_end_sentence)]
    return bool(after_long) and len(wrapped) >= PROSE * len(after_long)


def _width_around(lines: Sequence[str], number: int, width: int) -> int:
    """The width around one line of a chapter, parts of which may have been wrapped differently."""
    if len(lines) <= CHAPTER:
        return width
    near = lines[max(0, number - NEIGHBOURHOOD) : number + NEIGHBOURHOOD + 1]
    return min(max(map(len, near)), width)


@dataclass(frozen=True)
class _Break:
    """The break between two lines, where prose is wrapped to `width`."""

    before: str
    after: str
    width: int

    @property
    def long(self) -> bool:
        return len(self.before) >= LONG * self.width

    @property
    def full(self) -> bool:
        return len(self.before) + 1 + len(self.after.split(" ", 1)[0]) > self.width

    @property
    def goes_on(self) -> bool:
        return self.after[0].islower()

    @property
    def may_end_sentence(self) -> bool:
        return bool(SENTENCE_END.search(self.before))

    @property
    def soft(self) -> bool:
        if SPEECH_AFTER_SPEECH.search(f"{self.before}\n{self.after}"):
            return False
        return self.full or (self.long and (self.goes_on or not self.may_end_sentence))

    @property
    def glue(self) -> str:
        # A line may break after a hyphen or dash, which belongs to the text.
        return "" if self.before.endswith("-") else " "
