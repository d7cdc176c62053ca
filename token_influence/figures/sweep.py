"""How the exponent depends on the limits of the fitted range."""

from itertools import zip_longest
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from token_influence.figures.exponents import ROW, drawable
from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    GREEN,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    above,
    arm_title,
    intervals,
    labelled,
    legend_below,
    styled,
)

COLUMNS = 3
PANEL = (2.5, 2.0)
"""Width and height of one panel, in inches."""
NAME = 0.15
"""Height of a model's name over a panel, in inches."""
MARKERS: list[dict[str, Any]] = [
    {"color": BLUE, "marker": "o", "mfc": BLUE},
    {"color": VERMILLION, "marker": "s", "mfc": "white"},
    {"color": GREEN, "marker": "D", "mfc": GREEN},
    {"color": "black", "marker": "^", "mfc": "white"},
    {"color": MUTED, "marker": "v", "mfc": MUTED},
]
SPREAD = 0.62
"""Width over which the points of one lower limit are spread."""
NONE = 0.24
"""Height of the row below p = 0 for fits without an exponent, in heights of the part above."""


def upper_labels(fits: pd.DataFrame) -> pd.Series:
    """Each row's upper limit as text; the largest one of its profile is `full`."""
    largest = fits.groupby(ROW)["distance_max"].transform("max")
    return fits["distance_max"].astype(str).where(fits["distance_max"] < largest, "full")


def draw_panel(
    axes: Axes, fits: pd.DataFrame, lowest: list[int], uppers: list[str], limit: float
) -> None:
    """The exponents of one profile: by lower limit along x, by upper limit side by side.

    limit: the end of the axis of p. Crosses below it are fits that do not determine an exponent.
    """
    determined = fits.apply(drawable, axis=1)
    axes.axhline(0, color=BAND_OUTER, lw=0.6, zorder=0)
    for number, upper in enumerate(uppers):
        shift = SPREAD * ((number + 0.5) / len(uppers) - 0.5)
        on_upper = fits["upper"] == upper
        part, others = fits[on_upper & determined], fits[on_upper & ~determined]
        style = MARKERS[number % len(MARKERS)]
        x = np.array([lowest.index(low) for low in others["distance_min"]]) + shift
        axes.plot(
            x, np.full(len(x), -0.6 * NONE * limit), color=style["color"],
            marker="x", ms=3.6, mew=0.9, ls="none", gid="unidentified",
        )  # fmt: skip
        x = np.array([lowest.index(low) for low in part["distance_min"]]) + shift
        axes.vlines(x, part["p_low"], part["p_high"], color=style["color"], lw=1.0)
        axes.plot(x, part["p"], **style, ms=3.6, mew=0.9, ls="none", label=upper, gid=upper)
    if not determined.any():
        axes.text(
            0.5, 0.5, "no exponent identified", transform=axes.transAxes, ha="center", color=MUTED
        )


@styled
def sweep_figure(
    sweep: pd.DataFrame, skip_sources: int, interval: float, size: Size = TWO_COLUMNS
) -> Figure:
    """Power-law exponents of the sweep table: a panel per profile, all seeds pooled.

    Fits that are not identified, or at a bound of p, are crosses in a row of their own. interval: the
    coverage of the intervals.
    """
    chosen = (sweep["family"] == "power_law") & (sweep["skip_sources"] == skip_sources)
    fits = sweep[chosen].assign(upper=upper_labels(sweep[chosen]))
    profiles = list(fits.groupby(ROW, sort=False))
    lowest = sorted(fits["distance_min"].unique().tolist())
    uppers = sorted(fits["upper"].unique(), key=lambda word: (word == "full", word.zfill(9)))
    top = fits.loc[fits.apply(drawable, axis=1), "p"].max()
    limit = 2.0 if pd.isna(top) else 1.6 * top
    columns = size.across(0.8 * PANEL[0], COLUMNS)
    rows = ceil(len(profiles) / columns)
    models = list(dict.fromkeys(fits["model"]))
    height = PANEL[1] + (NAME if len(models) > 1 else 0)
    figure = size.figure(0.5 + PANEL[0] * columns, 0.9 + height * rows)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, profile in zip_longest(panels.flat, profiles):
        if profile is None:
            axes.set_axis_off()
            continue
        row, part = profile
        draw_panel(axes, part, lowest, uppers, limit)
        arm = dict(zip(ROW, row, strict=True))
        title = f"{arm_title(arm, *ROW[1:4])}\n{arm_title(arm, 'objective')}"
        named = f"{arm['model']}\n{title}" if len(models) > 1 else title
        axes.set_title(named, fontsize=8, fontweight="normal")
    panels[0, 0].set_ylim(-NONE * limit, limit)
    ticks = [
        tick
        for tick in MaxNLocator(3, steps=[1, 2, 5, 10]).tick_values(0, limit)
        if 0 <= tick <= limit
    ]
    panels[0, 0].set_yticks(
        [-0.6 * NONE * limit, *ticks], ["none", *(f"{tick:g}" for tick in ticks)]
    )
    panels[0, 0].set_xticks(range(len(lowest)), [str(low) for low in lowest])
    for axes in panels[:, 0]:
        axes.set_ylabel("exponent $p$")
    for axes in panels.flat[max(0, len(profiles) - columns) : len(profiles)]:
        axes.set_xlabel("lower limit of $r$")
        axes.tick_params(labelbottom=True)
    title = f"upper limit of $r$; lines: {intervals(interval)}; ×: none is identified"
    legend_below(figure, labelled(panels[0, 0]), columns=len(uppers), title=title)
    if len(models) == 1:
        above(figure, models[0])
    return figure
