"""A configuration file, read more strictly than YAML asks.

Snakemake's reader takes the last of two equal keys, runs what `__use_yte__` marks as a template, and
ends in raw errors on files that are no text or nested without end.
"""

from pathlib import Path
from typing import Any

import yaml

from token_influence.config.messages import shown
from token_influence.errors import ConfigError
from token_influence.untrusted import reading

LARGEST_FILE = 256 * 1024  # bytes; a study has some 4,000
MOST_VALUES = 100_000  # with what aliases stand for
DEEPEST = 30
TEXT, MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
SNAKEMAKES_OWN = ("__use_yte__", "pathvars")  # it runs code in the file, or moves paths


def read_config(file: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Raises ConfigError, one sentence that names the file and the line, unless it is a mapping of keys
    that are text, each given once, of bounded size and depth, and no template.
    """
    with reading(f"The configuration file {file}", ConfigError):
        loader = yaml.SafeLoader(_text(file))
        try:
            root = loader.get_single_node()
            _check_values(root, file)
            content: dict[str, Any] = loader.construct_document(root)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ConfigError(f"{file}, line {line}: not valid YAML: {error.problem}") from error
        finally:
            loader.dispose()
        return content


def _text(file: Path) -> str:
    if file.exists() and not file.is_file():
        raise ConfigError(f"{file}: found something else than a regular file")
    if (size := file.stat().st_size) > LARGEST_FILE:
        raise ConfigError(f"{file}: found {size} bytes; allowed are at most {LARGEST_FILE}")
    return file.read_bytes().decode()


def _check_values(root: yaml.Node | None, file: Path) -> None:
    """Refuse what is no mapping or too large, before anything is built; aliases count in full."""
    if not isinstance(root, yaml.MappingNode):
        found = "nothing" if root is None else f"a {root.tag.rpartition(':')[2]}"
        raise ConfigError(f"{file}: found {found}; allowed is a mapping of keys")
    values, waiting = 0, [(root, "", 0)]
    while waiting:
        node, path, depth = waiting.pop()
        values += 1
        if values > MOST_VALUES or depth > DEEPEST:
            raise ConfigError(
                f"{file}, line {node.start_mark.line + 1}: found more than {MOST_VALUES} values or "
                f"{DEEPEST} levels, with what aliases stand for; allowed are fewer"
            )
        if isinstance(node, yaml.SequenceNode):
            inner = [(f"{path}[{index}]", child) for index, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            _check_keys(node, path, file)
            inner = [(f"{path}.{key.value}".lstrip("."), child) for key, child in node.value]
        else:
            continue
        waiting += [(child, below, depth + 1) for below, child in reversed(inner)]


def _check_keys(mapping: yaml.MappingNode, path: str, file: Path) -> None:
    lines: dict[str, int] = {}
    for key, _ in mapping.value:
        line = key.start_mark.line + 1
        found = f"{file}, line {line}: found the key"
        if not isinstance(key, yaml.ScalarNode) or key.tag not in (TEXT, MERGE):
            name = shown(key.value) if isinstance(key, yaml.ScalarNode) else "that is a collection"
            raise ConfigError(
                f"{found} {name} in {path or 'the study'}; allowed is text, in quotes where YAML takes "
                "it for something else"
            )
        place = f"{path}.{key.value}".lstrip(".")
        if key.value in SNAKEMAKES_OWN:
            raise ConfigError(
                f"{found} {place}, which Snakemake gives a meaning of its own; allowed are the keys of "
                "a study, with plain values"
            )
        if key.value in lines:
            raise ConfigError(
                f"{found} {place}, which stands in line {lines[key.value]} already; allowed is each "
                "key once"
            )
        lines[key.value] = line
