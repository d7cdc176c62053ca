"""The fits as figures show them: which ones, in which colour and line, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from token_influence.errors import DecayError
from token_influence.figures.style import BLUE, VERMILLION, interval, intervals, number
from token_influence.fitting.families import FAMILIES
from token_influence.profiles.labels import POOLED, sources_in_words

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """How a family is drawn and named; `parameter` is the one that describes its decay."""

    name: str
    formula: str
    parameter: str
    symbol: str
    decimals: int
    line: Mapping[str, Any]
    points: Mapping[str, Any]


LOOKS = {
    "power_law": Look(
        "power law", r"$\gamma+\beta\,(r+1)^{-p}$", "p", "$p$", 2,
        {"color": BLUE, "ls": (0, (6, 1.6))}, {"color": BLUE, "marker": "o", "ms": 2.4, "mew": 0},
    ),
    "exponential": Look(
        "exponential", r"$\gamma+\beta\,e^{-r/\xi}$", "xi", r"$\xi$", 1,
        {"color": VERMILLION, "ls": (0, (4, 1.2, 1.2, 1.2))},
        {"color": VERMILLION, "marker": "+", "ms": 4.2, "mew": 0.8},
    ),
}  # fmt: skip
"""The two families that the publication compares."""


def headline_fits(record: Record, headline: Mapping[str, Any]) -> list[Record]:
    """The pooled fits of `record` on the headline range and sources, in the order of drawing.

    Raises DecayError where there is none.
    """
    wanted = {**headline, "seed": POOLED}
    fits = [
        fit
        for family in LOOKS
        for fit in record["fits"]
        if fit["family"] == family and all(fit[key] == value for key, value in wanted.items())
    ]
    if not fits:
        raise DecayError(
            f"{'/'.join(record['arm'].values())}: there is no pooled fit of {' or '.join(LOOKS)} "
            f"for r = {headline['range']}, {sources_in_words(headline['skip_sources'])}"
        )
    return fits


def brackets(record: Record, level: float) -> str:
    """What the brackets behind the outcome of a fit are; level: the coverage of the intervals."""
    return f"[ ]: {intervals(level, record['clusters']['cluster'] + 's')}"


def curve(fit: Record, distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fitted profile at `distances` [n]."""
    family = FAMILIES[fit["family"]]
    value = {name: parameter["estimate"] for name, parameter in fit["parameters"].items()}
    shapes = (np.float64(value[shape.name]) for shape in family.shapes)
    return value["gamma"] + value["beta"] * family.curve(distances, *shapes)


def describe(fit: Record) -> str:
    """The outcome of a fit: its parameter with the interval and R², or "not identified"."""
    if not fit["identified"]:
        return "not identified"
    look = LOOKS[fit["family"]]
    parameter = interval(fit["parameters"][look.parameter], look.decimals)
    return f"{look.symbol} = {parameter},  $R^2$ = {number(fit['r_squared'], 3)}"
