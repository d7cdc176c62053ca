"""One sentence for what pydantic finds wrong: path, what was found, what is allowed."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from token_influence.config.schema import Study


def sentence(error: ValidationError) -> str:
    """The first finding of pydantic, as path, what was found, what is allowed."""
    first = error.errors()[0]
    path = _yaml_path(first["loc"])
    found = first["input"]
    match first["type"]:
        case "extra_forbidden":
            key, allowed = str(first["loc"][-1]), _allowed_keys(first["loc"][:-1])
            close = get_close_matches(key, allowed, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            return f"{path}: unknown key{hint}; allowed here: {', '.join(allowed)}"
        case "missing":
            return f"{path}: the key is missing; it must be given"
        case "string_pattern_mismatch" if first["loc"][-1:] == ("[key]",):
            return (
                f"{_yaml_path(first['loc'][:-2])}: found the name {found!r}, allowed are lower-case "
                "letters, digits, '.', '_' and '-', beginning with a letter or digit"
            )
        case "string_pattern_mismatch" if "ranges" in first["loc"] or "range" in first["loc"]:
            return (
                f"{path}: found {found!r}, allowed is 'full' or 'LOWEST..HIGHEST', such as '1..100'"
            )
        case "string_pattern_mismatch" if "weights" in first["loc"]:
            return (
                f"{path}: found {found!r}, allowed are 'trained', 'random' and 'stepN', such as "
                "'step1000', for a checkpoint of the training"
            )
        case "string_pattern_mismatch" if path == "results":
            return f"{path}: found {found!r}, allowed is a folder below this one, such as 'results'"
        case "value_error":
            return f"{path}: {first['ctx']['error']}"
        case "too_short":
            return f"{path}: found an empty list; allowed is a list of at least one entry"
        case "model_type" | "dict_type":
            return f"{path}: found {_shown(found)}; allowed is a mapping of keys"
    return f"{path}: found {_shown(found)}; {first['msg'].replace('Input should be', 'allowed is')}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _yaml_path(location: Sequence[str | int]) -> str:
    """'arms[0].orders' from ('arms', 0, 'orders')."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "the configuration"


def _allowed_keys(location: Sequence[str | int]) -> list[str]:
    """The keys of the section at `location`."""
    section: Any = Study
    for part in location:
        if isinstance(section, type) and issubclass(section, BaseModel):
            section = section.model_fields[str(part)].annotation
        else:  # the members of a list or of a mapping
            section = section.__args__[-1]
        if not isinstance(section, type) and type(None) in getattr(section, "__args__", ()):
            section = section.__args__[0]
    return list(section.model_fields)
