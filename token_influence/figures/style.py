"""The style of all figures, words that several of them use, and how they are saved."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from token_influence.files import atomic
from token_influence.profiles.labels import sources_in_words

# Okabe and Ito's colours, which people with any common colour vision can tell apart; line styles and
# markers differ as well, so that nothing is lost in grey.
INK = "#222222"
MUTED = "#666666"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
BAND_INNER = "#B8B8B8"
BAND_OUTER = "#DEDEDE"

# Starting from matplotlib's defaults, so that a user's own matplotlibrc does not change the bytes.
STYLE: Any = {
    **{k: v for k, v in matplotlib.rcParamsDefault.items() if "backend" not in k},
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.xmargin": 0.02,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "figure.titlesize": 10,
    "figure.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "savefig.dpi": 200,
    "svg.hashsalt": "token-influence",
    "svg.fonttype": "path",
}

styled = rc_context(STYLE)
"""Decorator: draw under this style, whatever the caller's matplotlib settings are."""


@styled
def save(figure: Figure, svg: str | Path, png: str | Path) -> None:
    """Write `figure` as SVG and as PNG; equal figures give equal bytes."""
    canvas = FigureCanvasAgg(figure)
    with atomic(svg) as path:
        canvas.print_figure(path, format="svg", metadata={"Date": None})
    with atomic(png) as path:
        canvas.print_figure(path, format="png", metadata={"Software": None}, dpi=200)


def number(value: float, decimals: int) -> str:
    """`value` with fixed decimals and a true minus sign."""
    return f"{value:z.{decimals}f}".replace("-", "−")


def interval(parameter: Mapping[str, float], decimals: int) -> str:
    """An estimate with its interval, such as `0.99 [0.95, 1.03]`."""
    middle, low, high = (number(parameter[k], decimals) for k in ("estimate", "low", "high"))
    return f"{middle} [{low}, {high}]"


def intervals(level: float, over: str = "windows or documents") -> str:
    """What the intervals of a figure are; level: their coverage, over: what was resampled.

    >>> intervals(0.95)
    '95 % intervals over windows or documents'
    """
    return f"{100 * level:g} % intervals over {over}"


def arm_title(arm: Mapping[str, str], *keys: str) -> str:
    """The values of these keys of an arm, such as `trained · gutenberg · true logit`."""
    values = {**arm, "objective": arm["objective"].replace("_", " ")}
    return " · ".join(values[key] for key in keys)


def seed_words(seeds: Sequence[str]) -> str:
    """The seeds in words: `seeds 0, 1`."""
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(seeds)}"


def sample_line(fit: Mapping[str, Any], seeds: Sequence[str]) -> str:
    """The sample behind a profile: windows, predictions, seeds, and sources left out."""
    sources = sources_in_words(fit["skip_sources"])
    return (
        f"{fit['windows']} windows, {fit['predictions']} predictions, "
        f"{seed_words(seeds)}; {sources}"
    )


def heading(axes: Axes, title: str, subtitle: str) -> None:
    """A bold title with a quieter line under it, both at the left edge of `axes`."""
    axes.set_title(title, pad=19)
    axes.annotate(
        subtitle, (0, 1), (0, 6), "axes fraction", textcoords="offset points",
        color=MUTED, fontsize=8.5, va="bottom",
    )  # fmt: skip


def legend_below(figure: Figure, axes: Axes, columns: int, title: str | None = None) -> None:
    """The legend of `axes` under the whole figure, where it hides no data."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, title=title, alignment="left", loc="outside lower center", ncols=columns
    )


def room_below(axes: Axes, share: float = 0.07) -> None:
    """Leave the lowest `share` of a logarithmic y axis empty; to be called after drawing."""
    low, high = axes.get_ylim()
    axes.set_ylim(low * (low / high) ** (share / (1 - share)), high)


def plain_log(axis: Axis) -> None:
    """A logarithmic axis with plain numbers at 1, 2 and 5 of each decade."""
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))
    axis.set_minor_formatter(NullFormatter())
