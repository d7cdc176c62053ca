"""Put the numbers of studies into README.md and docs/*.md: `make pages` (docs/versioning.md).

What stands in a page between `<!-- from docs/blocks/NAME.md study=STUDY -->` and `<!-- end -->` is the
text of that template with the numbers of docs/data/STUDY.json, which `make record` writes.
"""

import re
import sys
import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from token_influence.files import read_json
from token_influence.tables.text import digits

DATA, TEMPLATES = "docs/data", "docs/blocks"
WIDTH = 100
BLOCK = re.compile(
    rf"^(?P<begin><!-- from {TEMPLATES}/(?P<template>[\w-]+\.md) study=(?P<study>[\w-]+) -->)\n"
    r"(?P<content>.*?)^(?P<end><!-- end -->)$",
    re.MULTILINE | re.DOTALL,
)
FIXED = re.compile(r"\||#|!\[")  # begins a table, a heading or an image, which are not wrapped
ITEM = re.compile(r"\n(?=- )")  # between the items of a list


class Refused(Exception):
    """A page cannot be written; the message says what to do."""


def pages(root: Path) -> list[Path]:
    """The pages that may hold blocks."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def rendered(page: str, root: Path) -> str:
    """The text of a page with its blocks as templates and data give them.

    Raises Refused if a template or the data are missing.
    """

    def block(found: re.Match[str]) -> str:
        content = filled(found["template"], numbers(found["study"], root), root)
        return f"{found['begin']}\n\n{content}\n\n{found['end']}"

    return BLOCK.sub(block, page)


def numbers(study: str, root: Path) -> dict[str, Any]:
    """What docs/data holds of a study."""
    file = Path(DATA, f"{study}.json")
    if not (root / file).is_file():
        raise Refused(f"{file} is not there; `make record STUDY={study}` writes it.")
    return dict(read_json(root / file))


def filled(template: str, study: Mapping[str, Any], root: Path) -> str:
    """The text of a template with the numbers of a study, wrapped like a page."""
    file = Path(TEMPLATES, template)
    if not (root / file).is_file():
        raise Refused(f"{file} is not there, but a page has a block of this name.")
    environment = Environment(
        loader=FileSystemLoader(root / TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {f.__name__: f for f in (fixed, interval, loss, listed, day)}
    return wrapped(environment.get_template(template).render(study=study))


# --- how numbers look: the filters of the templates ------------------------------------------


def fixed(value: float, decimals: int) -> str:
    """A number with this many decimals and a typographic minus."""
    return digits(value, decimals).replace("-", "−")


def interval(row: Mapping[str, float], name: str, decimals: int) -> str:
    """An estimate with its interval: `0.90 [0.74, 1.04]`."""
    estimate, low, high = (fixed(row[f"{name}{end}"], decimals) for end in ("", "_low", "_high"))
    return f"{estimate} [{low}, {high}]"


def loss(arm: Mapping[str, float]) -> str:
    """The mean loss with its standard error: `4.18 ± 0.33`."""
    return f"{arm['loss']:#.3g} ± {fixed(arm['loss_se'], 2)}"


def listed(words: list[str]) -> str:
    """Words in a sentence: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def day(time: str) -> str:
    """The date of a time in ISO format: `20 November 2026`."""
    return f"{datetime.fromisoformat(time):%-d %B %Y}"


def wrapped(text: str) -> str:
    """The paragraphs and list items of a text wrapped at the width of the pages; tables stay."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(
        paragraph if FIXED.match(paragraph) else "\n".join(map(wrap, ITEM.split(paragraph)))
        for paragraph in paragraphs
    )


def wrap(item: str) -> str:
    indent = "  " if item.startswith("- ") else ""
    return textwrap.fill(
        " ".join(item.split()),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def main() -> None:
    root = Path()
    try:
        for page in pages(root):
            before = page.read_text(encoding="utf-8")
            after = rendered(before, root)
            if after != before:
                page.write_text(after, encoding="utf-8")
                print(f"{page} has new numbers: read the sentences around them.")
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
