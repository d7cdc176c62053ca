"""The registry of attribution methods; a method and its options have one name everywhere.

The name of a configured method is its label: `fisher`, or `fisher-rank=4` where an option differs from
its default. The config, the result files and the tables use the same labels.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar

from torch import Tensor

from token_influence.attribution.reading import Reading
from token_influence.errors import AttributionError


@dataclass(frozen=True)
class Method(ABC):
    """A method with its options, which are the fields of its class; each has a default."""

    name: ClassVar[str]

    @abstractmethod
    def scores(self, reading: Reading) -> Tensor:
        """A score [B, S] for each source of each prediction; larger means more important."""

    @property
    def label(self) -> str:
        """The name, and the options that differ from their defaults."""
        values = [(f.name, getattr(self, f.name), f.default) for f in fields(self)]
        options = [f"{name}={value}" for name, value, default in values if value != default]
        return "-".join([self.name, *options])


METHODS: dict[str, type[Method]] = {}
M = TypeVar("M", bound=type[Method])


def register(name: str) -> Callable[[M], M]:
    """Decorator: make a class the method `name`."""

    def enter(method: M) -> M:
        method.name = name
        METHODS[name] = method
        return method

    return enter


def resolve(methods: Sequence[str | Method]) -> list[Method]:
    """The methods with these labels, each once and in this order; a configured method stays itself.

    Raises AttributionError on an unknown method or option, on a value that is not allowed, or on an empty
    list.
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


def check_option(method: Method, option: str, allowed: bool, what: str) -> None:
    """Raise AttributionError unless the value of `option` is `allowed`; `what` says which are."""
    if not allowed:
        raise AttributionError(
            f"The option {option} of {method.name} is {getattr(method, option)!r}; allowed: {what}."
        )
