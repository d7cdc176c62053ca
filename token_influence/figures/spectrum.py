"""The Fisher spectrum: eigenvalues, what the first of them explain, and AOPC by rank."""

import re
from collections.abc import Hashable, Sequence

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
    heading,
    plain_log,
    styled,
)

PREDICTIONS = ["model", "data"]
SHOWN_PASSAGES = 10
SMALLEST = 1e-12
"""Eigenvalues below this share of the largest are rounding, and are not drawn."""


def rank_of(method: str, width: int) -> int | None:
    """The rank of a Fisher method from its label, or None for another method.

    >>> rank_of("fisher", 576), rank_of("fisher-rank=4", 576), rank_of("fisher_trace", 576)
    (1, 4, 576)
    >>> rank_of("fisher_hutchinson", 576)
    """
    if method == "fisher_trace":
        return width
    found = re.fullmatch(r"fisher(?:-rank=(\d+))?", method)
    return int(found[1] or 1) if found else None


def draw_eigenvalues(axes: Axes, eigenvalues: pd.DataFrame) -> None:
    """The spectra of the first passages, on log-log scale."""
    passages = list(dict.fromkeys(eigenvalues["passage"]))[:SHOWN_PASSAGES]
    for passage in passages:
        rows = eigenvalues[eigenvalues["passage"] == passage]
        rows = rows[rows["eigenvalue"] > SMALLEST * rows["eigenvalue"].max()]
        axes.loglog(rows["rank"], rows["eigenvalue"], color=BLUE, alpha=0.5, lw=0.9)
    axes.set(xlabel="rank", ylabel="eigenvalue of the Fisher matrix")
    plain_log(axes.xaxis, at=(1.0,))
    heading(axes, "Eigenvalues", f"{len(passages)} passages, a line for each")


def draw_shares(axes: Axes, table: pd.DataFrame) -> None:
    """The cumulative share of the sum of eigenvalues, with its spread over passages."""
    axes.fill_between(
        table["rank"], table["share_low"], table["share_high"], color=BAND_OUTER, lw=0,
        label="5 % to 95 % of passages",
    )  # fmt: skip
    axes.semilogx(table["rank"], table["share"], color=BLUE, label="median")
    axes.set(xlabel="rank k", ylabel="share of the k largest", ylim=(0, 1.02))
    plain_log(axes.xaxis, at=(1.0,))
    axes.legend(loc="lower right")
    heading(axes, "Explained share", f"of the sum of eigenvalues; {table['n'].max():,} passages")


def draw_areas(axes: Axes, areas: pd.DataFrame, width: int) -> None:
    """AOPC of Fisher methods by their rank, with standard errors."""
    ranks = pd.Series([rank_of(method, width) for method in areas["method"]], index=areas.index)
    rows = areas.assign(rank=ranks).dropna(subset="rank").sort_values("rank")
    if rows.empty:
        axes.set_axis_off()
        axes.annotate("no AOPC of Fisher methods", (0.5, 0.5), color=MUTED, ha="center")
        return
    axes.errorbar(
        rows["rank"],
        rows["value"],
        rows["standard_error"],
        fmt="o",
        color=VERMILLION,
        ms=4.5,
        lw=1.3,
    )
    axes.set_xscale("log")
    # Marked ranks alone: on other ticks there is nothing to read.
    ranks = rows["rank"].astype(int)
    axes.set_xticks(ranks, [f"{rank}\n{n}" for rank, n in zip(ranks, rows["n"], strict=True)])
    axes.minorticks_off()
    axes.set_xlim(0.7, 1.6 * width)
    axes.set(xlabel="rank k of the method; passages", ylabel="AOPC (nats; below 0 is faithful)")
    heading(axes, "Faithfulness by rank", "mean and standard error")


@styled
def spectrum_figure(
    eigenvalues: pd.DataFrame,
    table: pd.DataFrame,
    faithfulness: pd.DataFrame,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """A row of three panels for each model and data set.

    eigenvalues: of single passages, as for `tables.spectrum.spectrum_table`, whose result is `table`.
    faithfulness: the table `faithfulness`; of it the AOPC of Fisher methods `as_in_paper` is shown.
    """
    rows = list(table.groupby(PREDICTIONS, sort=False))
    columns = 3 if size.across(2.4, 3) == 3 else 1
    lines = 3 // columns
    figure = size.figure(11.4, (0.3 + 3.2 * size.flatness * lines) * len(rows))
    figures = figure.subfigures(len(rows), 1, squeeze=False).ravel()
    for part, (names, found) in zip(figures, rows, strict=True):
        part.suptitle(" · ".join(map(str, names)), x=0.01, ha="left")
        axes = part.subplots(lines, columns).ravel()
        draw_eigenvalues(axes[0], _of(eigenvalues, names))
        draw_shares(axes[1], found)
        areas = _of(faithfulness, names)
        chosen = (areas["measure"] == "aopc") & (areas["conventions"] == "as_in_paper")
        draw_areas(axes[2], areas[chosen], found["rank"].max())
    return figure


def _of(table: pd.DataFrame, names: Sequence[Hashable]) -> pd.DataFrame:
    """The rows of this model and data set."""
    return table[(table[PREDICTIONS] == list(names)).all(axis=1)]
