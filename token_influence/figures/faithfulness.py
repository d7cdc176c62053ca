"""How faithful each method is: the area over its ablation curve, with standard errors."""

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    fitted,
    heading,
    inches_of,
    labelled,
    legend_below,
    styled,
)

MEASURE = "aopc"
BENCHMARK = ["model", "data", "conventions"]
LABELS = 2.0
"""Width of the names of the methods, in inches."""
NO_LOOK = ("random", "distance")
"""Methods that do not look at the model."""


def in_words(method: str) -> str:
    """A method's label in words, more than one option in a line of its own.

    >>> in_words("fisher-rank=4"), in_words("integrated_gradients-steps=5-weighted=True")
    ('Fisher, rank 4', 'integrated gradients\\nsteps 5, weighted')
    """
    name, *options = re.split(r"-(?=\w+=)", method)
    method_words = name.replace("fisher", "Fisher").replace("hutch", "Hutch").replace("_x_", " × ")
    option_words = ", ".join(option.replace("=True", "").replace("=", " ") for option in options)
    break_or_comma = "\n" if len(options) > 1 else ", " if options else ""
    return f"{method_words}{break_or_comma}{option_words}".replace("_", " ")


def label(method: str) -> str:
    """A method's words in lines that are no longer than `LABELS`."""
    return fitted(in_words(method), LABELS, 8.5)


def heights_of(rows: pd.DataFrame) -> np.ndarray:
    """The height of each row of a panel, by the lines of its label; 1 for one line."""
    return np.array([max(1, 0.75 * len(label(method).split("\n"))) for method in rows["method"]])


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One benchmark: a row for each method, the most faithful first."""
    rows = rows.sort_values("value")
    axes.axvline(0, color=BAND_OUTER, lw=0.8, zorder=0)
    heights = heights_of(rows)
    centres = heights.cumsum() - heights / 2
    for height, (_, row) in zip(centres, rows.iterrows(), strict=True):
        baseline = row["method"].partition("-")[0] in NO_LOOK
        axes.errorbar(
            row["value"], height, xerr=row["standard_error"], fmt="s" if baseline else "o",
            color=VERMILLION if baseline else BLUE, mfc="white" if baseline else None,
            ms=4.5, lw=1.3,
            label="does not look at the model" if baseline else "looks at the model",
        )  # fmt: skip
    axes.set_yticks(centres, [label(method) for method in rows["method"]])
    axes.set_ylim(heights.sum(), 0)
    axes.locator_params("x", nbins=5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    model, data, conventions = (rows[key].iloc[0] for key in BENCHMARK)
    counts = sorted({rows["n"].min(), rows["n"].max()})
    passages = " to ".join(f"{n:,}" for n in counts)
    title = f"{data} · {conventions.replace('_', ' ')}"
    heading(axes, title, f"{model}, {passages} passages", labels=LABELS)


@styled
def faithfulness_figure(table: pd.DataFrame, size: Size = TWO_COLUMNS) -> Figure:
    """A panel for each model, data set and conventions of the table `faithfulness`.

    Points are the mean AOPC over passages, lines its standard error. A benchmark without AOPC has no
    panel.
    """
    areas = table[table["measure"] == MEASURE]
    panels = [rows for _, rows in areas.groupby(BENCHMARK, sort=False)]
    heights = [heights_of(rows).sum() for rows in panels] or [1]
    figure = size.figure(7.2, 0.22 * sum(heights) + 0.45 * len(heights) + 0.9)
    grid = figure.subplots(
        len(heights), sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights}
    ).ravel()
    if not panels:
        grid[0].set_axis_off()
        grid[0].annotate("no AOPC is measured", (0, 0.5), color=MUTED)
        return figure
    for axes, rows in zip(grid, panels, strict=True):
        draw_panel(axes, rows)
    words = "AOPC (nats; below 0 is faithful), with standard error"
    grid[-1].set_xlabel(fitted(words, inches_of(grid[-1], labels=LABELS)))
    legend_below(figure, labelled(grid[0]), columns=2)
    return figure
