"""Error messages: one sentence with the YAML path, the value found there, and what is allowed."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from reprlib import Repr
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from token_influence.config.schema import Study
from token_influence.config.section import ONE_LINE
from token_influence.ranges import RANGES_IN_WORDS

MOST_SHOWN = 20  # names in a sentence
LARGEST_SHOWN = 10**20


def sentence(error: ValidationError) -> str:
    """The first error that pydantic found, as one sentence, with the number of errors."""
    first = _message(error.errors(include_url=False)[0])
    number = error.error_count()
    return f"{first} (the first of {number} findings)" if number > 1 else first


def enumerated(names: Iterable[str]) -> str:
    """Names in alphabetical order, the first MOST_SHOWN of them and the number of the others."""
    ordered = sorted(names)
    more = len(ordered) - MOST_SHOWN
    return ", ".join(ordered[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _message(error: ErrorDetails) -> str:
    """One error of pydantic as a sentence."""
    path = _yaml_path(error["loc"])
    found = error["input"]
    match error["type"]:
        case "extra_forbidden":
            key, allowed = str(error["loc"][-1]), _allowed_keys(error["loc"][:-1])
            close = _places(key) or [
                repr(name) for name in get_close_matches(key[:80], allowed, n=1)
            ]
            hint = f" (did you mean {' or '.join(close)}?)" if close else ""
            return f"{path}: unknown key{hint}; allowed here: {', '.join(allowed)}"
        case "missing":
            return f"{path}: the key is missing; it must be given"
        case "invalid_key":
            return f"{_yaml_path(error['loc'][:-1])}: found the key {shown(found)}; allowed is text"
        case _ if error["loc"][-1:] == ("[key]",):
            return (
                f"{_yaml_path(error['loc'][:-2])}: found the name {shown(found)}; allowed are up to 80 "
                "lower-case letters, digits, '.', '_' and '-', beginning with a letter or digit"
            )
        case "string_pattern_mismatch" if "ranges" in error["loc"] or "range" in error["loc"]:
            return f"{path}: found {shown(found)}; allowed is {RANGES_IN_WORDS}"
        case "string_pattern_mismatch" if "weights" in error["loc"]:
            return (
                f"{path}: found {shown(found)}; allowed are 'trained', 'random' and 'stepN', such as "
                "'step1000', for the checkpoint after that training step"
            )
        case "string_pattern_mismatch" if path == "results":
            return (
                f"{path}: found {shown(found)}; allowed is a folder below the working directory, such "
                "as 'results'"
            )
        case "value_error":
            return f"{path}: {error['ctx']['error']}"
        case "string_pattern_mismatch" if error["ctx"]["pattern"] == ONE_LINE:
            return f"{path}: found {shown(found)}; allowed is one line of text"
        case "too_long" | "string_too_long":
            what = "characters" if isinstance(found, str) else "entries"
            most = error["ctx"]["max_length"]
            return f"{path}: found {len(found)} {what}; allowed are at most {most}"
        case "too_short":
            return f"{path}: found an empty list; allowed is a list of at least one entry"
        case "model_type" | "dict_type":
            return f"{path}: found {shown(found)}; allowed is a mapping of keys"
    return f"{path}: found {shown(found)}; {error['msg'].replace('Input should be', 'allowed is')}"


class _Short(Repr):
    """Shortens the representation of a value of any depth and size."""

    def repr_int(self, x: int, level: int) -> str:  # repr refuses very large numbers
        return repr(x) if abs(x) < LARGEST_SHOWN else f"a number of {x.bit_length()} bits"


def shown(value: Any) -> str:
    """A short representation of a value of the configuration."""
    if isinstance(value, date):
        return f"the date {value}"
    short = _Short()
    short.maxlevel, short.maxstring, short.maxother = 2, 80, 80
    return short.repr(value)


def _yaml_path(location: Sequence[str | int]) -> str:
    """The YAML path of a location: 'arms[0].orders' for ('arms', 0, 'orders')."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part if re.fullmatch('[A-Za-z0-9._-]{1,80}', part) else shown(part)}"
    return path.lstrip(".") or "the configuration"


def _places(key: str, section: type[BaseModel] = Study, path: str = "") -> list[str]:
    """Where the study has this key: YAML paths, such as 'windows.per_seed' for 'per_seed'.

    Only in sections that are there once, not in the entries of a list or of a mapping.
    """
    found = []
    for name, field in section.model_fields.items():
        below = f"{path}.{name}".lstrip(".")
        if name == key:
            found.append(repr(below))
        if get_origin(field.annotation) in (list, dict):
            continue
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found += _places(key, part, below)
    return found


def _allowed_keys(location: Sequence[str | int]) -> list[str]:
    """The keys that are allowed in the section at `location`."""
    section: Any = Study
    for part in location:
        if isinstance(section, type) and issubclass(section, BaseModel):
            section = section.model_fields[str(part)].annotation
        else:  # the members of a list or of a mapping
            section = section.__args__[-1]
        if not isinstance(section, type) and type(None) in getattr(section, "__args__", ()):
            section = section.__args__[0]
    return list(section.model_fields)
