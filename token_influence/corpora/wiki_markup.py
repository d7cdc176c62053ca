"""Wiki markup to plain prose."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

import mwparserfromhell
from mwparserfromhell import nodes
from mwparserfromhell.wikicode import Wikicode

# Sections that only list sources and links.
APPARATUS = {
    "bibliography", "citations", "discography", "external links", "filmography", "footnotes",
    "further reading", "gallery", "literature", "notes", "notes and references", "publications",
    "references", "references and notes", "see also", "selected bibliography", "sources",
    "works", "works cited",
}  # fmt: skip

# Elements whose contents are not prose.
NO_PROSE = {
    "chem", "gallery", "hiero", "imagemap", "math", "score", "source", "syntaxhighlight", "table",
    "timeline",
}  # fmt: skip

# Templates that stand for words of their sentence, and the argument that holds these words (-1: the
# last). All other templates are dropped: citations, infoboxes, hatnotes, maintenance notices.
WORDS_IN = {
    "lang": 2, "transl": -1, "nowrap": 1, "nobold": 1, "small": 1, "smaller": 1, "big": 1,
    "sc": 1, "smallcaps": 1, "angbr": 1, "angle bracket": 1, "vr": 1, "quote": 1, "vanchor": 1,
    "keypress": 1, "nihongo": 1, "unicode": 1, "script": 2, "abbr": 1, "tooltip": 1, "sup": 1,
    "sub": 1, "em": 1, "strong": 1, "noitalic": 1, "linktext": 1, "interlanguage link": 1,
    "val": 1, "nts": 1, "c.": 1, "blockquote": 1, "cquote": 1, "visible anchor": 1, "polytonic": 1,
}  # fmt: skip
WORDS_FOR = {
    "'s": "'s", "'": "'", "ndash": "–", "mdash": "—", "mdashb": "—", "spaced ndash": " – ",
    "snd": " – ", "nbsp": " ", "spaces": " ", "·": " ", "dot": " ", "!": "|", "pipe": "|",
    "circa": "c. ", "okina": "ʻ", "=": "=", "carbon": "C", "hydrogen": "H",
}  # fmt: skip
BLOCK_TEMPLATES = {"quote", "blockquote", "cquote"}
BLOCK_TAGS = {"blockquote", "center", "div", "p", "poem", "h1", "h2", "h3", "h4", "h5", "h6"}
BETWEEN = {"to", "and", "or", "by", "x", "-", "–", "to(-)", "and(-)", "×"}
FEET_AND_POUNDS = {("ft", "in"), ("lb", "oz"), ("st", "lb"), ("mi", "ch")}

PREFORMATTED = "  "  # at the start of lines of programs and diagrams
# Characters that cannot occur in wikitext mark structure between parsing and splitting into lines.
HEADING, ITEM, GAP = "\x01", "\x02", "\x03"  # gap: something that is not prose was here

OTHER_NAMESPACE = re.compile(
    r"\s*((?i:file|image|media|category|template|wikipedia|help|portal|special|user|talk|wp|draft)"
    r"|[a-z]{2,3}|simple|zh-[a-z-]+)\s*:"  # languages; a film may be called `CSI: …`
)
RESIDUE = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|\{\||\|\}|</?[a-z]+[1-6]?\b|\|\||\|-|(?:\|[^|]*){3}|\bthumb\||\[https?:"
    r"|\b(?:align|bgcolor|colspan|rowspan|width)\s*=|^==|={3,}|==$",
    re.I,
)
SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")
BOOK = re.compile(r"\bISBN\b")  # an item with one is an entry of a bibliography
ITEM_WORDS = 8  # an item of fewer words is a name or a title, not a sentence

TIDYING = [
    (re.compile(r"__[A-Z]+__"), ""),  # switches such as __NOTOC__
    (re.compile(r"'{2,}"), ""),  # unbalanced bold and italics
    (re.compile(r"(?:(?<=\w\w)|(?<=[.,;:!?\"'”’)\]]))\s*\[[1-9]\d{0,2}\]"), ""),  # marks of notes
    (re.compile(r"^\s*\*+"), ""),  # an item after something that was dropped
    (re.compile(r"(?<=\s)\|(?=\w)"), ""),  # the pipe of a link that was closed too early
    # Characters that are invisible, unknown or none at all.
    (re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ufffd\ud800-\udfff]"), ""),
    (re.compile(r"\s+"), " "),
    # Remains of dropped templates inside brackets, and before a mark.
    (re.compile(r"([(\[])(?:\s*[,;:])+\s*"), r"\1"),
    # Matched once, from the first of a row of marks: a page may be 2 MB of commas.
    (re.compile(r"(?<![,;:\s])(?:\s*[,;:])++\s*([)\]])"), r"\1"),
    (re.compile(r"\(\s*(or|and|from|also)?\s*\)|\[\s*\]"), ""),
    (re.compile(r"([(\[]) +"), r"\1"),
    (re.compile(r" +([,.;:!?)\]])(?![\d.])"), r"\1"),
    (re.compile(r"([,;:])(?:\s*[,;])+"), r"\1"),
    (re.compile(r"\s+"), " "),
]


def prose(wikitext: str) -> str:
    """The running text of an article: paragraphs and headings, separated by a blank line.

    Dropped are tables, templates (but for a few that stand for words), references, files,
    categories, links to other languages, comments, galleries, sections of sources and links,
    headings over nothing, list items that are not sentences, preformatted lines, and paragraphs
    that hold a formula, announce something that was dropped, or still have markup because it was not
    well-formed. The text is empty if nothing remains.
    """
    lines = _rendered(mwparserfromhell.parse(wikitext)).split("\n")
    return "\n\n".join(_without_empty_sections(_blocks(lines)))


# --- nodes to marked text -------------------------------------------------------------------------


def _rendered(code: Wikicode | None) -> str:
    return "".join(_node(node) for node in code.nodes) if code is not None else ""


def _node(node: object) -> str:
    match node:
        case nodes.Text():
            return str(node.value)
        case nodes.HTMLEntity():
            return node.normalize() or ""
        case nodes.Heading():
            return f"\n\n{HEADING}{node.level}{_rendered(node.title).strip()}\n\n"
        case nodes.Wikilink():
            return _wikilink(node)
        case nodes.ExternalLink():
            return _rendered(node.title)
        case nodes.Tag():
            return _tag(node)
        case nodes.Template():
            return _template(node)
    return ""  # comments and template arguments


def _wikilink(link: nodes.Wikilink) -> str:
    target = str(link.title)
    if OTHER_NAMESPACE.match(target):
        return ""
    return _rendered(link.text) if link.text is not None else target.lstrip(":").strip()


def _tag(tag: nodes.Tag) -> str:
    name = str(tag.tag).strip().lower()
    if name in ("ref", "references"):
        return ""
    if name in NO_PROSE:
        return GAP if name in ("math", "chem") else f"\n\n{GAP}\n\n"
    if name in ("li", "dd", "dt") and tag.wiki_markup:
        return ITEM
    if name in ("br", "hr"):
        return " " if name == "br" else "\n\n"
    contents = _rendered(tag.contents)
    return f"\n\n{contents}\n\n" if name in BLOCK_TAGS else contents


def _template(template: nodes.Template) -> str:
    name = str(template.name).strip().lower()
    words = [_rendered(p.value).strip() for p in template.params if not p.showkey]
    if name in WORDS_FOR:
        return WORDS_FOR[name]
    if name in ("convert", "cvt"):
        return _measure(words)
    if name == "as of":
        return f"{'as' if template.has('lc') else 'As'} of {' '.join(words[::-1])}"
    if name == "harvtxt" and words:
        return f"{' and '.join(words[:-1])} ({words[-1]})"
    if name in ("frac", "sfrac"):
        return "/".join(words)
    if name == "chem":
        return "".join(words)
    if name in WORDS_IN and words:
        which = WORDS_IN[name]
        text = words[-1] if which < 0 else words[min(which, len(words)) - 1]
        return f"\n\n{text}\n\n" if name in BLOCK_TEMPLATES else text
    return ""


def _measure(words: list[str]) -> str:
    """`{{convert|5|to|6|ft|m}}` as `5 to 6 ft`, `{{convert|5|ft|3|in|m}}` as `5 ft 3 in`."""
    if len(words) < 2:
        return " ".join(words)
    if words[1] in BETWEEN and len(words) > 3:
        return f"{words[0]} {words[1].removesuffix('(-)')} {words[2]} {words[3]}"
    if len(words) > 3 and (words[1], words[3]) in FEET_AND_POUNDS:
        return " ".join(words[:4])
    return f"{words[0]} {words[1]}"


# --- marked text to paragraphs --------------------------------------------------------------------


def _blocks(lines: list[str]) -> Iterator[str]:
    """Tidy paragraphs, list items that are sentences, and headings (still marked), in order."""
    announcing = ""  # a paragraph that ends in a colon waits for what it announces
    for text in _marked_blocks(lines):
        block = _block(text)
        if announcing and block and not block.startswith(HEADING):
            yield announcing
        announcing = block if block.endswith(":") else ""
        if block and not announcing:
            yield block


def _marked_blocks(lines: list[str]) -> Iterator[str]:
    """Headings, list items and paragraphs, the lines of a paragraph joined."""
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip() and not line.startswith((HEADING, ITEM, PREFORMATTED)):
            paragraph.append(line)
            continue
        if paragraph:
            yield " ".join(paragraph)
            paragraph = []
        if line:
            yield line


def _block(text: str) -> str:
    """The tidied block; empty if it is not prose, or not readable without what was dropped."""
    if text.startswith(HEADING):
        return text[:2] + _tidy(text[2:])
    # A mark inside the line separates a term from its definition.
    tidy = _tidy(text.lstrip(ITEM + " ").replace(ITEM, ": "))
    if text.startswith(ITEM) and (BOOK.search(tidy) or not _is_sentence(tidy)):
        return ""
    readable = GAP not in text and not RESIDUE.search(tidy) and re.search(r"\w", tidy)
    return tidy if readable and not text.startswith(PREFORMATTED) else ""


def _tidy(text: str) -> str:
    # The parser leaves entities in the text of links, and some were escaped again.
    text = html.unescape(html.unescape(text))
    for pattern, replacement in TIDYING:
        text = pattern.sub(replacement, text)
    return unicodedata.normalize("NFC", text).strip()


def _is_sentence(text: str) -> bool:
    return bool(SENTENCE.search(text)) and len(text.split()) >= ITEM_WORDS


def _without_empty_sections(blocks: Iterable[str]) -> list[str]:
    """The blocks without sections of sources, and without headings over nothing."""
    kept: list[str] = []
    pending: list[tuple[int, str]] = []  # headings above the next text, outermost first
    skipped = 99  # the heading level of the section of sources that is being left out
    for block in blocks:
        if block.startswith(HEADING):
            level, title = int(block[1]), block[2:]
            pending = [(above, name) for above, name in pending if above < level]
            if level <= skipped:
                skipped = level if title.lower() in APPARATUS else 99
            pending.append((level, title))
        elif skipped == 99:
            kept += [title for _, title in pending if title] + [block]
            pending = []
    return kept
