"""How the exponent depends on the limits of the fitted range."""

from itertools import zip_longest
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.exponents import ROW, drawable
from token_influence.figures.style import BLUE, GREEN, MUTED, VERMILLION, arm_title, styled

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


def upper_labels(fits: pd.DataFrame) -> pd.Series:
    """Each row's upper limit as text; the largest one of its profile is `full`."""
    largest = fits.groupby(ROW)["distance_max"].transform("max")
    return fits["distance_max"].astype(str).where(fits["distance_max"] < largest, "full")


def draw_panel(axes: Axes, fits: pd.DataFrame, lowest: list[int], uppers: list[str]) -> None:
    """The exponents of one profile: by lower limit along x, by upper limit side by side."""
    for number, upper in enumerate(uppers):
        shift = SPREAD * ((number + 0.5) / len(uppers) - 0.5)
        part = fits[(fits["upper"] == upper) & fits.apply(drawable, axis=1)]
        x = np.array([lowest.index(low) for low in part["distance_min"]]) + shift
        style = MARKERS[number % len(MARKERS)]
        axes.vlines(x, part["p_low"], part["p_high"], color=style["color"], lw=1.0)
        axes.plot(x, part["p"], **style, ms=3.6, mew=0.9, ls="none", label=upper, gid=upper)
    if not fits.apply(drawable, axis=1).any():
        axes.text(
            0.5, 0.5, "no exponent identified", transform=axes.transAxes, ha="center", color=MUTED
        )


@styled
def sweep_figure(sweep: pd.DataFrame, skip_sources: int) -> Figure:
    """Power-law exponents of the sweep table: a panel per profile, all seeds pooled.

    Fits that are not identified, or at a bound of p, are left out.
    """
    chosen = (sweep["family"] == "power_law") & (sweep["skip_sources"] == skip_sources)
    fits = sweep[chosen].assign(upper=upper_labels(sweep[chosen]))
    profiles = list(fits.groupby(ROW, sort=False))
    lowest = sorted(fits["distance_min"].unique().tolist())
    uppers = sorted(fits["upper"].unique(), key=lambda word: (word == "full", word.zfill(9)))
    rows = ceil(len(profiles) / COLUMNS)
    models = list(dict.fromkeys(fits["model"]))
    height = PANEL[1] + (NAME if len(models) > 1 else 0)
    figure = Figure(figsize=(0.5 + PANEL[0] * COLUMNS, 0.9 + height * rows))
    panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    for axes, profile in zip_longest(panels.flat, profiles):
        if profile is None:
            axes.set_axis_off()
            continue
        row, part = profile
        draw_panel(axes, part, lowest, uppers)
        arm = dict(zip(ROW, row, strict=True))
        title = f"{arm_title(arm, *ROW[1:4])}\n{arm_title(arm, 'objective')}"
        named = f"{arm['model']}\n{title}" if len(models) > 1 else title
        axes.set_title(named, fontsize=8, fontweight="normal")
    top = fits.loc[fits.apply(drawable, axis=1), "p"].max()
    panels[0, 0].set_ylim(0, 2 if pd.isna(top) else 1.6 * top)
    panels[0, 0].set_xticks(range(len(lowest)), [str(low) for low in lowest])
    for axes in panels[:, 0]:
        axes.set_ylabel("exponent $p$")
    for axes in panels.flat[max(0, len(profiles) - COLUMNS) : len(profiles)]:
        axes.set_xlabel("lower limit of $r$")
        axes.tick_params(labelbottom=True)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, labels, title="upper limit of $r$", loc="outside lower center", ncols=len(uppers)
    )
    if len(models) == 1:
        figure.suptitle(models[0], x=0.012, ha="left", fontsize=9, fontweight="normal")
    return figure
