"""Pages of the site that are made from the code: config keys, command line, library (`make docs`)."""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]

# --- every key of a study, from the JSON schema of its models ---------------------------------


def configuration(schema: Schema) -> str:
    """A table for the study and for each section, in the order in which they are first named."""
    parts = [
        "# Configuration",
        "Every key of `config.yaml` and of the files in `studies/`. A key without a default must be "
        "given. Unknown keys and values out of bounds are refused in one sentence before any job "
        "starts. This page and `docs/config.schema.json` are made from the same models.",
        table(schema),
    ]
    for name in sections(schema):
        section = schema["$defs"][name]
        parts += [f"## {name}", section.get("description", ""), table(section)]
    return "\n\n".join(parts) + "\n"


def sections(schema: Schema) -> list[str]:
    """The names of the sections, each once, from the top of the study downwards."""
    found: list[str] = []
    waiting = [schema]
    while waiting:
        for name in referenced(waiting.pop(0).get("properties", {})):
            if name not in found:
                found.append(name)
                waiting.append(schema["$defs"][name])
    return found


def referenced(part: Any) -> Iterator[str]:
    """The sections that a part of a schema refers to."""
    if isinstance(part, Mapping):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        part = list(part.values())
    if isinstance(part, list):
        for entry in part:
            yield from referenced(entry)


def table(section: Schema) -> str:
    """The keys of a section: what they take, their default, what they mean."""
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, value in section.get("properties", {}).items():
        default = f"`{json.dumps(value['default'])}`" if "default" in value else ""
        if key in section.get("required", []):
            default = "required"
        cells = (f"`{key}`", kind(value), default, meaning(value))
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows)


def kind(value: Schema) -> str:
    """What a key takes, in words: `whole number from 1 to 1000`, `list of [Source](#source)`."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(kind(one) for one in value["anyOf"])
    if "enum" in value or "const" in value:
        return " or ".join(f"`{one}`" for one in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return f"list of {kind(value['items'])}" if "items" in value else "list"
    if value.get("type") == "object":
        entries = [*value.get("patternProperties", {}).values()]
        entries += [value["additionalProperties"]] if value.get("additionalProperties") else []
        return f"mapping to {' or '.join(map(kind, entries))}" if entries else "mapping"
    words = {"integer": "whole number", "string": "text", "boolean": "`true` or `false`"}
    return f"{words.get(value.get('type', ''), value.get('type', 'value'))}{bounds(value)}"


def bounds(value: Schema) -> str:
    """The bounds of a number, in words."""
    ends = {
        "minimum": "from",
        "exclusiveMinimum": "above",
        "maximum": "to",
        "exclusiveMaximum": "below",
    }
    return "".join(f" {word} {value[end]}" for end, word in ends.items() if end in value)


def meaning(value: Schema) -> str:
    """The description of a key, and of each of its values."""
    words = [value.get("description", "")]
    for part in (value, value.get("items", {}), *value.get("anyOf", [])):
        pairs = zip(part.get("enum", []), part.get("enumDescriptions", []), strict=False)
        words += [f"`{one}`: {sentence}" for one, sentence in pairs]
    return "<br>".join(word for word in words if word)


# --- the command line, from its parser --------------------------------------------------------


def command_line(parser: argparse.ArgumentParser) -> str:
    """What `--help` says, for the program and for each of its commands."""
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    parts = [
        "# Command line",
        "`token-influence` and `python -m token_influence` are the same program. [Your own model, "
        "your own text](../your-model.md) and [Prompts](../scopes.md) show it in use.",
        f"```text\n{parser.format_help()}```",
    ]
    for name, command in commands.choices.items():
        parts += [f"## {name}", f"```text\n{command.format_help()}```"]
    return "\n\n".join(parts) + "\n"


# --- the library, one page for each room ------------------------------------------------------


def library(package: Path) -> dict[str, str]:
    """The pages of the library by their names: for each module a line that mkdocstrings replaces."""
    rooms = sorted(folder for folder in package.iterdir() if (folder / "__init__.py").is_file())
    pages = {"root": library_page(package.name, package)}
    return pages | {room.name: library_page(f"{package.name}.{room.name}", room) for room in rooms}


def library_page(name: str, folder: Path) -> str:
    """The page of a package: its own docstring, and its public modules."""
    modules = [f"{name}.{file.stem}" for file in sorted(folder.glob("[!_]*.py"))]
    blocks = [f"::: {name}\n    options:\n      members: false", *(f"::: {m}" for m in modules)]
    return "\n\n".join([f"# {name}", *blocks]) + "\n"


EXAMPLE = re.compile(r"^>>> .*\n?(?:^(?!\s*$).*\n?)*", re.MULTILINE)


def fenced(docstring: str) -> str:
    """A docstring with its doctests, up to the next empty line, in fences."""
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", docstring)


# --- files of the repository as pages ---------------------------------------------------------

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
}


def of_the_repository(text: str) -> str:
    """A page at the root of the repository as one of docs/, with its links and images."""
    text = re.sub(r"\]\((?=[^)\s:]+\))(?!#|docs/)", "](../", text)
    return within_the_site(text.replace("](docs/", "]("))


def within_the_site(text: str) -> str:
    """A page of docs/ without links to files that the site does not hold: their words stay.

    Links to notebooks lead to the pages that are made from them.
    """

    def link(found: re.Match[str]) -> str:
        path, hash_, anchor = found["target"].partition("#")
        if not path.startswith("../"):
            return found[0].replace(".ipynb)", ".md)")
        page = PAGES.get(path.removeprefix("../").removeprefix("docs/"))
        return f"[{found['text']}]({page}{hash_}{anchor})" if page else found["text"]

    return LINK.sub(link, text)


def notebook(text: str) -> str:
    """A notebook as a page: its words, and its code in blocks."""
    cells = ((cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"])
    return "\n\n".join(f"```python\n{s}\n```" if kind == "code" else s for kind, s in cells) + "\n"


# --- what a page would load -------------------------------------------------------------------

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*?\ssrc=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?![^>]*rel=["']?canonical)[^>]*?\shref=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|(?:url\(|@import )["']?((?:https?:)?//[^"')\s]+)"""
)


def loaded_from_elsewhere(text: str) -> list[str]:
    """The addresses that a page or a style sheet would load from other servers."""
    return [next(filter(None, found)) for found in LOADED.findall(text)]
