"""Numbers in the pages come from the files of docs/data/, or docs/numbers.yaml names their source."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from tiny_study import REPOSITORY

UNIT = r"%|nats?|bits|s|seconds?|min|minutes?|h|hours?|kB|MB|GB|MiB|GiB|[GT]FLOP/s"
NUMBER = r"(?<![\w./-])[−-]?\d[\d,]*"  # neither in a name nor in a path
MEASURED = re.compile(
    rf"{NUMBER}\.\d+(?!\d|\.\d|[A-Za-z])"  # a decimal fraction
    rf"|{NUMBER}(?:\.\d+)? ?(?:{UNIT})(?!\w)"  # a number with a unit
    r"|\b(?:not )?reproduced\b|\bundecided\b|\bmixed\b"  # a verdict
)
ARXIV = re.compile(r"\b\d{4}\.\d{5}\b")
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
CODE, TARGET = re.compile(r"`[^`]*`"), re.compile(r"(?<=\])\([^)]*\)")


def load_tool(name: str) -> ModuleType:
    """A module of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = load_tool("pages")
SOURCES = yaml.safe_load((REPOSITORY / "docs/numbers.yaml").read_text(encoding="utf-8"))
every_page = pytest.mark.parametrize("page", PAGES.pages(REPOSITORY), ids=lambda page: page.stem)


def sections(text: str) -> dict[str, str]:
    """The text below each heading of a page, by the heading; "" before the first."""
    parts = re.split(r"^#+ (.*)$", f"# \n{FENCED.sub('', text)}", flags=re.MULTILINE)
    found: dict[str, str] = {}
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        found[heading] = found.get(heading, "") + body
    return found


def plain(text: str) -> str:
    """Running text: without blocks, code and targets of links, in single spaces."""
    for pattern in (PAGES.BLOCK, FENCED, CODE, TARGET, ARXIV):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def unsourced(text: str, sources: dict[str, str]) -> list[str]:
    """The numbers of a page, each in its surroundings, for which no source is named.

    sources: for a page, where what stands in its sections ("# HEADING") or its phrases comes from.
    """
    left = []
    for heading, body in sections(text).items():
        if f"# {heading}" in sources:
            continue
        words = plain(body)
        for phrase in sorted(sources, key=len, reverse=True):
            words = words.replace(phrase, " … ")
        left += [words[max(0, m.start() - 40) : m.end() + 20] for m in MEASURED.finditer(words)]
    return left


@every_page
def test_a_block_is_what_its_template_and_its_numbers_give(page: Path):
    text = page.read_text(encoding="utf-8")
    assert PAGES.rendered(text, REPOSITORY) == text, "run `make pages`"


@every_page
def test_a_number_outside_blocks_has_a_source(page: Path):
    sources = SOURCES.get(str(page.relative_to(REPOSITORY)), {})
    if isinstance(sources, dict):  # otherwise the source of the whole page
        assert unsourced(page.read_text(encoding="utf-8"), sources) == []


@every_page
def test_every_phrase_with_a_source_still_stands_in_its_page(page: Path):
    sources = SOURCES.get(str(page.relative_to(REPOSITORY)), {})
    text = page.read_text(encoding="utf-8")
    words, headings = plain(text), sections(text)
    known = sources if isinstance(sources, dict) else {}
    gone = [
        phrase
        for phrase in known
        if (phrase[2:] not in headings if phrase.startswith("# ") else phrase not in words)
    ]
    assert gone == []


@pytest.mark.parametrize(
    "stale",
    [
        *("p is 0.91 [0.80, 1.02]", "p is 0.9", "by 3.5 nats", "rises by −3 %", "took 15 minutes"),
        *(
            "in 83 % of the resamples",
            "is *undecided*",
            "**not reproduced**",
            "| 0.993 |",
            "140 MB",
        ),
    ],
)
def test_a_number_or_a_verdict_without_a_source_is_found(stale: str):
    sources = {"(130 MB)": "config.yaml", "# Engine": "a command", "in 83 % of the cases": "here"}
    page = f"It is so (130\nMB).\n\n# Engine\n\nAbout 3.2 s.\n\n## Results\n\nHere, {stale}.\n"
    assert len(unsourced(page, sources)) >= 1
    assert unsourced(page, sources | {stale: "its source"}) == []


@pytest.mark.parametrize(
    "other", ["`p = 0.9`", "arXiv 2606.29139", "Qwen2.5-0.5B", "48 documents", "[x](a-0.5/b.md)"]
)
def test_names_code_and_whole_numbers_need_no_source(other: str):
    assert unsourced(f"It is {other}.\n\n```console\n# 3.5 nats\n```\n", {}) == []


def test_the_pages_of_the_list_exist():
    assert [page for page in SOURCES if not (REPOSITORY / page).is_file()] == []
