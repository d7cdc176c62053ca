"""The share of predictions that the power law fits better, beside what two truths would give."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    INK,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    arm_title,
    fitted,
    labelled,
    legend_below,
    styled,
)

TRUTHS = {
    "exponential": (VERMILLION, "s", "simulated: all exponentials"),
    "power_law": (BLUE, "o", "simulated: all power laws"),
}


def draw_row(axes: Axes, row: pd.Series, height: float, labelled: bool) -> None:
    """One arm: both simulated shares with the range of 95 % of studies, and the observed share."""
    for truth, (color, marker, label) in TRUTHS.items():
        name = f"{truth}_share"
        axes.plot(
            [row[f"{name}_low"], row[f"{name}_high"]], [height] * 2,
            color=color, lw=7, alpha=0.3, solid_capstyle="butt",
        )  # fmt: skip
        axes.plot(
            row[name], height, marker, color=color, mfc="white", ms=5,
            gid=truth, label=label if labelled else None,
        )  # fmt: skip
    middle = (row["exponential_share"] + row["power_law_share"]) / 2
    axes.plot(
        [middle] * 2, [height - 0.16, height + 0.16], color=MUTED, lw=1, ls=":",
        label="middle, which decides" if labelled else None,
    )  # fmt: skip
    observed = height + 0.22
    axes.plot([row["share_low"], row["share_high"]], [observed] * 2, color=INK, lw=1.5)
    axes.plot(
        row["share"], observed, "D", color=INK, ms=5,
        gid="observed", label="observed" if labelled else None,
    )  # fmt: skip


@styled
def mixtures_figure(table: pd.DataFrame, size: Size = TWO_COLUMNS) -> Figure:
    """A row per arm of `table` (see `tables.mixtures`), with its verdict at the right."""
    rows = [row for _, row in table.iterrows()]
    figure = size.figure(6.9, 1.6 + 0.55 * len(rows))
    axes = figure.subplots()
    for height, row in enumerate(rows):
        draw_row(axes, row, height, labelled=height == 0)
        axes.annotate(
            row["verdict"], (1, height), (6, 0), ("axes fraction", "data"),
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
        if height:
            axes.axhline(height - 0.5, color=BAND_OUTER, lw=0.6, zorder=0)
    several = table["model"].nunique() > 1
    keys = ["model"] * several + ["corpus", "order"]
    titles = [arm_title({key: row[key] for key in (*keys, "objective")}, *keys) for row in rows]
    axes.set_yticks(range(len(rows)), titles)
    axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
    label = "share of predictions that the power law fits better than the exponential"
    axes.set_xlabel(fitted(label, 0.75 * figure.get_figwidth()))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title("Single predictions, each fitted by itself")
    legend_below(figure, labelled(axes), columns=2)
    return figure
