"""The figure of a number series."""

import numpy as np
import pandas as pd
import pytest
from drawn_figures import texts

from token_influence.figures.series import series_figure

NUMBERS = [15, 40, 85, 60]
METHODS = ["semantic", "temperature", "fisher-rank=4"]
TRUE = 42


def figure(path: bool = False, first: tuple[int, ...] = (1, 2, 3, 4)):
    scores = pd.concat(
        pd.DataFrame({"index": range(4), "number": NUMBERS, "method": method, "score": score})
        for method, score in zip(METHODS, (first, [4, 0, 0, 0], [1, 1, 1, 1]), strict=True)
    )
    forecast = pd.DataFrame({"number": range(100), "probability": 0.004}).assign(
        true=lambda table: table["number"] == TRUE
    )
    rows = [("", "mass", 0.4)]
    rows += [("", f"integrand_{alpha}", 2 - alpha) for alpha in (0.1, 0.5, 1)] if path else []
    measures = pd.DataFrame(rows, columns=["method", "measure", "value"])
    return series_figure(scores, forecast, measures, model="tiny", system="lorenz")


def test_the_series_stands_over_the_scores_and_beside_its_forecast():
    top, beside, *panels = figure().axes
    line, *rest = top.lines
    assert line.get_ydata().tolist() == NUMBERS
    assert [bar.get_width() for bar in beside.patches] == pytest.approx([0.004] * 100)
    # The true number is one line through both, on the same axis.
    assert top.get_ylim() == beside.get_ylim()
    assert {float(each.get_ydata()[0]) for each in [*rest, *beside.lines]} == {TRUE}
    assert "true: 42; sum: 0.40" in texts(beside)
    assert "tiny" in texts(top)
    assert "lorenz" in texts(top)
    assert len(panels) == 3


def test_each_method_has_its_shares_on_the_axis_of_the_series():
    top, _, *panels = figure().axes
    for axes, words in zip(panels, ("semantic", "temperature", "Fisher, rank 4"), strict=True):
        assert words in texts(axes)
        assert axes.get_xlim() == top.get_xlim()
        assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(100)
    assert [bar.get_height() for bar in panels[0].patches] == pytest.approx([10, 20, 30, 40])


def test_scores_below_zero_are_shown():
    axes = figure(first=(-1, 2, 3, 4)).axes[2]
    assert [bar.get_height() for bar in axes.patches] == pytest.approx([-10, 20, 30, 40])
    assert axes.get_ylim()[0] == pytest.approx(-10)


def test_the_path_has_a_panel_where_it_was_followed():
    *_, axes = figure(path=True).axes
    assert axes.lines[0].get_xdata().tolist() == [0.1, 0.5, 1]
    assert np.allclose(axes.lines[0].get_ydata(), [1.9, 1.5, 1])
    assert axes.get_yscale() == "log"
    assert len(figure().axes) == len(figure(path=True).axes) - 1
