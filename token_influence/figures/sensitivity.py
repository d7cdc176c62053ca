"""How p and γ of the power law move when one choice of the analysis is changed: forest plots."""

from collections.abc import Sequence
from itertools import zip_longest
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.decay.sensitivity import UNCHANGED
from token_influence.figures.exponents import ROW, drawable
from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    INK,
    MUTED,
    TWO_COLUMNS,
    Size,
    above,
    arm_title,
    fitted,
    intervals,
    styled,
)

NO_VALUE = 1.05
"""Where the crosses of undetermined estimates stand, in widths of the panel."""
PER_ROW = 2
"""Profiles beside each other; each has a panel for p and one for γ."""
SYMBOLS = {"p": "exponent $p$", "gamma": r"floor $\gamma$"}
WORDS = {
    ("normalisation", "diagonal"): "$G(i,j)/G(i,i)$",
    ("normalisation", "row_sum"): r"$G(i,j)/\Sigma_j\,G(i,j)$",
    ("normalisation", "raw"): "raw $G(i,j)$",
    ("weighting", "inverse_variance"): "inverse-variance weights",
    ("weighting", "uniform"): "uniform weights",
    ("skip_sources", "0"): "with the first tokens",
    ("range", "full"): "full range",
}
PHRASES = {
    "range": "$r$ = {}",
    "scale": "{} scale",
    "seed": "seed {}",
    "skip_sources": "without first {} tokens",
}
"""An analysis in words, by what was changed and its value; otherwise the value itself."""


def in_words(changed: str, value: str) -> str:
    """What was changed, as the label of a row."""
    phrase = PHRASES.get(changed, "{}").format(value.replace("_", " ").replace("..", " … "))
    return WORDS.get((changed, value), phrase)


def draw_row(axes: Axes, fit: pd.Series, name: str, height: int) -> None:
    """One estimate with its interval; a cross beside the panel if it is not determined."""
    colour = INK if fit["changed"] == UNCHANGED else BLUE
    if not drawable(fit):
        axes.plot(
            NO_VALUE, height, transform=axes.get_yaxis_transform(), marker="x", ms=4, mew=1,
            color=MUTED, gid="unidentified", clip_on=False,
        )  # fmt: skip
        return
    axes.plot([fit[f"{name}_low"], fit[f"{name}_high"]], [height] * 2, color=colour, lw=1.2)
    axes.plot(fit[name], height, color=colour, marker="o", ms=3.6, gid="identified")
    edge = axes.get_xlim()[1]
    if fit[f"{name}_high"] > edge:
        axes.plot(edge, height, color=colour, marker=">", ms=4, clip_on=False)


def draw_panel(
    axes: Axes, fits: pd.DataFrame, name: str, rows: Sequence[tuple[str, str]], limit: float
) -> None:
    """One parameter of one profile: a row per analysis, and a band for the headline's interval."""
    axes.set_xlim(0, limit)
    axes.locator_params("x", nbins=4, steps=[1, 5, 10])  # labels such as 0.075 are too wide
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [in_words(*row) for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(SYMBOLS[name])
    for at in range(1, len(rows)):
        if rows[at][0] != rows[at - 1][0]:
            axes.axhline(at - 0.5, color=BAND_OUTER, lw=0.6, zorder=0)
    for _, fit in fits.iterrows():
        if fit["changed"] == UNCHANGED and drawable(fit):
            band = (fit[f"{name}_low"], fit[f"{name}_high"])
            axes.axvspan(*band, color=BAND_OUTER, alpha=0.6, lw=0, zorder=0, gid="headline")
            axes.axvline(fit[name], color=MUTED, lw=0.7, ls=":", zorder=1)
        draw_row(axes, fit, name, rows.index((fit["changed"], fit["value"])))


def limit_of(drawn: pd.DataFrame, name: str) -> float:
    """Where the axis of a parameter ends: beyond all estimates, and beyond most intervals."""
    if drawn.empty:
        return 1.0
    return 1.08 * max(1.2 * drawn[name].max(), drawn[f"{name}_high"].quantile(0.9))


@styled
def sensitivity_figure(table: pd.DataFrame, interval: float, size: Size = TWO_COLUMNS) -> Figure:
    """Power-law p and γ of every profile in the table of sensitivity, for every analysis.

    Fits that are not identified, or whose p is at a bound, are shown as crosses; profiles without
    any other fit are named below the figure. interval: the coverage of the intervals.
    """
    table = table.reset_index(drop=True)
    models = list(dict.fromkeys(table["model"]))
    keys = ROW[len(models) == 1 :]
    profiles = {
        arm_title({key: fits[key].iloc[0] for key in ROW}, *keys): fits
        for _, fits in table.groupby(ROW, sort=False)
    }
    drawn = table[table.apply(drawable, axis=1)]
    shown = [title for title, fits in profiles.items() if fits.index.isin(drawn.index).any()]
    rows = list(dict.fromkeys(zip(table["changed"], table["value"], strict=True)))
    limits = {name: limit_of(drawn, name) for name in SYMBOLS}
    per_row = size.across(3.4, PER_ROW, beside=1.7)
    lines = max(1, ceil(len(shown) / per_row))
    height = 0.6 + (0.75 + 0.155 * len(rows)) * lines + 0.16 * (1 + len(profiles) - len(shown))
    figure = size.figure(1.7 + 3.9 * per_row, height)
    panels = figure.subplots(lines, per_row * len(SYMBOLS), sharey=True, squeeze=False)
    for pair, title in zip_longest(panels.reshape(-1, len(SYMBOLS)), shown):
        if title is None:
            for axes in pair:
                axes.set_axis_off()
            continue
        for axes, name in zip(pair, SYMBOLS, strict=True):
            draw_panel(axes, profiles[title], name, rows, limits[name])
        pair[0].set_title(title, fontsize=8.5, fontweight="normal")
    words = [
        f"Lines: {intervals(interval)}; grey band: that of the headline's analysis; "
        "× beside a panel: none is determined."
    ]
    if others := [title for title in profiles if title not in shown]:
        words += ["No exponent is determined by any of these analyses:", *others]
    below = fitted("\n".join(words), figure.get_figwidth() - 0.2, 8.5)
    figure.supxlabel(below, x=0.012, ha="left", fontsize=8.5, color=MUTED)
    if len(models) == 1:
        above(figure, models[0])
    return figure
