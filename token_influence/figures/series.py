"""One number series, the forecast beside it, and the scores of its numbers by each method under it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.faithfulness import in_words
from token_influence.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    heading,
    number,
    plain_log,
    styled,
)

INTEGRAND = "integrand_"


@styled
def series_figure(
    scores: pd.DataFrame,
    forecast: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    model: str,
    system: str,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """The tables of one series (`series.measure.Measured`) as a figure.

    On top the numbers that the model reads, with the probabilities of the next one beside them on the
    same axis and the true one as a line through both; below, one panel of scores for each method; and
    the integrand of integrated gradients, where it was followed.
    """
    methods = list(dict.fromkeys(scores["method"]))
    path = measures[measures["measure"].str.startswith(INTEGRAND)]
    figure = size.figure(7.6, 2.7 + 1.0 * size.flatness * len(methods))
    grid = figure.add_gridspec(
        len(methods) + 1, 2, width_ratios=[4, 1.4], height_ratios=[2.2] + [1.0] * len(methods)
    )
    top = figure.add_subplot(grid[0, 0])
    draw_numbers(top, scores[scores["method"] == methods[0]], forecast)
    heading(top, f"{system}: which numbers the forecast rests on", model)
    draw_forecast(figure.add_subplot(grid[0, 1], sharey=top), forecast, measures)
    for row, method in enumerate(methods, start=1):
        axes = figure.add_subplot(grid[row, 0], sharex=top)
        draw_scores(axes, scores[scores["method"] == method], method)
        axes.tick_params(labelbottom=row == len(methods))
    axes.set_xlabel("index in the series")
    if len(path):
        draw_integrand(figure.add_subplot(grid[1:, 1]), path)
    return figure


def draw_numbers(axes: Axes, rows: pd.DataFrame, forecast: pd.DataFrame) -> None:
    """The series up to its cut-off, and the true next number."""
    axes.plot(rows["index"], rows["number"], color=INK, lw=0.8, marker="o", ms=2)
    true = forecast.loc[forecast["true"], "number"].item()
    axes.axhline(true, color=VERMILLION, lw=0.9, ls="--")
    axes.plot(len(rows), true, marker="D", ms=4.5, color=VERMILLION, clip_on=False)
    axes.set_ylim(8, 92)
    axes.set_ylabel("number")
    axes.tick_params(labelbottom=False)


def draw_forecast(axes: Axes, forecast: pd.DataFrame, measures: pd.DataFrame) -> None:
    """The probability of each number, on the axis of the series."""
    true = forecast.loc[forecast["true"], "number"].item()
    colours = np.where(forecast["true"], VERMILLION, BLUE)
    axes.barh(forecast["number"], forecast["probability"], height=1.0, color=colours)
    axes.axhline(true, color=VERMILLION, lw=0.9, ls="--")
    mass = measures.loc[measures["measure"] == "mass", "value"].item()
    heading(axes, "probability of the next", f"true: {true}; sum: {number(mass, 2)}")
    axes.locator_params("x", nbins=3)
    axes.tick_params(labelleft=False)


def draw_scores(axes: Axes, rows: pd.DataFrame, method: str) -> None:
    """The scores of the numbers by one method, in percent of the sum of their sizes."""
    shares = 100 * rows["score"] / rows["score"].abs().sum()
    axes.bar(rows["index"], shares, width=1.0, color=GREEN)
    axes.set_ylim(min(0, shares.min()), 1.3 * shares.max())  # room for the name
    axes.set_ylabel("%")
    axes.locator_params("y", nbins=3)
    axes.annotate(
        in_words(method).replace("\n", ", "), (0.01, 0.95), xycoords="axes fraction", va="top"
    )


def draw_integrand(axes: Axes, path: pd.DataFrame) -> None:
    """The integrand of integrated gradients along its path, relative to the text itself."""
    alphas = path["measure"].str.removeprefix(INTEGRAND).astype(float)
    axes.plot(alphas, path["value"], color=INK, lw=1, marker="o", ms=2.5)
    axes.axhline(1, color=MUTED, lw=0.6, ls=":")
    axes.set_yscale("log")
    if np.ptp(np.log10(path["value"])) < 2:
        plain_log(axes.yaxis)
    axes.set_xlim(0, 1.03)
    axes.set_xlabel("α (1 is the text)")
    axes.set_title("integrand ÷ that at 1")
