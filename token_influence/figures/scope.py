"""An explained prompt as a figure: shaded text, or a map where several positions are explained."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from token_influence.figures.faithfulness import in_words
from token_influence.figures.style import (
    BLUE,
    INK,
    MUTED,
    TWO_COLUMNS,
    Size,
    fitted,
    heading,
    styled,
)

COLUMNS = 84  # of a line of text, in characters
CHARACTER, LINE = 0.083, 0.27  # width and height of one, in inches
FONT_SIZE = 9.9
MARGIN = 0.4  # of the text, in inches
CELL = 0.2  # of a map, in inches
SMALLEST_CELL = (
    0.13  # in which a token can still be read; a map of many tokens is wider than its size
)
PAPER_TO_BLUE = LinearSegmentedColormap.from_list("paper to blue", ["#FFFFFF", BLUE])
DARKEST = 0.75  # of the colours, so that black text stays readable
VISIBLE = str.maketrans({"\n": "↵", "\t": "⇥"})


@styled
def scope_figure(record: Mapping[str, Any], size: Size = TWO_COLUMNS) -> Figure:
    """The record of a prompt (`scopes.explanation.explain`, with `title` and `model`).

    Shaded by the first of its methods on the linear scale: the text once for each target, or, where the
    targets are at several positions, a row of the map for each target.
    """
    explanations = record["explanations"]
    positions = {each["position"] for each in explanations}
    return (_map if len(positions) > 1 else _texts)(record, size)


def lines(pieces: Sequence[str], columns: int = COLUMNS) -> list[tuple[int, int]]:
    """The line and the column where each token begins, wrapped before words that do not fit.

    >>> lines(["the", " sea", "son", "\\n", "ends"], columns=8)
    [(0, 0), (1, 0), (1, 4), (1, 7), (2, 0)]
    """
    places: list[tuple[int, int]] = []
    line = column = 0
    for k, piece in enumerate(pieces):
        begins_word = piece.startswith(" ")
        following = next(
            (n for n in range(k + 1, len(pieces)) if pieces[n][:1].isspace()), len(pieces)
        )
        word = sum(map(len, pieces[k:following]))
        if column and ((begins_word and column + word > columns) or column + len(piece) > columns):
            line, column = line + 1, 0
        places.append((line, column))
        column += len(piece)
        if piece.endswith("\n"):
            line, column = line + 1, 0
    return places


def _texts(record: Mapping[str, Any], size: Size) -> Figure:
    explanations = record["explanations"]
    columns = min(COLUMNS, int((size.width - MARGIN) / CHARACTER))
    pieces = [token["text"] for token in record["tokens"]]
    places = lines(pieces, columns)
    height = (places[-1][0] + 1) * LINE
    width = columns * CHARACTER + MARGIN
    figure = size.figure(width, (height + 0.62) * len(explanations) + 0.35)
    figure.suptitle(fitted(record["title"], width - 0.2, 10, "bold"), x=0.005, ha="left")
    grid = figure.subplots(len(explanations), 1, squeeze=False).ravel()
    for axes, explanation in zip(grid, explanations, strict=True):
        _draw_text(axes, pieces, places, explanation, record)
        axes.set_xlim(0, columns)
    return figure


def _draw_text(
    axes: Axes,
    pieces: Sequence[str],
    places: Sequence[tuple[int, int]],
    explanation: Mapping[str, Any],
    record: Mapping[str, Any],
) -> None:
    method = record["methods"][0]
    shades = explanation["shades"]["linear"][method]
    for k, (piece, (line, column)) in enumerate(zip(pieces, places, strict=True)):
        shade = shades[k] if k < len(shades) else 0.0
        colour = PAPER_TO_BLUE(DARKEST * shade)
        axes.add_patch(Rectangle((column, line + 0.1), len(piece), 0.8, color=colour, lw=0))
        bar = Rectangle((column, line + 0.9), len(piece), 0.16 * shade, color=INK, lw=0)
        axes.add_patch(bar)
        axes.text(
            column, line + 0.72, piece.translate(VISIBLE).replace("$", r"\$"), family="monospace",
            size=FONT_SIZE, color=INK if k < len(shades) else MUTED,
        )  # fmt: skip
    axes.set_ylim(places[-1][0] + 1.15, 0)
    axes.set_axis_off()
    words = in_words(method).replace("\n", ", ")
    heading(axes, f"Explained: {explanation['target']}", f"{words} · {record['model']}")


def _map(record: Mapping[str, Any], size: Size) -> Figure:
    method, explanations = record["methods"][0], record["explanations"]
    sources = max(each["position"] for each in explanations) + 1
    shades = np.full((len(explanations), sources), np.nan)
    for row, each in enumerate(explanations):
        shades[row, : each["position"] + 1] = each["shades"]["linear"][method]
    cell = max(SMALLEST_CELL, min(CELL, (size.width - 2.0) / sources))
    width = sources * cell + 2.0
    figure = Figure(figsize=(width, len(explanations) * CELL + 1.9), dpi=size.dpi)
    axes = figure.subplots()
    axes.pcolormesh(
        np.ma.masked_invalid(shades),
        cmap=PAPER_TO_BLUE,
        vmin=0,
        vmax=1,
        edgecolors="#E4E4E4",
        lw=0.4,
    )
    for (row, column), shade in np.ndenumerate(shades):
        if shade > 0.02:  # the size tells the same without colour
            axes.plot(
                column + 0.5, row + 0.5, "s", color=INK, ms=7 * np.sqrt(shade), mew=0, alpha=0.55
            )
    axes.invert_yaxis()
    texts = [token["text"].translate(VISIBLE).replace("$", r"\$") for token in record["tokens"]]
    axes.set_xticks(
        np.arange(sources) + 0.5, texts[:sources], rotation=90, family="monospace", size=8
    )
    axes.set_yticks(np.arange(len(explanations)) + 0.5, [each["target"] for each in explanations])
    axes.tick_params(length=0)
    axes.set_ylabel("explained")
    for spine in axes.spines.values():
        spine.set_visible(False)
    words = in_words(method).replace("\n", ", ")
    heading(axes, record["title"], f"{words}, largest score of each row = 1 · {record['model']}")
    return figure
