"""The pages wrap at one width, and every link, anchor, path and module that they name exists."""

import itertools
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_pages import EXAMPLES, PAGES
from test_layers import LAYERS
from tiny_study import REPOSITORY

WIDTH = 100
SLACK = (
    20  # by which a line may be shorter than it had to be, so that a small edit needs no new wrap
)
ITEM = re.compile(r" *([-*]|\d+\.) ")
NO_PROSE = re.compile(r"\s*(\||#|!\[|$)")  # tables, headings, images, empty lines
FOLDERS = "benchmarks|config|docs|envs|report|rules|scripts|studies|tests|token_influence|tools"
FOLDERS += "|[.]ci|[.]dvc"
PATH = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w./*-]*")
MODULE = re.compile(r"(?<![\w./-])token_influence(?:\.\w+)+")

every_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY))
)


def prose(page: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line outside code blocks; tables, headings and the like are empty."""
    code = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = line.lstrip().startswith("```")
        code ^= fence
        yield number, "" if code or fence or NO_PROSE.match(line) else line


def code(page: Path) -> str:
    """All code of a page: blocks, and spans in backticks, which may go on in the next line."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```.*?^ *```", text, re.MULTILINE | re.DOTALL)
    for block in blocks:
        text = text.replace(block, "")
    return "\n".join([*blocks, *re.findall(r"`[^`]+`", text)])


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@every_page
def test_prose_wraps_at_one_width(page: Path):
    wrong = []
    lines = [*prose(page), (0, "")]
    for (number, line), (_, after) in itertools.pairwise(lines):
        if len(line) > WIDTH and " " in line.strip()[:WIDTH]:
            wrong.append(f"line {number} is longer than {WIDTH} characters")
        goes_on = line and after and not ITEM.match(after)
        if goes_on and len(line) + 1 + len(after.split()[0]) <= WIDTH - SLACK:
            wrong.append(f"line {number} is much shorter than {WIDTH} characters")
    assert wrong == []


@every_page
def test_relative_links_and_their_anchors_exist(page: Path):
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@every_page
def test_paths_that_a_page_names_exist(page: Path):
    named = {path.rstrip(".") for path in PATH.findall(code(page))} - EXAMPLES
    assert [path for path in sorted(named) if not list(REPOSITORY.glob(path))] == []


@every_page
def test_modules_that_a_page_names_exist(page: Path):
    for name in sorted({*MODULE.findall(code(page))}):
        pkgutil.resolve_name(
            name
        )  # raises where there is no such module, or nothing of this name in it


def test_the_rooms_are_listed_in_the_order_of_the_layers():
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, _, table = text.partition("| room of `token_influence/` |")
    rooms = re.findall(r"^\| `([\w.]+)/?` \|", table.partition("\n\n")[0], re.MULTILINE)
    assert rooms == [layer for layer in LAYERS if layer not in ("ground", "cli")] + ["cli.py"]


def test_every_page_stands_in_the_nav_of_the_site():
    nav = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    listed = re.findall(r": ([\w-]+\.md)$", nav, re.MULTILINE)
    pages = {page.name for page in (REPOSITORY / "docs").glob("*.md")}
    made = {"index.md", "contributing.md", "changes.md"}
    assert sorted(listed) == sorted(pages | made)
