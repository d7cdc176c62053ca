"""Normalised profiles of single predictions under the median of all of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from token_influence.figures.profile import DISTANCE_LABEL, draw_median, pooled, seeds_of
from token_influence.figures.style import (
    BLUE,
    TWO_COLUMNS,
    Size,
    arm_title,
    heading,
    labelled,
    legend_below,
    plain_log,
    seed_words,
    styled,
)
from token_influence.profiles.normalise import normalised_profiles

SHOWN = 20
"""The number of predictions that are drawn; more of them would hide one another."""
POINTS = 80
"""Distances at which a prediction is drawn; all of the far ones would make a solid block."""


def evenly(count: int, wanted: int) -> NDArray[np.int64]:
    """Up to `wanted` indices, spread evenly over `count` items."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).round().astype(np.int64))


def thinned(last: int) -> NDArray[np.int64]:
    """Up to `POINTS` distances 0..last, evenly spaced on the logarithmic axis of r + 1."""
    return np.unique(np.geomspace(1, last + 1, POINTS).round().astype(np.int64)) - 1


@styled
def individual_figure(
    influences: Sequence[pd.DataFrame],
    profile: pd.DataFrame,
    arm: Mapping[str, str],
    skip_sources: int,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """The profiles of evenly chosen predictions under the median of all predictions.

    influences: the rows of one objective, one frame for each seed of `profile`, in its order.
    """
    rows = pooled(profile, skip_sources)
    distances, seeds = rows["distance"].to_numpy(), seeds_of(profile)
    pairs = zip(influences, map(int, seeds), strict=True)
    singles = [normalised_profiles(frame, seed).values for frame, seed in pairs]
    predictions = np.concatenate([values[:, distances] for values in singles])
    chosen, shown = evenly(len(predictions), SHOWN), thinned(int(distances.max()))
    shown = np.flatnonzero(np.isin(distances, shown))
    figure = size.figure(6.6, 4.6 * size.flatness)
    axes = figure.subplots()
    for index in chosen:
        axes.plot(
            distances[shown] + 1, predictions[index, shown], color=BLUE, lw=0.5, alpha=0.4,
            gid="single",
        )  # fmt: skip
    axes.plot([], [], color=BLUE, lw=0.8, alpha=0.6, label="single predictions $g(r)$")
    draw_median(axes, rows, lw=2.0)
    plain_log(axes.xaxis)
    plain_log(axes.yaxis)
    heading(
        axes,
        arm_title(arm, "model", "weights", "corpus", "order", "objective"),
        f"{len(chosen)} of {len(predictions)} predictions, evenly spaced over the windows of "
        f"{seed_words(seeds)}; median over all {len(predictions)}",
    )
    axes.set(xlabel=DISTANCE_LABEL, ylabel="Normalised influence $g(r)$")
    legend_below(figure, labelled(axes), columns=2)
    return figure
