"""How faithful each method is: the area over its ablation curve, with standard errors."""

import re
from math import ceil

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
PER_ROW = 2
LABELS = 1.8
"""Width of the names of the methods, in inches."""
NO_LOOK = ("random", "distance")
"""Methods that do not look at the model."""


def in_words(method: str) -> str:
    """A method's label in words, more than one option in a line of its own.

    >>> in_words("fisher-rank=4"), in_words("integrated_gradients-steps=5-weighted=True")
    ('Fisher, rank 4', 'integrated gradients\\nsteps 5, weighted')
    """
    name, *options = re.split(r"-(?=\w+=)", method)
    method_words = name.replace("fisher", "Fisher").replace("_x_", " × ")
    option_words = ", ".join(option.replace("=True", "").replace("=", " ") for option in options)
    break_or_comma = "\n" if len(options) > 1 else ", " if options else ""
    return f"{method_words}{break_or_comma}{option_words}".replace("_", " ")


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One benchmark: a row for each method, the most faithful first."""
    rows = rows.sort_values("value")
    axes.axvline(0, color=BAND_OUTER, lw=0.8, zorder=0)
    for height, (_, row) in enumerate(rows.iterrows()):
        baseline = row["method"].partition("-")[0] in NO_LOOK
        axes.errorbar(
            row["value"], height, xerr=row["standard_error"], fmt="s" if baseline else "o",
            color=VERMILLION if baseline else BLUE, mfc="white" if baseline else None,
            ms=4.5, lw=1.3,
            label="does not look at the model" if baseline else "looks at the model",
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [in_words(method) for method in rows["method"]])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    label = "AOPC (nats; below 0 is faithful), with standard error"
    axes.set_xlabel(fitted(label, inches_of(axes, labels=LABELS)))
    axes.locator_params("x", nbins=5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    model, data, conventions = (rows[key].iloc[0] for key in BENCHMARK)
    counts = sorted({rows["n"].min(), rows["n"].max()})
    passages = " to ".join(f"{n:,}" for n in counts)
    heading(axes, f"{data} · {conventions.replace('_', ' ')}", f"{model}, {passages} passages")


@styled
def faithfulness_figure(table: pd.DataFrame, size: Size = TWO_COLUMNS) -> Figure:
    """A panel for each model, data set and conventions of the table `faithfulness`.

    Points are the mean AOPC over passages, lines its standard error. A benchmark without AOPC has no
    panel.
    """
    areas = table[table["measure"] == MEASURE]
    panels = [rows for _, rows in areas.groupby(BENCHMARK, sort=False)]
    columns = size.across(3.7, min(PER_ROW, max(len(panels), 1)))
    lines = max(1, ceil(len(panels) / columns))
    most = max((len(rows) for rows in panels), default=1)
    figure = size.figure(5.4 * columns, (1.1 + 0.27 * most) * lines + 0.4)
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    for axes, rows in zip(grid, panels, strict=False):
        draw_panel(axes, rows)
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    if not panels:
        grid[0].annotate("no AOPC is measured", (0, 0.5), color=MUTED)
        return figure
    legend_below(figure, labelled(grid[0]), columns=2)
    return figure
