"""The arms of one model and corpus side by side: intact text, its controls and random weights."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.curves import LOOKS, Record, brackets, describe, headline_fits
from token_influence.figures.profile import (
    PROFILE_LABEL,
    draw_bands,
    draw_fit,
    draw_median,
    mark_range,
    pooled,
    seeds_of,
)
from token_influence.figures.style import (
    TWO_COLUMNS,
    Size,
    above,
    arm_title,
    labelled,
    legend_below,
    number,
    plain_log,
    room_below,
    sample_line,
    styled,
)

Loss = Mapping[str, float]
MOST_IN_ROW = 4
PANEL = (3.0, 4.0)
"""Width and height of one panel, in inches."""


def result_lines(fits: Sequence[Record], loss: Loss) -> str:
    """How well the arm predicts, and the outcome of each fit, one line each."""
    lines = [
        f"loss {number(loss['loss'], 2)} ± {number(loss['loss_se'], 2)} nats, "
        f"accuracy {number(100 * loss['accuracy'], 0)} %"
    ]
    for fit in fits:
        outcome = describe(fit)
        lines.append(outcome if fit["identified"] else f"{LOOKS[fit['family']].name}: {outcome}")
    return "\n".join(lines)


def draw_arm(
    axes: Axes, rows: pd.DataFrame, record: Record, loss: Loss, headline: Mapping[str, Any]
) -> None:
    """One panel: the arm's median, bands and fits under its loss and the outcomes of the fits."""
    fits = headline_fits(record, headline)
    draw_median(axes, rows)
    draw_bands(axes, rows)
    for fit in fits:
        look = LOOKS[fit["family"]]
        draw_fit(axes, fit, rows, f"{look.name} {look.formula}")
    mark_range(axes, fits[0])
    plain_log(axes.xaxis)
    axes.set_title(arm_title(record["arm"], "weights", "order"), pad=47)
    axes.annotate(
        result_lines(fits, loss), (0, 1), (0, 5), "axes fraction", textcoords="offset points",
        fontsize=8.5, va="bottom", linespacing=1.4, gid="results",
    )  # fmt: skip
    axes.set_xlabel("$r+1$")
    axes.tick_params(labelbottom=True)  # also where the row below has no panel


@styled
def controls_figure(
    profiles: Sequence[pd.DataFrame],
    records: Sequence[Record],
    losses: Sequence[Loss],
    headline: Mapping[str, Any],
    interval: float,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """One panel per arm on common axes.

    profiles, records, losses: one per arm, in the same order; `losses` hold `loss` and `loss_se` in
    nats per token, and `accuracy`. interval: the coverage of the intervals.
    """
    rows = ceil(len(records) / size.across(0.9 * PANEL[0], MOST_IN_ROW))
    columns = ceil(len(records) / rows)
    figure = size.figure(0.6 + PANEL[0] * columns, 0.9 + PANEL[1] * size.flatness * rows)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    panels = grid.ravel()[: len(records)]
    for empty in grid.ravel()[len(records) :]:
        empty.remove()
    for axes, profile, record, loss in zip(panels, profiles, records, losses, strict=True):
        draw_arm(axes, pooled(profile, headline["skip_sources"]), record, loss, headline)
    room_below(panels[0])
    plain_log(panels[0].yaxis)
    for axes in grid[:, 0]:
        axes.set_ylabel(PROFILE_LABEL)
    fit = headline_fits(records[0], headline)[0]
    above(
        figure,
        f"{arm_title(records[0]['arm'], 'model', 'corpus', 'objective')}\n"
        f"{sample_line(fit, seeds_of(profiles[0]))}",
    )
    meaning = f"±: standard error over windows; {brackets(records[0], interval)}"
    legend_below(figure, labelled(panels[0]), columns=3, title=meaning)
    return figure
