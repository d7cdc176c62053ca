"""Median profiles of one arm under several objectives, such as true and predicted logit."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.curves import Record, brackets, describe, headline_fits
from token_influence.figures.profile import (
    DISTANCE_LABEL,
    PROFILE_LABEL,
    draw_median,
    mark_range,
    pooled,
    seeds_of,
)
from token_influence.figures.style import (
    BLUE,
    GREEN,
    INK,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    arm_title,
    heading,
    labelled,
    legend_below,
    plain_log,
    room_below,
    sample_line,
    styled,
)

LINES: list[dict[str, Any]] = [
    {"color": INK, "ls": "-", "marker": "o"},
    {"color": VERMILLION, "ls": "--", "marker": "s"},
    {"color": BLUE, "ls": "-.", "marker": "^"},
    {"color": GREEN, "ls": ":", "marker": "D"},
]
"""The first objectives' styles; those after them get the same with open markers."""
DOUBLING = [2**power - 1 for power in range(20)]
"""Distances that carry a marker: evenly spaced on a logarithmic axis."""


def style_of(number: int) -> dict[str, Any]:
    """The colour, line and marker of the objective with this number, from 0."""
    style = LINES[number % len(LINES)]
    return style if number < len(LINES) else {**style, "mfc": "white"}


def draw_objective(axes: Axes, rows: pd.DataFrame, line: Mapping[str, Any], label: str) -> None:
    """The median of one objective, with markers at the distances in `DOUBLING`."""
    marked = [i for i, distance in enumerate(rows["distance"]) if distance in DOUBLING]
    draw_median(axes, rows, **line, lw=1.4, ms=4.5, markevery=marked, label=label)


def draw_ratio(axes: Axes, rows: pd.DataFrame, first: pd.DataFrame, line: dict[str, Any]) -> None:
    """The median of one objective divided by that of the first."""
    ratio = rows["median"].to_numpy() / first["median"].to_numpy()
    draw_objective(axes, rows.assign(median=ratio), line, "")
    axes.set_yscale("linear")


@styled
def objectives_figure(
    profiles: Sequence[pd.DataFrame],
    records: Sequence[Record],
    headline: Mapping[str, Any],
    interval: float,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """Median profiles with 25–75 % bands, one line per objective, and their ratios to the first.

    profiles, records: one per objective of the same arm, in the same order; interval: the coverage of
    the intervals.
    """
    medians = [pooled(profile, headline["skip_sources"]) for profile in profiles]
    fits = [headline_fits(record, headline)[0] for record in records]
    names = [arm_title(record["arm"], "objective") for record in records]
    figure = size.figure(6.6, 5.8 * size.flatness)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3.6, 1])
    for number, (rows, fit, name) in enumerate(zip(medians, fits, names, strict=True)):
        line = style_of(number)
        draw_objective(upper, rows, line, f"{name}:  {describe(fit)}")
        x = rows["distance"] + 1
        upper.fill_between(x, rows["q25"], rows["q75"], color=line["color"], alpha=0.13, lw=0)
        draw_ratio(lower, rows, medians[0], line)
    mark_range(upper, fits[0])
    room_below(upper)
    plain_log(upper.xaxis)
    plain_log(upper.yaxis)
    heading(
        upper,
        arm_title(records[0]["arm"], "model", "weights", "corpus", "order"),
        sample_line(fits[0], seeds_of(profiles[0])),
    )
    upper.set_ylabel(PROFILE_LABEL)
    lower.set(xlabel=DISTANCE_LABEL, ylabel=f"ratio to\n{names[0]}")
    title = f"median with 25–75 % band; power-law fit, {brackets(records[0], interval)}"
    legend_below(figure, labelled(upper), columns=1, title=title)
    return figure
