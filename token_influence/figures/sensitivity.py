"""How p and γ of the power law move when one choice of the analysis is changed: forest plots."""

from collections.abc import Sequence
from itertools import zip_longest
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.decay.sensitivity import UNCHANGED
from token_influence.figures.exponents import ROW, drawable
from token_influence.figures.style import BAND_OUTER, BLUE, INK, MUTED, arm_title, styled

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
    """One estimate with its interval; a cross at the right edge if it is not determined."""
    colour = INK if fit["changed"] == UNCHANGED else BLUE
    if not drawable(fit):
        axes.plot(
            0.95, height, transform=axes.get_yaxis_transform(), marker="x", ms=4, mew=1,
            color=MUTED, gid="unidentified",
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
def sensitivity_figure(table: pd.DataFrame) -> Figure:
    """Power-law p and γ of every profile in the table of sensitivity, for every analysis.

    Fits that are not identified, or whose p is at a bound, are shown as crosses; profiles without
    any other fit are named below the figure.
    """
    drawn = table[table.apply(drawable, axis=1)]
    grouped = dict(list(table.groupby(ROW, sort=False)))
    shown = set(drawn[ROW].itertuples(index=False, name=None))
    profiles = [profile for profile in grouped.items() if profile[0] in shown]
    rows = list(dict.fromkeys(zip(table["changed"], table["value"], strict=True)))
    limits = {name: limit_of(drawn, name) for name in SYMBOLS}
    lines = max(1, ceil(len(profiles) / PER_ROW))
    figure = Figure(figsize=(1.7 + 3.9 * PER_ROW, 0.6 + (0.75 + 0.155 * len(rows)) * lines))
    panels = figure.subplots(lines, PER_ROW * len(SYMBOLS), sharey=True, squeeze=False)
    models = list(dict.fromkeys(table["model"]))
    keys = ROW[len(models) == 1 :]
    pairs = panels.reshape(-1, len(SYMBOLS))
    for pair, profile in zip_longest(pairs, profiles):
        if profile is None:
            for axes in pair:
                axes.set_axis_off()
            continue
        names, fits = profile
        for axes, name in zip(pair, SYMBOLS, strict=True):
            draw_panel(axes, fits, name, rows, limits[name])
        title = arm_title(dict(zip(ROW, names, strict=True)), *keys)
        pair[0].set_title(title, fontsize=8.5, fontweight="normal")
    others = [names for names in grouped if names not in shown]
    if others:
        titles = [arm_title(dict(zip(ROW, names, strict=True)), *keys) for names in others]
        words = ["No exponent is determined by any of these analyses:", *titles]
        figure.supxlabel("\n".join(words), x=0.012, ha="left", fontsize=8.5, color=MUTED)
    if len(models) == 1:
        figure.suptitle(models[0], x=0.012, ha="left", fontsize=9, fontweight="normal")
    return figure
