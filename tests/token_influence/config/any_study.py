"""Strategies of hypothesis for studies: those that must be refused, and those that must not."""

import copy
import datetime
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]
Path = tuple[str | int, ...]
UNKNOWN = {"no-such-key": [1]}
DATE = datetime.date(2026, 1, 1)


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place below a value, with what stands there; inner ones come later."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inside:
        yield (*path, key), each
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


def wrong_for(value: Any) -> list[Any]:
    """What may not stand in the place of such a value."""
    if isinstance(value, dict):
        return [["x"], "x", 7, True, DATE, value | UNKNOWN, {7: 1}, {"\ud800": 1}]
    if isinstance(value, list):
        return [{"x": 1}, UNKNOWN, [*value, UNKNOWN], [*value, [[1]]], "\0", DATE]
    if isinstance(value, bool | str):
        return [[[1]], UNKNOWN, 1.5, float("nan"), DATE, b"x"]
    if value is None:
        return [DATE, [[[1]]], UNKNOWN]
    return [[[1]], UNKNOWN, float("nan"), float("inf"), "1e3", "x", 10**30, -(10**30), True, DATE]


def put(raw: Raw, path: Path, value: Any) -> Raw:
    """A copy of the configuration with a value at a path."""
    changed = copy.deepcopy(raw)
    inside: Any = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return changed


@st.composite
def broken(draw: st.DrawFn, base: Raw) -> tuple[Raw, Path]:
    """A study that is wrong at one place, and that place."""
    path, value = draw(st.sampled_from(list(places(base))))
    return put(base, path, draw(st.sampled_from(wrong_for(value)))), path


@st.composite
def valid(draw: st.DrawFn, base: Raw) -> Raw:
    """A study with other seeds, windows, arms, limits and resamples than the base."""
    raw = copy.deepcopy(base)
    raw["seeds"] = draw(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=5, unique=True))
    for key, most in (
        ("per_seed", 10_000),
        ("positions", 20),
    ):  # other sections ask for the present ones
        raw["windows"][key] = draw(st.integers(raw["windows"][key], most))
    raw["influence"]["memory_mb"] = draw(st.integers(1, 100_000_000))
    raw["influence"]["attention"] = draw(st.sampled_from(["eager", "sdpa"]))
    raw["decay"]["bootstrap"]["resamples"] = draw(st.integers(20, 5000))
    raw["arms"] = draw(st.permutations(raw["arms"]))
    return raw
