"""Which attribution methods notice that a model's weights are random."""

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.faithfulness import in_words
from token_influence.figures.style import (
    INK,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    heading,
    labelled,
    legend_below,
    styled,
)
from token_influence.tables.sanity import UNNOTICED

EVERYTHING = "all"
MARKERS = "ovs^Dp"


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One model and data set: a row for each method, the most alike with all random weights first."""
    whole = rows[rows["layers"] == EVERYTHING].sort_values("rank_correlation", ascending=False)
    heights = {method: height for height, method in enumerate(whole["method"])}
    steps = list(dict.fromkeys(rows["layers"]))
    colours = matplotlib.colormaps["viridis_r"]
    axes.axvline(UNNOTICED, color=MUTED, lw=0.8, ls="--", zorder=0)
    for k, step in enumerate(steps):
        part = rows[rows["layers"] == step]
        # Slightly apart, so that equal values can be told apart.
        offset = 0.36 * (k - (len(steps) - 1) / 2) / max(len(steps) - 1, 1)
        axes.errorbar(
            part["rank_correlation"], part["method"].map(heights) + offset,
            xerr=part["standard_error"], fmt=MARKERS[k % len(MARKERS)], ms=4, lw=1.1,
            color=colours((k + 0.5) / len(steps)), label=step_in_words(step),
        )  # fmt: skip
    unnoticed = " (does not notice)"
    labels = [
        in_words(method).replace("\n", ", ") + ("" if notices else unnoticed)
        for method, notices in zip(whole["method"], whole["notices"], strict=True)
    ]
    axes.set_yticks(range(len(labels)), labels)
    for label in axes.get_yticklabels():
        label.set_color(VERMILLION if label.get_text().endswith(unnoticed) else INK)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(min(-0.3, rows["rank_correlation"].min() - 0.1), 1.05)
    axes.set_xlabel("rank correlation with the trained model's scores")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    model, data = rows["model"].iloc[0], rows["data"].iloc[0]
    heading(axes, f"{model} · {data}", f"{rows['n'].max():,} passages, mean and standard error")


def step_in_words(layers: str) -> str:
    """Which weights are random, in words.

    >>> step_in_words("1"), step_in_words("10"), step_in_words("all")
    ('top layer', 'top 10 layers', 'all weights')
    """
    if layers == EVERYTHING:
        return "all weights"
    return "top layer" if layers == "1" else f"top {layers} layers"


@styled
def sanity_figure(table: pd.DataFrame, size: Size = TWO_COLUMNS) -> Figure:
    """A panel for each model and data set of the table `faithfulness_sanity`.

    `layers` is text: a number, or `all`.
    """
    panels = [rows for _, rows in table.groupby(["model", "data"], sort=False)]
    most = max(rows["method"].nunique() for rows in panels)
    figure = size.figure(7.2, (1.3 + 0.34 * most) * len(panels))
    grid = figure.subplots(len(panels), 1, squeeze=False).ravel()
    for axes, rows in zip(grid, panels, strict=True):
        draw_panel(axes, rows)
    legend_below(figure, labelled(grid[0]), columns=4, title="random weights in")
    return figure
