"""The pages of the site that are made from the code, and what the site may load."""

import json
from types import ModuleType

import pytest
from own_tools import load
from tiny_study import REPOSITORY

from token_influence.cli import parser
from token_influence.config import Study

SCHEMA = Study.model_json_schema()


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return load("site_reference")


def test_every_key_of_every_section_has_a_row_with_its_meaning(reference):
    page = reference.configuration(SCHEMA)
    parts = dict(part.split("\n", 1) for part in f"Study\n{page}".split("\n## "))
    for name, section in {"Study": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, value in section["properties"].items():
            rows = [line for line in parts[name].splitlines() if line.startswith(f"| `{key}` |")]
            assert len(rows) == 1, f"{name}.{key}"
            described = value.get("description", "").replace("|", "\\|")
            assert described in rows[0]
            assert ("required" in rows[0]) == (key in section.get("required", []))
            assert rows[0].replace("\\|", "").count(" | ") == 3


def test_values_and_bounds_are_in_words(reference):
    assert (
        reference.kind({"type": "integer", "minimum": 1, "maximum": 9})
        == "whole number from 1 to 9"
    )
    both = {"anyOf": [{"$ref": "#/$defs/Series"}, {"type": "null"}]}
    assert reference.kind(both) == "[Series](#series) or null"
    assert reference.kind({"type": "array", "items": {"enum": ["a", "b"]}}) == "list of `a` or `b`"
    value = {"description": "What.", "enum": ["a"], "enumDescriptions": ["The first."]}
    assert reference.meaning(value) == "What.<br>`a`: The first."


def test_every_command_has_its_help(reference):
    page = reference.command_line(parser())
    for name in ("measure", "explain", "demo", "fit", "headline"):
        assert f"## {name}\n\n```text\nusage: token-influence {name}" in page


def test_every_public_module_has_its_place(reference):
    library = REPOSITORY / "token_influence"
    lines = "\n".join(reference.library(library).values()).splitlines()
    modules = {f"::: {'.'.join(f.relative_to(REPOSITORY).with_suffix('').parts)}"
               for f in library.rglob("[!_]*.py")}  # fmt: skip
    assert modules <= set(lines)


def test_links_lead_to_pages_of_the_site_and_words_stay_without_others(reference):
    text = "[a](docs/b.md#c) ![p](docs/p.png) [l](LICENSE) [m](CONTRIBUTING.md#x) [h](#y) [w](https://w.x)"
    assert reference.of_the_repository(text) == (
        "[a](b.md#c) ![p](p.png) l [m](contributing.md#x) [h](#y) [w](https://w.x)"
    )
    text = "[c](../config.yaml) [r](../README.md) [n](notebooks/a.ipynb)"
    assert reference.within_the_site(text) == "c [r](index.md) [n](notebooks/a.md)"


def test_examples_of_docstrings_are_code(reference):
    docstring = 'What.\n\n>>> f(x)["a"][0]\n3\n\nMore.'
    assert reference.fenced(docstring) == ('What.\n\n```pycon\n>>> f(x)["a"][0]\n3\n```\n\nMore.')


def test_a_notebook_is_words_and_code(reference):
    cells = [{"cell_type": "markdown", "source": ["# A"]}, {"cell_type": "code", "source": ["b"]}]
    assert reference.notebook(json.dumps({"cells": cells})) == "# A\n\n```python\nb\n```\n"


@pytest.mark.parametrize(
    "outside",
    [
        '<script defer src="https://cdn.example/a.js">',
        "<img alt=x src=//cdn.example/a.png>",
        '<link rel="stylesheet" href="https://fonts.example/css">',
        "@font-face {src: url(https://fonts.example/a.woff2)}",
        '@import "http://a.example/b.css";',
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_found(reference, outside: str):
    assert len(reference.loaded_from_elsewhere(f"<p>{outside}</p>")) == 1


@pytest.mark.parametrize(
    "inside",
    [
        '<a href="https://arxiv.org/abs/1">', '<script src="assets/a.js">', "url(data:image/png;x)",
        '<link rel="canonical" href="https://example.org/">',
    ],
)  # fmt: skip
def test_links_and_own_files_are_no_requests(reference, inside: str):
    assert reference.loaded_from_elsewhere(inside) == []
