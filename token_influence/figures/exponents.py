"""Every power-law exponent of the study with its interval: a forest plot."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from token_influence.claims.published import EXPONENTS, RANGE
from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    above,
    arm_title,
    intervals,
    legend_below,
    styled,
)
from token_influence.fitting.families import FAMILIES
from token_influence.profiles.labels import POOLED, sources_in_words
from token_influence.ranges import FULL

ROW = ["model", "weights", "corpus", "order", "objective"]
MARKERS: list[dict[str, Any]] = [
    {"color": BLUE, "marker": "o", "mfc": BLUE},
    {"color": VERMILLION, "marker": "s", "mfc": "white"},
    {"color": "black", "marker": "^", "mfc": "white"},
]
SPREAD = 0.17
"""Half the height over which the points of one row are spread."""
LABELS = 2.6
"""Width of the labels of the rows, in inches."""
NO_VALUE = 1.15
"""Where the column for profiles without an exponent stands, in widths of the panel."""


def power_laws(decay: pd.DataFrame) -> pd.DataFrame:
    """The pooled power-law rows of the decay table."""
    return decay[(decay["family"] == "power_law") & (decay["seed"] == POOLED)]


def drawable(fit: pd.Series) -> bool:
    """Whether the exponent is identified and not at one of its bounds."""
    lower, upper = FAMILIES["power_law"].shapes[0].bounds(float(fit["distance_max"]))
    return bool(fit["identified"]) and lower * 1.001 < fit["p"] < upper * 0.999


def draw_exponent(axes: Axes, fit: pd.Series, height: float, marker: dict[str, Any]) -> None:
    """One exponent with its interval; a cross in the column beside the panel if it cannot be drawn."""
    if not drawable(fit):
        axes.plot(
            NO_VALUE, height, transform=axes.get_yaxis_transform(), marker="x", ms=5, mew=1.2,
            color=marker["color"], gid="unidentified", clip_on=False,
        )  # fmt: skip
        return
    axes.plot([fit["p_low"], fit["p_high"]], [height] * 2, color=marker["color"], lw=1.3)
    axes.plot(fit["p"], height, **marker, ms=4.8, mew=1.1, ls="none", gid="identified")
    edge = axes.get_xlim()[1]
    if fit["p_high"] > edge:
        axes.plot(edge, height, color=marker["color"], marker=">", ms=4.5, clip_on=False)


def draw_range(axes: Axes, fits: pd.DataFrame, rows: Sequence[tuple], skips: list[int]) -> None:
    """One panel: the exponents on one range, a row per arm and objective."""
    if (fits["range"] == RANGE).all():
        axes.axvspan(*EXPONENTS, color=BAND_OUTER, lw=0, zorder=0, gid="published")
    for _, fit in fits.iterrows():
        number = skips.index(fit["skip_sources"])
        height = rows.index(tuple(fit[ROW])) + SPREAD * (2 * number - len(skips) + 1)
        draw_exponent(axes, fit, height, MARKERS[number])
    ends = [str(end) for end in (fits["distance_max"].min(), fits["distance_max"].max())]
    name = "full: " if (fits["range"] == FULL).all() else ""
    axes.set_title(f"{name}$r$ = {fits['distance_min'].min()} … {'–'.join(dict.fromkeys(ends))}")
    axes.set_xlabel("exponent $p$")
    axes.text(NO_VALUE, -0.02, "none", transform=axes.transAxes, ha="center", va="top", color=MUTED)


def row_labels(rows: Sequence[tuple]) -> list[str]:
    """A label for each row; with several models, the first row of each model names it."""
    labels = [arm_title(dict(zip(ROW, row, strict=True)), *ROW[1:]) for row in rows]
    if len({row[0] for row in rows}) > 1:
        for at, row in enumerate(rows):
            if at == 0 or row[0] != rows[at - 1][0]:
                labels[at] = f"{row[0]}\n{labels[at]}"
    return labels


def set_up(axes: Axes, rows: Sequence[tuple], limit: float) -> None:
    """A panel with one labelled line per row."""
    axes.set_yticks(range(len(rows)), row_labels(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, limit)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for edge in range(1, len(rows)):
        same = rows[edge][0] == rows[edge - 1][0]
        axes.axhline(edge - 0.5, color=BAND_OUTER if same else MUTED, lw=0.6, zorder=0)


def legend_handles(skips: list[int]) -> list[Artist]:
    """A marker per choice of sources, the cross, and the published band."""
    handles: list[Artist] = [
        Line2D(
            [], [], **MARKERS[number], ms=4.8, mew=1.1, lw=1.3,
            label=sources_in_words(skip).removesuffix(" as sources"),
        )
        for number, skip in enumerate(skips)
    ]  # fmt: skip
    cross: dict[str, Any] = {"color": MUTED, "marker": "x", "ms": 5, "mew": 1.2, "ls": "none"}
    handles.append(Line2D([], [], **cross, label="none: no exponent is identified"))
    low, high = EXPONENTS
    handles.append(Patch(color=BAND_OUTER, label=f"published, base models: {low} to {high}"))
    return handles


@styled
def exponents_figure(decay: pd.DataFrame, interval: float, size: Size = TWO_COLUMNS) -> Figure:
    """The pooled power-law exponents of the decay table: a panel per range, a row per profile.

    Exponents that are not identified, or lie at a bound of p, are shown as crosses.
    interval: the coverage of the intervals.
    """
    fits = power_laws(decay)
    models = list(dict.fromkeys(fits["model"]))
    rows = list(dict.fromkeys(fits[ROW].itertuples(index=False, name=None)))
    rows.sort(key=lambda row: models.index(row[0]))
    skips = sorted(fits["skip_sources"].unique().tolist())
    ranges = list(fits.groupby("range", sort=False))
    largest = fits.loc[fits.apply(drawable, axis=1), "p"].max()
    limit = 1.5 if pd.isna(largest) else max(1.5, 1.25 * largest)
    columns = size.across(1.7, len(ranges), beside=LABELS)
    lines = ceil(len(ranges) / columns)
    figure = size.figure(LABELS + 2.1 * columns, 0.8 + (0.7 + 0.42 * len(rows)) * lines)
    panels = figure.subplots(lines, columns, sharey=True, squeeze=False).ravel()
    for axes in panels[len(ranges) :]:
        axes.set_axis_off()
    for axes, (_, on_range) in zip(panels, ranges, strict=False):
        set_up(axes, rows, limit)
        draw_range(axes, on_range, rows, skips)
    if len(models) == 1:
        above(figure, models[0])
    entries = {str(handle.get_label()): handle for handle in legend_handles(skips)}
    legend_below(figure, entries, columns=4, title=f"points: $p$; lines: {intervals(interval)}")
    return figure
