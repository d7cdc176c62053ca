"""The style of all figures, their sizes, words that several of them use, and how they are saved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
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
    "svg.hashsalt": "token-influence",
    "svg.fonttype": "path",
}

styled = rc_context(STYLE)
"""Decorator: draw under this style, whatever the caller's matplotlib settings are."""


@dataclass(frozen=True)
class Size:
    """How large figures are drawn; their text has 9 points in all sizes.

    width: the largest one, in inches; flatness: what heights of plots are multiplied by; dpi: dots in an
    inch of the PNG.
    """

    width: float
    flatness: float
    dpi: int

    def figure(self, width: float, height: float) -> Figure:
        """A figure of this width, but no wider than the size allows, and this height, in inches."""
        return Figure(figsize=(min(width, self.width), height), dpi=self.dpi)

    def across(self, panel: float, most: int, beside: float = 0.5) -> int:
        """How many panels of at least this width fit beside each other, at least one.

        beside: the width that labels take in all, in inches.
        """
        return max(1, min(most, int((self.width - beside) / panel)))


TWO_COLUMNS = Size(width=9.0, flatness=1.0, dpi=200)
SIZES = {
    "one_column": Size(width=4.5, flatness=0.85, dpi=300),
    "two_columns": TWO_COLUMNS,
    "slides": Size(width=8.0, flatness=0.73, dpi=300),
}
"""By the name in the config. Text has 7 points where the first is printed 3.5 inches wide and the second
7 inches, and 15 points where the third fills a slide of 13.3 by 7.5 inches."""


@styled
def save(figure: Figure, svg: str | Path, png: str | Path) -> None:
    """Write `figure` as SVG and as PNG; equal figures give equal bytes."""
    canvas = FigureCanvasAgg(figure)
    with atomic(svg) as path:
        canvas.print_figure(path, format="svg", metadata={"Date": None})
    with atomic(png) as path:
        canvas.print_figure(path, format="png", metadata={"Software": None}, dpi=figure.dpi)


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


def fitted(text: str, inches: float, points: float = 9, weight: str = "normal") -> str:
    """`text` with line breaks in place of spaces, so that no line is wider than this if it can be."""
    font = FontProperties(family="DejaVu Sans", weight=weight)

    def width(line: str) -> float:
        return TextPath((0, 0), line, size=points, prop=font).get_extents().width / 72

    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.append("")
        for word in re.findall(r"(?:\$[^$]*\$|\S)+(?: ·)?", paragraph):
            longer = f"{lines[-1]} {word}".lstrip()
            if lines[-1] and width(longer) > inches:
                lines.append(word)
            else:
                lines[-1] = longer
    return "\n".join(lines)


def inches_of(axes: Axes, labels: float = 0.75) -> float:
    """About how wide `axes` will be: its share of the figure without its labels, in inches."""
    place: Any = axes.get_subplotspec()
    whole: Any = axes.get_figure(root=True)
    grid = place.get_gridspec()
    ratios = list(grid.get_width_ratios() or [1] * grid.ncols)
    share = sum(ratios[place.colspan.start : place.colspan.stop]) / sum(ratios)
    return share * whole.get_figwidth() - labels


def heading(axes: Axes, title: str, subtitle: str, labels: float = 0.75) -> None:
    """A bold title with a quieter line under it, both at the left edge of `axes`.

    labels: the width of the labels beside the axes, in inches.
    """
    inches = inches_of(axes, labels)
    quieter = fitted(subtitle, inches, 8.5)
    axes.set_title(fitted(title, inches, 9.5, "bold"), pad=19 + 12 * quieter.count("\n"))
    axes.annotate(
        quieter, (0, 1), (0, 6), "axes fraction", textcoords="offset points",
        color=MUTED, fontsize=8.5, va="bottom",
    )  # fmt: skip


def above(figure: Figure, text: str) -> None:
    """Quiet lines over the whole figure, at its left edge."""
    figure.suptitle(
        fitted(text, figure.get_figwidth() - 0.2), x=0.012, ha="left", fontsize=9,
        fontweight="normal", linespacing=1.4,
    )  # fmt: skip


def legend_below(
    figure: Figure,
    entries: Mapping[str, Artist],
    columns: int,
    title: str | None = None,
) -> None:
    """A legend under the whole figure, where it hides no data, in as many columns as fit.

    entries: what is drawn, by its label.
    """
    room = figure.get_figwidth() - 0.2
    title = title and fitted(title, room)
    for number in range(columns, 0, -1):
        legend = figure.legend(
            list(entries.values()), list(entries), title=title, alignment="left",
            loc="outside lower center", ncols=number,
        )  # fmt: skip
        if number == 1 or legend.get_window_extent().width / figure.dpi <= room:
            return
        legend.remove()


def labelled(*panels: Axes) -> dict[str, Artist]:
    """What is drawn with a label in any of these panels, by its label."""
    return {
        label: handle
        for axes in panels
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }


def room_below(axes: Axes, share: float = 0.07) -> None:
    """Leave the lowest `share` of a logarithmic y axis empty; to be called after drawing."""
    low, high = axes.get_ylim()
    axes.set_ylim(low * (low / high) ** (share / (1 - share)), high)


def plain_log(axis: Axis, at: Sequence[float] = (1.0, 2.0, 5.0)) -> None:
    """A logarithmic axis with plain numbers, by default at 1, 2 and 5 of each decade."""
    axis.set_major_locator(LogLocator(subs=at, numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))
    axis.set_minor_formatter(NullFormatter())
