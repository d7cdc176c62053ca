"""The registry of attribution methods; a method and its options have one name everywhere.

The name of a configured method is its label: `fisher`, or `fisher-rank=4` where an option differs from
its default. The config, the result files and the tables use the same labels.
"""

import re
from collections.abc import Sequence
from dataclasses import fields

# The modules of methods enter them in the registry when they are imported.
from token_influence.attribution import (  # noqa: F401
    baselines,
    fisher,
    gradients,
    leave_one_out,
    paths,
    rollout,
)
from token_influence.attribution.method import METHODS, Method
from token_influence.errors import AttributionError


def resolve(methods: Sequence[str | Method]) -> list[Method]:
    """The methods with these labels, each once and in this order; a configured method stays itself.

    Raises AttributionError on an unknown method or option, on a value that is not allowed, or on an
    empty list.
    """
    if not methods:
        raise AttributionError(f"No method is named; allowed: {', '.join(METHODS)}.")
    chosen = [parse(method) if isinstance(method, str) else method for method in methods]
    return list({method.label: method for method in chosen}.values())


def parse(label: str) -> Method:
    """The method with this label, such as `fisher-rank=4` (see `resolve` for the errors)."""
    name, *options = re.split(r"-(?=\w+=)", label)
    if name not in METHODS:
        raise AttributionError(
            f"Unknown attribution method {name!r}; allowed: {', '.join(METHODS)}."
        )
    method = METHODS[name]
    defaults = {field.name: field.default for field in fields(method)}
    values = {}
    for option, text in (option.split("=", 1) for option in options):
        if option not in defaults:
            allowed = ", ".join(defaults) or "none"
            raise AttributionError(f"{name} has no option {option!r}; allowed: {allowed}.")
        values[option] = _read(text, type(defaults[option]), f"The option {option} of {name}")
    return method(**values)


def _read(text: str, kind: type, what: str) -> object:
    """The value of type `kind` that `text` names."""
    if kind is bool and text in {"True", "False"}:
        return text == "True"
    try:
        if kind is not bool:
            return kind(text)
    except ValueError:
        pass
    raise AttributionError(f"{what} is {text!r}, which is no {kind.__name__}.")
