"""Raw configurations for tests: the default study with changes, as YAML would give it."""

import copy
from collections.abc import Iterable

import pytest
import yaml
from tiny_study import REPOSITORY

from token_influence.config import load_study
from token_influence.errors import ConfigError

DEFAULT = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
MODEL = "smollm2-135m-instruct-q4_1"


def change(path: str, value: object) -> dict:
    """The default study with the value at a path such as 'arms/0/models' set (None removes it)."""
    raw = copy.deepcopy(DEFAULT)
    hub = {"repo": "a/b", "revision": "main", "type": "dataset", "files": ["*"]}
    raw["sources"]["a-dataset"] = {"licence": "own", "hub": hub}
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    section = raw
    for part in parents:
        section = section[part]
    if value is None:
        del section[last]
    else:
        section[last] = value
    return raw


def refusal(raw: dict) -> str:
    with pytest.raises(ConfigError) as caught:
        load_study(raw)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def assert_refused(raw: dict, parts: Iterable[str]) -> None:
    """The configuration is refused with one sentence that contains each of the parts."""
    sentence = refusal(raw)
    for part in parts:
        assert part in sentence


SMALL = yaml.safe_load((REPOSITORY / "studies/emergence-small.yaml").read_text())


def small(path: str, value: object) -> dict:
    """The emergence study as laid over the default one, with one key changed, or removed (None)."""
    raw = copy.deepcopy(DEFAULT)
    for section, entry in copy.deepcopy(SMALL).items():
        raw[section] = raw[section] | entry if isinstance(entry, dict) else entry
    *parents, last = path.split("/")
    section = raw
    for part in parents:
        section = section[int(part) if part.isdigit() else part]
    if value is None:
        del section[last]
    else:
        section[last] = value
    return raw


def with_entries(**entries: dict) -> dict:
    """The default study with entries such as `models={"mine": {"local": …}}` laid over."""
    raw = copy.deepcopy(DEFAULT)
    for section, added in entries.items():
        raw[section] |= added
    return raw
