"""How a model's decay and losses change during its training."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from token_influence.figures.profile import PROFILE_LABEL
from token_influence.figures.style import (
    BAND_OUTER,
    BLUE,
    INK,
    MUTED,
    TWO_COLUMNS,
    VERMILLION,
    Size,
    above,
    arm_title,
    heading,
    intervals,
    labelled,
    plain_log,
    styled,
)
from token_influence.profiles.labels import sources_in_words
from token_influence.tables.arms import step_of
from token_influence.tables.emergence import FOLLOWED, RIVALS, appearance

HEIGHTS = [1.5, 1.0, 1.0, 0.8, 1.1]
"""Relative heights of the rows: profiles, exponent, error, wins, losses."""
FAMILIES: dict[str, dict[str, Any]] = {
    "power_law": {"color": BLUE, "marker": "o", "label": "power law"},
    "exponential": {"color": VERMILLION, "marker": "s", "mfc": "white", "label": "exponential"},
    "constant": {"color": MUTED, "marker": "^", "mfc": "white", "label": "constant"},
}
NONE = 0.16
"""Height of the row for steps without an exponent, as a share of the panel."""
POINTS: dict[str, Any] = {"ms": 3.6, "mew": 0.9, "lw": 1.0}
BASELINES = {"unigram_loss": ("unigram", ":"), "bigram_loss": ("bigram", "--")}


def place(step: np.ndarray | pd.Series | int) -> Any:
    """The position of a step on a logarithmic axis that has room for step 0."""
    return np.log2(np.maximum(step, 0.5))


def draw_profiles(axes: Axes, profiles: pd.DataFrame, colours: ScalarMappable) -> None:
    """The median profile of every checkpoint, coloured by step."""
    steps = profiles["weights"].map(step_of)
    for step, rows in profiles.groupby(steps):
        rows = rows[(rows["n"] == rows["n"].max()) & (rows["median"] > 0)]
        axes.plot(
            rows["distance"] + 1, rows["median"], lw=0.9, color=colours.to_rgba(place(step)),
            gid=f"step{step:.0f}",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    plain_log(axes.xaxis)
    plain_log(axes.yaxis)
    axes.set_xlabel("$r+1$")


def draw_exponent(axes: Axes, rows: pd.DataFrame) -> None:
    """The exponent with its interval; a cross in a row of its own where it is not identified."""
    identified = rows[rows["identified"].astype(bool)]
    others = rows.drop(identified.index)
    x = place(identified["step"])
    axes.vlines(x, identified["p_low"], identified["p_high"], color=BLUE, lw=1.3)
    axes.plot(x, identified["p"], color=BLUE, marker="o", ls="none", **POINTS, gid="identified")
    low, high = axes.get_ylim()
    axes.set_ylim(low - NONE / (1 - NONE) * (high - low), high)
    axes.axhline(low, color=BAND_OUTER, lw=0.6, zorder=0)
    axes.plot(
        place(others["step"]), np.full(len(others), NONE / 2), transform=axes.get_xaxis_transform(),
        color=MUTED, marker="x", ls="none", **POINTS, gid="unidentified", label="none identified",
    )  # fmt: skip


def draw_gain(axes: Axes, rows: pd.DataFrame) -> None:
    """The power law's cross-validated error divided by those of its rivals."""
    axes.axhline(1, color=INK, lw=0.6)
    for rival in RIVALS:
        ratio = rows["cv_error_power_law"] / rows[f"cv_error_{rival}"]
        look = FAMILIES[rival] | {"label": f"relative to {FAMILIES[rival]['label']}"}
        axes.plot(place(rows["step"]), ratio, **look, **POINTS, gid=rival)
    axes.set_yscale("log")
    plain_log(axes.yaxis)


def draw_wins(axes: Axes, rows: pd.DataFrame) -> None:
    """The share of resamples in which each family predicts the windows left out best."""
    for family, look in FAMILIES.items():
        axes.plot(place(rows["step"]), rows[f"win_share_{family}"], **look, **POINTS, gid=family)
    axes.set_ylim(-0.05, 1.05)


def draw_losses(axes: Axes, rows: pd.DataFrame) -> None:
    """The loss at the measured predictions and, if known, on held-out text, beside baselines."""
    x = place(rows["step"])
    axes.errorbar(
        x, rows["loss"], rows["loss_se"], color=INK, marker="o", label="measured predictions",
        elinewidth=0.9, **POINTS,
    )  # fmt: skip
    if "held_out_loss" in rows and rows["held_out_loss"].notna().any():
        axes.plot(
            x, rows["held_out_loss"], color=BLUE, marker="D", mfc="white", label="held-out text",
            **POINTS, gid="held_out_loss",
        )  # fmt: skip
        for column, (name, style) in BASELINES.items():
            loss = rows[column].iloc[0]
            axes.axhline(loss, color=MUTED, ls=style, lw=1.0, label=name, gid=column)


