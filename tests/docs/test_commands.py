"""Every command in the pages is known, can be parsed, and is run by a test that commands.yaml names."""

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from own_pages import EXAMPLES, PAGES
from tiny_study import REPOSITORY

from token_influence.cli import parser

BLOCK = re.compile(r"^ *```console\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
CHECKED = yaml.safe_load((Path(__file__).parent / "commands.yaml").read_text(encoding="utf-8"))
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
TARGETS = (REPOSITORY / "rules/targets.smk").read_text(encoding="utf-8")


def commands(text: str) -> Iterator[str]:
    """The commands in the console blocks of a page, without comments, one for each part of `&&`."""
    for block in BLOCK.findall(text):
        for line in re.findall(r"^ *\$ (.*)$", block.replace("\\\n", ""), re.MULTILINE):
            command = " ".join(line.split("  #")[0].split())
            yield from (part.strip() for part in command.split(" && "))


def fault(command: str) -> str:
    """What is wrong with a command of this project by itself; empty if nothing is."""
    words = shlex.split(re.split(r" [|<>]| 2>", command)[0])
    if words[0] == "make":
        return made(words[1:])
    if words[:3] == ["python", "-m", "token_influence"]:
        return parsed(words[3:])
    if words[0] == "snakemake":
        return planned(words[1:])
    if words[:2] == ["pip", "install"] and (extra := re.fullmatch(r"\.\[(\w+)\]", words[-1])):
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
        return "" if extra[1] in project["optional-dependencies"] else f"no extra {extra[1]}"
    return ""


def made(words: list[str]) -> str:
    """What the Makefile lacks: a target, or a variable that any of its commands uses."""
    variables = [word.partition("=")[0] for word in words if "=" in word]
    targets = [word for word in words if "=" not in word]
    lacking = [f"$({name})" for name in variables if f"$({name})" not in MAKEFILE]
    return " ".join([*lacking, *(name for name in targets if f"\n{name}:" not in MAKEFILE)])


def parsed(arguments: list[str]) -> str:
    """What the program's own parser finds wrong."""
    try:
        parser().parse_args(arguments)
    except (SystemExit, argparse.ArgumentError):
        return "the program does not take these options"
    return ""


def planned(words: list[str]) -> str:
    """A missing file of --configfile, or a stage that is none."""
    files = [word for word in words if word.startswith("studies/")]
    options = {
        "--cores",
        "--quiet",
        "--report",
        "--configfile",
        "--workflow-profile",
        "--default-storage-provider",
        "--default-storage-prefix",
    }  # those with a value
    own = [w for before, w in pairwise(["", *words]) if before not in options]
    stages = words[words.index("--") + 1 :] if "--" in words else own
    missing = [f for f in files if f not in EXAMPLES and not (REPOSITORY / f).is_file()]
    unknown = [s for s in stages if s[0] != "-" and not re.search(rf'"{s}"[:\]]', TARGETS)]
    return " ".join([*missing, *unknown])


ALL = {(page.name, c) for page in PAGES for c in commands(page.read_text(encoding="utf-8"))}


def test_every_command_of_a_page_is_listed_with_what_runs_it():
    assert sorted(f"{page}: {c}" for page, c in ALL if c not in CHECKED) == []


def test_every_listed_command_stands_in_a_page():
    assert sorted(CHECKED.keys() - {command for _, command in ALL}) == []


def test_what_runs_a_command_exists():
    gone = []
    for command, how in CHECKED.items():
        file, _, name = how.partition("::")
        if how == ".ci/run":
            known = command in (REPOSITORY / how).read_text(encoding="utf-8")
        elif name:
            path = REPOSITORY / file
            known = path.is_file() and f"def {name}(" in path.read_text(encoding="utf-8")
        else:
            known = how.startswith("nothing, since ")
        gone += [] if known else [f"{command}: {how}"]
    assert gone == []


@pytest.mark.parametrize(("page", "command"), sorted(ALL))
def test_a_command_can_be_parsed(page: str, command: str):
    assert fault(command) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        *("make reproduced", "make estimate STUDIES=paper", "pip install -e '.[all]'"),
        *("python -m token_influence measure --model a", "python -m token_influence weigh"),
        *("snakemake --cores all --configfile studies/none.yaml --", "snakemake --cores all fits"),
        "snakemake --cores all --configfile studies/mine.yaml -- fits",
    ],
)
def test_a_wrong_command_is_found(wrong: str):
    assert fault(wrong) != ""


def test_parts_continued_lines_and_comments_of_a_block_are_read():
    page = "```console\n$ a --b \\\n    c && d   # why\ne\n  $ f\n```\n\n```sh\n$ g\n```\n"
    assert list(commands(page)) == ["a --b c", "d", "f"]
