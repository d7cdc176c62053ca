"""What an edition adds to an author's text, and rules that remove it.

The rules look at the form of a passage, never at the name of a file. Blank lines show the structure:
three or more separate sections, one separates blocks.
"""

import html
import re

START = re.compile(r"^\*\*\* ?START OF .*$|^\*END\*? ?THE SMALL PRINT.*$", re.M | re.I)
END = re.compile(r"^(\*\*\* ?END OF |End of (the |this )?Project Gutenberg).*$", re.M | re.I)
TITLE = re.compile(r"^Title: *(.+)$", re.M)
AUTHOR = re.compile(r"^Author: *(.+)$", re.M)
CREDIT = re.compile(r"(Produced|Prepared|Transcribed|E-?text prepared) by\b", re.I)

SECTION_GAP = re.compile(r"\n(?:[ \t]*\n){3,}|\n(?:[ \t]*\n)+(?=[ \t]*CONTENTS\.?[ \t]*\n)")
BLOCK_GAP = re.compile(r"\n(?:[ \t]*\n)+")

# Headings of an editor's sections; after those in LAST nothing of the author is expected.
EDITORIAL = re.compile(
    r"(CONTENTS|INTRODUCTION|PREFACE by .*|APPENDIX|Transcriber's Notes?\b.*)[.:]?$", re.I
)
LAST = re.compile(r"(NOTES|INDEX( TO .*)?)[.:]?$", re.I)
ANNOUNCES_TITLE_PAGE = re.compile(r"\bfollows:$")

NOTE = re.compile(
    r"Notes?:|Footnotes?:|\{\d+:[A-Z]\}|Transcriber's Notes?:"
    r"|.*\b(accents|italics)\b.*\bhave been omitted\b",
    re.I,
)
NUMBERED_NOTE = re.compile(r"\d{1,2} \S")
GLUED_NUMBER = re.compile(
    r"(?<=[A-Za-z])([,.;:!?'\")]*)\d{1,2}(?=[\s,.;:!?)'\"]|$)|(?<![\w.])\d{1,2}(?=[A-Z][a-z])", re.M
)
LONGEST_NOTE = 60  # lines; a longer block is text, in a file without blank lines
NUMBERED_EDITION = 20  # with so many numbers glued to words, these are taken as marks of notes

INLINE = [
    (
        re.compile(r"^[ \t]*\[((Footnote \d+|Note|[A-Z]): |later editions )[^]]*\][ \t]*\n?", re.M),
        "",
    ),
    (re.compile(r"[ \t]?\(\[[A-Z]\]\)|[ \t]?\[(\d{1,3}|[A-Z])\]|\{\d+:[A-Z]\}"), ""),  # marks
    (re.compile(r"[ \t]{2,}\d{0,3}[05]$", re.M), ""),  # numbers of lines beside verse
    (re.compile(r"^[ \t]*[-*_=][-*_=. \t]{4,}\d*$", re.M), ""),  # ruled lines
    (re.compile(r"[ \t]{3,}\*.*$", re.M), ""),  # glosses in the margin …
    (re.compile(r"(?<=\w)\*+(?= )|(?<=[^*] )\*+ ?(?=\w)"), ""),  # … and their marks
    (re.compile(r"(?<!\w)_([^_]+)_(?!\w)"), r"\1"),  # italics
    (re.compile(r"^>(?=From )", re.M), ""),  # quoting by mail programs
    (re.compile(r"^\.{4,}", re.M), ""),  # dots in the place of indentation
    (re.compile(r"\[(?=‘[^][()]*\))"), "("),  # a parenthesis that a change of quotes damaged
]


def split_licence(text: str) -> tuple[str, str]:
    """A Project Gutenberg file's header and the text between its licence header and footer.

    In a file without these marks the header is empty and everything is text.
    """
    start = START.search(text)
    header, body = (text[: start.start()], text[start.end() :]) if start else ("", text)
    end = END.search(body)
    return header, _without_credit(body[: end.start()] if end else body)


def without_apparatus(text: str) -> str:
    """`text` without the sections, notes and marks that an editor or transcriber added."""
    text = "\n\n\n\n".join(_authors_sections(SECTION_GAP.split(text)))
    text = _without_notes(text)  # before their marks are removed, by which they are recognised
    for pattern, replacement in INLINE:
        text = pattern.sub(replacement, text)
    return html.unescape(text)  # editions that were made from web pages


def _without_credit(body: str) -> str:
    """`body` without the line that says who produced the file, and its continuation."""
    lines = body.strip("\n").split("\n")
    if not CREDIT.match(lines[0]):
        return body
    rest = lines[1:]
    # It ends at a blank line or, if the file has none, at the title in capitals.
    while rest and rest[0].strip() and not rest[0].isupper():
        rest = rest[1:]
    return "\n".join(rest)


def _authors_sections(sections: list[str]) -> list[str]:
    kept: list[str] = []
    announced = False
    for section in sections:
        lines = section.strip().split("\n")
        heading = lines[0].strip()
        if kept and LAST.match(heading):
            break
        editorial = bool(EDITORIAL.match(heading))
        if not (editorial or announced):
            kept.append(section)
        announced = editorial and bool(ANNOUNCES_TITLE_PAGE.search(lines[-1].strip()))
    return kept


def _without_notes(text: str) -> str:
    """`text` without blocks that are notes and without the numbers that point to them."""
    numbered = len(GLUED_NUMBER.findall(text)) >= NUMBERED_EDITION
    parts = re.split(f"({BLOCK_GAP.pattern})", text)
    blocks, gaps = parts[::2], [*parts[1::2], ""]
    kept = [
        block + gap
        for block, gap in zip(blocks, gaps, strict=True)
        if not _is_note(block.lstrip(), numbered)
    ]
    return GLUED_NUMBER.sub(r"\1", "".join(kept)) if numbered else "".join(kept)


def _is_note(block: str, numbered: bool) -> bool:
    if block.count("\n") >= LONGEST_NOTE:
        return False
    return bool(NOTE.match(block)) or (numbered and bool(NUMBERED_NOTE.match(block)))