ROWS: list[tuple[str, Callable[[Axes, pd.DataFrame], None]]] = [
    ("exponent $p$", draw_exponent),
    ("error of the power law", draw_gain),
    ("share of wins", draw_wins),
    ("loss (nats per token)", draw_losses),
]


def name_steps(axis: Axis, last: int) -> None:
    """Ticks at 0 and at the powers of ten up to the `last` step."""
    shown = [0, *(10**power for power in range(len(str(last))))]
    axis.set_ticks([float(place(step)) for step in shown], [f"{step:,}" for step in shown])
    axis.set_minor_locator(NullLocator())


def mark_appearance(panels: Sequence[Axes], rows: pd.DataFrame) -> None:
    """A line through the panels at the step from which the power law holds."""
    if (step := appearance(rows)) is None:
        return
    for axes in panels:
        axes.axvline(place(step), color=BLUE, lw=5, alpha=0.15, zorder=0, gid="appearance")
    panels[0].lines[-1].set_label("power law from here on")


@styled
def emergence_figure(
    emergence: pd.DataFrame,
    profiles: pd.DataFrame,
    headline: Mapping[str, Any],
    interval: float,
    size: Size = TWO_COLUMNS,
) -> Figure:
    """One model's training: a column of panels for each profile that is followed.

    emergence: the model's rows of the emergence table; profiles: its rows of the table of profiles, of
    which those of checkpoints are drawn; interval: the coverage of the intervals of p.
    """
    followed = list(emergence.groupby(FOLLOWED, sort=False))
    colours, last = colour_scale(emergence["step"]), int(emergence["step"].max())
    figure = size.figure(2.5 + 2.9 * len(followed), 0.8 + 1.75 * sum(HEIGHTS))
    panels = figure.subplots(
        len(HEIGHTS), len(followed), sharey="row", squeeze=False, height_ratios=HEIGHTS
    )
    for column, (key, rows) in zip(panels.T, followed, strict=True):
        chosen = (profiles[FOLLOWED] == pd.Series(dict(zip(FOLLOWED, key, strict=True)))).all(
            axis=1
        )
        draw_profiles(column[0], profiles[chosen], colours)
        arm = {str(name): str(rows[name].iloc[0]) for name in FOLLOWED}
        heading(column[0], arm["corpus"], arm_title(arm, "order", "objective"))
        for axes, (_, draw) in zip(column[1:], ROWS, strict=True):
            draw(axes, rows)
            name_steps(axes.xaxis, last)
        mark_appearance(column[1:], rows)
        column[-1].set_xlabel("training step")
    label_rows(panels)
    add_colour_bar(panels[0, -1], colours, last)
    above(figure, title(emergence, headline, interval))
    return figure


def colour_scale(steps: pd.Series) -> ScalarMappable:
    """Colours from pale to dark by the logarithm of the step."""
    cmap = colormaps["viridis_r"]
    return ScalarMappable(Normalize(place(int(steps.min())), place(int(steps.max()))), cmap)


def label_rows(panels: np.ndarray) -> None:
    """A label for each row of panels, and a legend at its right."""
    panels[0, 0].set_ylabel(PROFILE_LABEL)
    for row, (label, _) in zip(panels[1:], ROWS, strict=True):
        row[0].set_ylabel(label)
        entries = labelled(*row)
        row[-1].legend(
            list(entries.values()), list(entries), loc="upper left", bbox_to_anchor=(1.0, 1.0)
        )


def add_colour_bar(axes: Axes, colours: ScalarMappable, last: int) -> None:
    """The scale of colours beside `axes`."""
    bar = axes.figure.colorbar(colours, cax=axes.inset_axes((1.06, 0.0, 0.05, 1.0)))
    bar.set_label("training step")
    name_steps(bar.ax.yaxis, last)


def title(rows: pd.DataFrame, headline: Mapping[str, Any], interval: float) -> str:
    """The model, what was fitted, what the lines are, and the tokens in a step, if that is known."""
    sources = sources_in_words(headline["skip_sources"])
    words = f"{rows['model'].iloc[0]}\nfitted: $r$ = {headline['range'].replace('..', ' … ')}; {sources}"
    tokens = (rows["tokens_seen"] / rows["step"].where(rows["step"] > 0)).max()
    if not pd.isna(tokens):
        words += f"; one step: {tokens:,.0f} tokens"
    return f"{words}\nlines of $p$: {intervals(interval)}\nlines of the loss: standard error"
