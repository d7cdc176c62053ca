"""Where p and γ of the power law lie together: a region for every profile."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.curves import Record, headline_fits
from token_influence.figures.style import (
    BLUE,
    GREEN,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    above,
    arm_title,
    labelled,
    legend_below,
    styled,
)

COLUMNS = 2
PANEL = (3.5, 2.9)
"""Width and height of one panel, in inches."""
STYLES: list[dict[str, Any]] = [
    {"color": BLUE, "marker": "o", "ls": "-"},
    {"color": VERMILLION, "marker": "s", "ls": "--"},
    {"color": GREEN, "marker": "D", "ls": "-."},
    {"color": "black", "marker": "^", "ls": ":"},
    {"color": MUTED, "marker": "v", "ls": (0, (5, 1, 1, 1, 1, 1))},
]
NAMED = ("weights", "order", "objective")
"""What the legend says of a profile; its panel names the rest."""


def draw_region(axes: Axes, joint: Record, style: dict[str, Any], label: str) -> None:
    """The region of one profile and its estimate."""
    p, gamma = zip(*joint["polygon"], strict=True)
    line = {"color": style["color"], "ls": style["ls"]}
    axes.fill(p, gamma, color=style["color"], alpha=0.1, lw=0)
    axes.plot([*p, p[0]], [*gamma, gamma[0]], **line, lw=1.3, gid="region")
    point = {"color": style["color"], "marker": style["marker"], "ms": 4.5}
    axes.plot(*joint["centre"], **point, ls=style["ls"], label=label, gid="centre")


@styled
def joint_figure(
    records: Sequence[Record], headline: Record, interval: float, size: Size = TWO_COLUMNS
) -> Figure:
    """Regions of p and γ, one panel per model and corpus.

    records: contents of the files in results/decay; headline: the `range` and `skip_sources` to show;
    interval: the share of the resamples that a region holds.
    Profiles whose power law is not identified there have no region.
    """
    panels: dict[tuple[str, str], list[tuple[str, Record]]] = {}
    for record in records:
        on_panel = panels.setdefault((record["arm"]["model"], record["arm"]["corpus"]), [])
        for fit in headline_fits(record, headline):
            if fit["identified"] and fit.get("joint"):
                on_panel.append((arm_title(record["arm"], *NAMED), fit["joint"]))
    labels = dict.fromkeys(label for on_panel in panels.values() for label, _ in on_panel)
    styles = {label: STYLES[at % len(STYLES)] for at, label in enumerate(labels)}

    columns = size.across(0.85 * PANEL[0], min(COLUMNS, len(panels)))
    lines = ceil(len(panels) / columns)
    figure = size.figure(0.5 + PANEL[0] * columns, 0.9 + PANEL[1] * size.flatness * lines)
    grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    models = {model for model, _ in panels}
    for axes, ((model, corpus), on_panel) in zip(grid.flat, panels.items(), strict=False):
        for label, joint in on_panel:
            draw_region(axes, joint, styles[label], label)
        axes.set_title(corpus if len(models) == 1 else f"{model}\n{corpus}")
        axes.set(xlabel="exponent $p$")
        axes.tick_params(labelbottom=True)
    for axes in grid[:, 0]:
        axes.set_ylabel(r"floor $\gamma$")
    grid[0, 0].margins(x=0.06)
    grid[0, 0].set_ylim(bottom=0)
    title = f"point: estimate; outline: holds {100 * interval:g} % of the resamples"
    legend_below(figure, labelled(*grid.flat), columns=2, title=title)
    if len(models) == 1:
        above(figure, *models)
    return figure
