"""How predictions respond to changed inputs: finite steps beside the gradient, and interventions."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    GREEN,
    INK,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    fitted,
    inches_of,
    labelled,
    legend_below,
    plain_log,
    styled,
)
from token_influence.fitting.families import EXPONENTIAL, FAMILIES, POWER_LAW
from token_influence.response.linearity import BOUND
from token_influence.response.perturbations import GRADIENT, RANDOM
from token_influence.tables.arms import ARM

DIRECTIONS = {
    GRADIENT: ("along the gradient", BLUE, "o"),
    RANDOM: ("in random directions", VERMILLION, "s"),
}
EFFECTS = {"log_p": r"$|\Delta\,\log p|$ of the true token (nats)", "divergence": "KL (nats)"}
KINDS = {
    "unigram": ("another token", INK, "o"),
    "zeros": ("zeros", BLUE, "s"),
    "mean": ("mean embedding", GREEN, "^"),
    "swap": ("swapped", VERMILLION, "D"),
}
MOST_ENTRIES = 9
"""In one line of the legend."""
CURVES = {POWER_LAW: "-", EXPONENTIAL: ":"}


@styled
def linearity_figure(
    errors: pd.DataFrame, radius: pd.DataFrame, size: Size = TWO_COLUMNS
) -> Figure:
    """A row for each arm: error by ε and distance, linearity radius, and the second order.

    errors, radius: of `linearity.errors_table` and `radius_table`.
    """
    arms = list(errors.groupby(ARM, sort=False))
    columns = 4 if size.across(2.0, 4) == 4 else 2
    lines = 4 // columns
    height = 2.6 * size.flatness
    tall = height - 0.6  # without the title and the labels below
    figure = size.figure(12.4, (0.3 + height * lines) * len(arms) + 0.6)
    for part, (names, group) in zip(_parts(figure, len(arms)), arms, strict=True):
        row = part.subplots(lines, columns).ravel()
        part.suptitle(" · ".join(map(str, names)), x=0.012, ha="left", fontsize=9.5)
        for axes, (direction, (words, _, _)) in zip(row, DIRECTIONS.items(), strict=False):
            _draw_errors(axes, group[group["direction"] == direction], "error")
            axes.axhline(BOUND, color=MUTED, lw=0.8, ls="--", zorder=0)
            axes.set_ylabel(fitted("error of the linear prediction", tall))
            _name(axes, f"steps {words}")
        _draw_radius(row[2], _of_arm(radius, names))
        _draw_errors(row[3], group[group["direction"] == RANDOM], "divergence_ratio")
        row[3].axhline(1, color=MUTED, lw=0.8, ls="--", zorder=0)
        plain_log(row[3].yaxis)
        row[3].set_ylabel("KL / second order")
        _name(row[3], "second order, random steps")
    legend_below(figure, labelled(row[0], row[2]), columns=MOST_ENTRIES)
    return figure


def _name(axes: Axes, words: str) -> None:
    axes.set_title(fitted(words, inches_of(axes)), fontsize=9, fontweight="normal")


def _draw_errors(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """A number by ε, with a line for each distance, near ones dark."""
    distances = sorted(set(rows["distance"]))
    shades = colormaps["viridis"](np.linspace(0, 0.92, len(distances)))
    for distance, colour in zip(distances, shades, strict=True):
        one = rows[rows["distance"] == distance]
        axes.plot(
            one["epsilon"],
            one[column],
            color=colour,
            marker="o",
            ms=2.5,
            lw=1.1,
            label=f"$r$ = {distance}",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"step $\varepsilon$, in units of $\|x_j\|$")


def _draw_radius(axes: Axes, rows: pd.DataFrame) -> None:
    """The linearity radius by distance, with intervals; arrows where half lie beyond the steps."""
    for direction, (words, colour, marker) in DIRECTIONS.items():
        one = rows[rows["direction"] == direction]
        place = (one["distance"] + 1) * (1.04 if direction == RANDOM else 0.96)
        _points(axes, place, one, "radius", colour, marker, words)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for edge in ("epsilon_min", "epsilon_max"):
        axes.axhline(rows[edge].iloc[0], color=BAND_OUTER, lw=1, zorder=0)
    plain_log(axes.xaxis, at=(1.0,))
    axes.set_xlabel("distance $r$ + 1")
    axes.set_ylabel(r"radius, in units of $\|x_j\|$")
    _name(axes, f"where the error passes {BOUND:.0%}")


@styled
def interventions_figure(
    effects: pd.DataFrame, fits: pd.DataFrame, size: Size = TWO_COLUMNS
) -> Figure:
    """A row for each arm, a panel for each effect: medians by distance, and fitted curves.

    effects, fits: of `decays.effects_table` and `fits_table`.
    """
    arms = list(effects.groupby(ARM, sort=False))
    height = 3.1 * size.flatness
    figure = size.figure(9.0, height * len(arms) + 0.5)
    for part, (names, group) in zip(_parts(figure, len(arms)), arms, strict=True):
        row = part.subplots(1, len(EFFECTS))
        part.suptitle(" · ".join(map(str, names)), x=0.012, ha="left", fontsize=9.5)
        for axes, (effect, label) in zip(row, EFFECTS.items(), strict=True):
            own = _of_arm(fits[fits["effect"] == effect], names)
            shown = group[group["effect"] == effect]
            for kind, rows in shown.groupby("intervention", sort=False):
                words, colour, marker = KINDS[str(kind)]
                _points(axes, rows["distance"] + 1, rows, "median", colour, marker, words)
                for fit in own[own["intervention"] == kind].to_dict("records"):
                    _draw_curve(axes, fit, colour)
            axes.set_xscale("log")
            axes.set_yscale("log")
            # A curve may fall far below all points.
            axes.set_ylim(shown["median"].min() / 4, shown["median"].max() * 4)
            plain_log(axes.xaxis)
            axes.set_xlabel("distance $r$ + 1")
            axes.set_ylabel(fitted(f"median {label}", height - 0.8))
    legend_below(figure, labelled(row[0]), columns=MOST_ENTRIES)
    return figure


def _draw_curve(axes: Axes, fit: Mapping[Any, Any], colour: str) -> None:
    """The power law (solid) and the exponential (dotted), where they were fitted."""
    if fit["family"] not in CURVES:
        return
    family = FAMILIES[fit["family"]]
    r = np.geomspace(fit["distance_min"] + 1, fit["distance_max"] + 1, 100) - 1
    shape = [fit[one.name] for one in family.shapes]
    curve = fit["gamma"] + fit["beta"] * family.curve(r, *shape)
    axes.plot(r + 1, curve, color=colour, lw=0.9, ls=CURVES[fit["family"]], zorder=1)


def _points(
    axes: Axes, x: pd.Series, rows: pd.DataFrame, name: str, colour: str, marker: str, label: str
) -> None:
    """Estimates with their intervals."""
    low, high = rows[name] - rows[f"{name}_low"], rows[f"{name}_high"] - rows[name]
    axes.errorbar(
        x, rows[name], yerr=[low.clip(lower=0).fillna(0), high.clip(lower=0).fillna(0)],
        color=colour, fmt=marker, ms=4, lw=1, label=label,
    )  # fmt: skip


def _of_arm(table: pd.DataFrame, names: Any) -> pd.DataFrame:
    return table[(table[ARM] == list(names)).all(axis=1)]


def _parts(figure: Figure, number: int) -> list[SubFigure]:
    """Parts of the figure, one below the other."""
    return list(figure.subfigures(number, 1, squeeze=False)[:, 0])
