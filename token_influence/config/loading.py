"""Reading of a configuration file, stricter than YAML demands.

Snakemake's own reader takes the last of two equal keys, runs code in a file that `__use_yte__` marks as
a template, and fails with a traceback on a file that is not text or is nested too deeply.
"""

from pathlib import Path
from typing import Any

import yaml

from token_influence.config.messages import shown
from token_influence.errors import ConfigError
from token_influence.untrusted import reading

LARGEST_FILE = 256 * 1024  # bytes; a study has about 4,000
MOST_VALUES = 100_000  # with aliases expanded
DEEPEST = 30  # levels
TEXT, MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
SNAKEMAKE_KEYS = ("__use_yte__", "pathvars")  # they run code in the file, or change paths


def read_config(file: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Raises ConfigError, one sentence that names the file and the line, unless the file is a mapping of
    bounded size and depth whose keys are text and unique, and which is no template.
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
        raise ConfigError(f"{file}: found something other than a regular file")
    if (size := file.stat().st_size) > LARGEST_FILE:
        raise ConfigError(f"{file}: found {size} bytes; allowed are at most {LARGEST_FILE}")
    return file.read_bytes().decode()


def _check_values(root: yaml.Node | None, file: Path) -> None:
    """Raise ConfigError unless `root` is a mapping of bounded size and depth, with aliases expanded."""
    if not isinstance(root, yaml.MappingNode):
        found = "nothing" if root is None else f"a {root.tag.rpartition(':')[2]}"
        raise ConfigError(f"{file}: found {found}; allowed is a mapping of keys")
    values, queue = 0, [(root, "", 0)]
    while queue:
        node, path, depth = queue.pop()
        values += 1
        if values > MOST_VALUES or depth > DEEPEST:
            raise ConfigError(
                f"{file}, line {node.start_mark.line + 1}: found more than {MOST_VALUES} values or "
                f"{DEEPEST} levels, with aliases expanded; allowed are fewer"
            )
        if isinstance(node, yaml.SequenceNode):
            children = [(f"{path}[{index}]", child) for index, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            _check_keys(node, path, file)
            children = [(f"{path}.{key.value}".lstrip("."), child) for key, child in node.value]
        else:
            continue
        queue += [(child, below, depth + 1) for below, child in reversed(children)]


def _check_keys(mapping: yaml.MappingNode, path: str, file: Path) -> None:
    """Raise ConfigError unless the mapping's keys are text, unique, and not among SNAKEMAKE_KEYS."""
    lines: dict[str, int] = {}
    for key, _ in mapping.value:
        line = key.start_mark.line + 1
        found = f"{file}, line {line}: found the key"
        if not isinstance(key, yaml.ScalarNode) or key.tag not in (TEXT, MERGE):
            name = shown(key.value) if isinstance(key, yaml.ScalarNode) else "that is a collection"
            raise ConfigError(
                f"{found} {name} in {path or 'the study'}; allowed is text, in quotes where YAML reads "
                "it as another type"
            )
        place = f"{path}.{key.value}".lstrip(".")
        if key.value in SNAKEMAKE_KEYS:
            raise ConfigError(
                f"{found} {place}, which Snakemake gives a meaning of its own; allowed are the keys of "
                "a study"
            )
        if key.value in lines:
            raise ConfigError(
                f"{found} {place}, which stands in line {lines[key.value]} already; allowed is each "
                "key once"
            )
        lines[key.value] = line
