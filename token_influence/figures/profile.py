"""The median profile of one arm and objective with its bands, both fits and their residuals."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.curves import (
    LOOKS,
    Record,
    brackets,
    curve,
    describe,
    headline_fits,
)
from token_influence.figures.style import (
    BAND_INNER,
    BAND_OUTER,
    INK,
    MUTED,
    TWO_COLUMNS,
    Size,
    arm_title,
    fitted,
    heading,
    inches_of,
    labelled,
    legend_below,
    plain_log,
    room_below,
    sample_line,
    styled,
)
from token_influence.profiles.labels import POOLED

DISTANCE_LABEL = "$r+1$   (distance $r$ in tokens)"
PROFILE_LABEL = r"Normalised influence $\bar{G}(r)$"


def pooled(profile: pd.DataFrame, skip_sources: int) -> pd.DataFrame:
    """The pooled rows at the distances that every prediction has, which are those with the largest n."""
    chosen = (profile["seed"] == POOLED) & (profile["skip_sources"] == skip_sources)
    rows = profile[chosen].sort_values("distance")
    return rows[rows["n"] == rows["n"].max()]


def seeds_of(profile: pd.DataFrame) -> list[str]:
    """The seeds of a profile, in the study's order and without the pooled one."""
    return [seed for seed in profile["seed"].unique() if seed != POOLED]


def draw_bands(axes: Axes, rows: pd.DataFrame) -> None:
    """The 5–95 % and 25–75 % bands over predictions."""
    x = rows["distance"] + 1
    for low, high, colour in [("q05", "q95", BAND_OUTER), ("q25", "q75", BAND_INNER)]:
        text = f"{int(low[1:])}–{int(high[1:])} % of predictions"
        axes.fill_between(x, rows[low], rows[high], color=colour, lw=0, label=text, gid=low)


def draw_median(axes: Axes, rows: pd.DataFrame, **line: Any) -> None:
    """The median profile against r + 1 on logarithmic axes."""
    axes.set(xscale="log", yscale="log")
    style = {"color": INK, "lw": 1.4, "label": r"median $\bar{G}(r)$", "gid": "median", **line}
    axes.plot(rows["distance"] + 1, rows["median"], **style)


def draw_fit(axes: Axes, fit: Record, rows: pd.DataFrame, label: str) -> None:
    """A fitted curve: strong on the fitted range, faint beyond it; not drawn if not identified."""
    look = LOOKS[fit["family"]]
    if not fit["identified"]:
        axes.plot([], [], **look.line, lw=1.7, label=label)
        return
    r = rows["distance"].to_numpy(dtype=float)
    inside = r[(r >= fit["distance_min"]) & (r <= fit["distance_max"])]
    axes.plot(r + 1, curve(fit, r), **look.line, lw=1.0, alpha=0.45)
    axes.plot(inside + 1, curve(fit, inside), **look.line, lw=1.7, label=label, gid=fit["family"])


def mark_range(axes: Axes, fit: Record) -> None:
    """A bracket along the bottom of `axes` over the fitted range."""
    ends = np.array([fit["distance_min"], fit["distance_max"]]) + 1.0
    transform = axes.get_xaxis_transform()
    axes.plot(
        ends, [0.04, 0.04], transform=transform, color=MUTED, lw=0.9, marker="|", ms=6, gid="range"
    )
    axes.text(
        float(np.sqrt(ends.prod())), 0.052,
        f"fitted: $r$ = {fit['distance_min']} … {fit['distance_max']}",
        transform=transform, color=MUTED, fontsize=8, ha="center", va="bottom",
    )  # fmt: skip


def draw_ratio(axes: Axes, rows: pd.DataFrame, fit: Record) -> None:
    """The median divided by one fit, on the fitted range."""
    if fit["identified"]:
        inside = rows[rows["distance"].between(fit["distance_min"], fit["distance_max"])]
        r = inside["distance"].to_numpy(dtype=float)
        ratio = inside["median"].to_numpy() / curve(fit, r)
        axes.plot(r + 1, ratio, **LOOKS[fit["family"]].points, ls="none", gid=fit["family"])


def draw_ratios(axes: Axes, rows: pd.DataFrame, fits: Sequence[Record]) -> None:
    """The lower panel: the median divided by each fit, or the reason why there is no fit."""
    reasons = [f"{LOOKS[fit['family']].name}: {fit['reason']}" for fit in fits if fit["reason"]]
    axes.text(
        0.5, 0.5, "\n".join(fitted(reason, inches_of(axes), 8) for reason in reasons),
        transform=axes.transAxes, color=MUTED, fontsize=8, ha="center", va="center",
    )  # fmt: skip
    for fit in fits:
        draw_ratio(axes, rows, fit)
    if len(reasons) < len(fits):
        axes.axhline(1, color=INK, lw=0.7)
    else:
        axes.set_yticks([])
    axes.set(xlabel=DISTANCE_LABEL, ylabel=r"$\bar{G}$ / fit")


@styled
def profile_figure(
    profile: pd.DataFrame,
    record: Record,
    headline: Mapping[str, Any],
    interval: float,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """Median profile, bands and both fits of one arm and objective on logarithmic axes.

    A lower panel shows the ratios of the median to the fits. profile: see `aggregate`; record: content
    of a file in results/decay; headline: the `range` and `skip_sources` to show; interval: the coverage
    of the intervals.
    """
    fits = headline_fits(record, headline)
    rows = pooled(profile, headline["skip_sources"])
    figure = size.figure(6.6, 6.2 * size.flatness)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3.6, 1])
    draw_median(upper, rows)
    draw_bands(upper, rows)
    for fit in fits:
        look = LOOKS[fit["family"]]
        draw_fit(upper, fit, rows, f"{look.name} {look.formula}\n{describe(fit)}")
    draw_ratios(lower, rows, fits)
    mark_range(upper, fits[0])
    room_below(upper)
    plain_log(upper.xaxis)
    plain_log(upper.yaxis)
    heading(
        upper,
        arm_title(record["arm"], "model", "weights", "corpus", "order", "objective"),
        sample_line(fits[0], seeds_of(profile)),
    )
    upper.set_ylabel(PROFILE_LABEL)
    legend_below(figure, labelled(upper), columns=2, title=brackets(record, interval))
    return figure
