"""Where the influence of one arm comes from: shares by class of source token, and what stays without."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from token_influence.figures.profile import DISTANCE_LABEL, PROFILE_LABEL
from token_influence.figures.style import (
    BAND_INNER,
    BAND_OUTER,
    BLUE,
    INK,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    above,
    arm_title,
    interval,
    labelled,
    legend_below,
    plain_log,
    styled,
)
from token_influence.profiles.source_classes import CLASSES, in_order

Record = Mapping[str, Any]
HIGHLIGHTED = ((BLUE, "-"), (VERMILLION, (0, (4, 1.2))))
"""Colour and line of the profiles without the classes that carry the most of the tail."""


def draw_shares(axes: Axes, classes: Sequence[Record], prefix: str) -> None:
    """For each class a row: its share of the positions, and of the influence with the interval.

    prefix: "" for all distances, "tail_" for the tail.
    """
    for height, record in enumerate(classes):
        axes.axhline(height, color=BAND_OUTER, lw=0.6, zorder=0)
        if f"{prefix}influence" in record:
            share = record[f"{prefix}influence"]
            axes.plot([share["low"], share["high"]], [height] * 2, color=INK, lw=1.5)
            axes.plot(
                share["estimate"], height, "o", color=INK, ms=4.5, gid="influence",
                label=None if height else r"share of $\sum_j G(i,j)$",
            )  # fmt: skip
            axes.plot(
                record[f"{prefix}positions"], height, "D", color=MUTED, mfc="white", ms=4.5,
                gid="positions", label=None if height else "share of the positions",
            )  # fmt: skip
    axes.set_ylim(len(classes) - 0.5, -0.5)
    axes.set_xlabel("share, mean over predictions")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def draw_left_out(axes: Axes, record: Record) -> None:
    """The median profile of all sources, and those without one class each."""
    r = np.arange(record["distance_max"] + 1)
    left_out = {name: of for name, of in record["classes"].items() if "tail_left_out" in of}
    moved = {
        name: abs(np.log(of["tail_left_out"]["estimate"] or 1)) for name, of in left_out.items()
    }
    largest = sorted(moved, key=lambda name: -moved[name])[: len(HIGHLIGHTED)]
    most = in_order(largest)  # the same colours in all figures
    others = [name for name in left_out if name not in most]
    styles: dict[str, dict[str, Any]] = {name: {"color": BAND_INNER, "lw": 0.8} for name in others}
    for name, (color, line) in zip(most, HIGHLIGHTED, strict=False):
        styles[name] = {"color": color, "ls": line, "lw": 1.2, "label": f"without {CLASSES[name]}"}
    if others:
        styles[others[0]] |= {"label": "without one of the other classes"}
    axes.set(xscale="log", yscale="log")
    axes.plot(
        r[1:] + 1, record["median"][1:], color=INK, lw=1.6, zorder=3, gid="median",
        label=r"all sources: median $\bar{G}(r)$",
    )  # fmt: skip
    for name, style in styles.items():
        values = np.array(left_out[name]["median"], dtype=float)
        axes.plot(r[1:] + 1, values[1:], gid=name, **style)
    axes.axvline(record["tail"] + 1, color=MUTED, lw=0.8, ls=":")
    plain_log(axes.xaxis)
    plain_log(axes.yaxis)
    axes.set(xlabel=DISTANCE_LABEL, ylabel=PROFILE_LABEL)
    axes.set_title("Profile without a class")


@styled
def source_classes_figure(record: Record, size: Size = TWO_COLUMNS) -> Figure:
    """Shares over all distances and in the tail, and the median profiles without each class.

    record: see `decay.source_shares`, with its `arm`.
    """
    classes = {name: record["classes"][name] for name in in_order(record["classes"])}
    columns = 3 if size.across(2.5, 3) == 3 else 1
    if columns == 3:
        figure = size.figure(11, 4.6)
        everywhere, tail, profile = figure.subplots(1, 3, width_ratios=[1, 1, 1.25])
    else:
        figure = size.figure(11, 9.0)
        everywhere, tail, profile = figure.subplots(3, 1)
    draw_shares(everywhere, list(classes.values()), "")
    draw_shares(tail, list(classes.values()), "tail_")
    most = max(everywhere.get_xlim()[1], tail.get_xlim()[1])
    for axes in (everywhere, tail):
        axes.set_xlim(-0.02 * most, 1.02 * most)
    everywhere.set_yticks(range(len(classes)), [CLASSES[name] for name in classes])
    everywhere.set_title("All distances")
    tail.set_yticks([])
    tail.set_title(f"Tail, $r$ ≥ {record['tail']}")
    tail.annotate(
        "tail without it", (1, 1), (6, 3), "axes fraction", textcoords="offset points",
        fontsize=8.5, color=MUTED,
    )  # fmt: skip
    for height, of in enumerate(classes.values()):
        if of.get("tail_left_out", {}).get("low") is not None:
            tail.annotate(
                f"× {interval(of['tail_left_out'], 2)}", (1, height), (6, 0),
                ("axes fraction", "data"), textcoords="offset points", va="center", fontsize=8.5,
                annotation_clip=False,
            )  # fmt: skip
    draw_left_out(profile, record)
    above(
        figure,
        f"{arm_title(record['arm'], 'model', 'weights', 'corpus', 'order', 'objective')}\n"
        f"{record['windows']} windows, {record['predictions']} predictions; all sources",
    )
    legend_below(figure, labelled(everywhere, profile), columns=4)
    return figure
