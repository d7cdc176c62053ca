"""What an attribution method is: a class of options with a name, entered in one registry."""

from abc import ABC, abstractmethod
from collections.abc import Callable
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


def check_option(method: Method, option: str, allowed: bool, what: str) -> None:
    """Raise AttributionError unless the value of `option` is `allowed`; `what` says which are."""
    if not allowed:
        raise AttributionError(
            f"The option {option} of {method.name} is {getattr(method, option)!r}; allowed: {what}."
        )
