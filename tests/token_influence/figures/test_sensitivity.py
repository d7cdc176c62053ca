"""The figure of sensitivity shows each analysis on its row, and names profiles without any."""

import pandas as pd
import pytest
from drawn_figures import ARM, texts

from token_influence.figures.sensitivity import in_words, sensitivity_figure


def row(changed: str, value: str, p: float = 0.9, **changes) -> dict:
    return {
        **ARM,
        **{"changed": changed, "value": value, "distance_min": 1, "distance_max": 100},
        **{"p": p, "p_low": p - 0.1, "p_high": p + 0.1, "identified": True},
        **{"gamma": 0.02, "gamma_low": 0.0, "gamma_high": 0.03},
        **changes,
    }


ROWS = [
    row("nothing", "headline"),
    row("centre", "mean", 0.7),
    row("range", "1..200", identified=False, p=float("nan")),
]
TABLE = pd.DataFrame(ROWS)
NONE = TABLE.assign(weights="random", identified=False)


def test_estimates_and_intervals_stand_on_the_rows_of_their_analyses():
    figure = sensitivity_figure(TABLE, 0.9)
    assert "90 % intervals over windows or documents" in texts(figure)
    p, gamma, *rest = figure.axes
    assert not any(axes.axison for axes in rest)
    for axes, values in ((p, [0.9, 0.7]), (gamma, [0.02, 0.02])):
        points = [line for line in axes.lines if line.get_gid() == "identified"]
        assert [line.get_xdata()[0] for line in points] == values
        assert [line.get_ydata()[0] for line in points] == [0, 1]
        (cross,) = [line for line in axes.lines if line.get_gid() == "unidentified"]
        assert cross.get_ydata()[0] == 2
        assert cross.get_xdata()[0] > 1, "beside the panel, where it is no value"
        assert [one.get_gid() for one in axes.patches].count("headline") == 1
    intervals = [tuple(line.get_xdata()) for line in gamma.lines if len(line.get_xdata()) == 2]
    assert intervals.count((0.0, 0.03)) == 2
    assert [one.get_text() for one in p.get_yticklabels()] == ["headline", "mean", "$r$ = 1 … 200"]


def test_an_interval_beyond_the_axis_ends_in_an_arrow():
    wide = pd.DataFrame([*ROWS[:2] * 8, row("seed", "0", p_high=9.0)])
    p = sensitivity_figure(wide, 0.95).axes[0]
    assert p.get_xlim()[1] < 3
    assert [line.get_marker() for line in p.lines].count(">") == 1


def test_profiles_without_any_exponent_are_named_and_not_drawn():
    figure = sensitivity_figure(pd.concat([TABLE, NONE]), 0.95)
    assert len([axes for axes in figure.axes if axes.axison]) == 2
    assert "by any of these analyses:\nrandom · poems · intact · true logit" in texts(figure)
    alone = sensitivity_figure(NONE, 0.95)
    assert not [axes for axes in alone.axes if axes.axison]
    assert "random · poems" in texts(alone)


def test_profiles_of_several_models_name_their_model():
    figure = sensitivity_figure(pd.concat([TABLE, TABLE.assign(model="other")]), 0.95)
    titles = [axes.get_title("left") for axes in figure.axes if axes.get_title("left")]
    assert titles[0].startswith("tiny_1 · trained")
    assert titles[1].startswith("other · trained")


@pytest.mark.parametrize(
    ("changed", "value", "words"),
    [
        ("nothing", "headline", "headline"),
        ("centre", "geometric_mean", "geometric mean"),
        ("weighting", "inverse_variance", "inverse-variance weights"),
        ("range", "full", "full range"),
        ("skip_sources", "4", "without first 4 tokens"),
        ("skip_sources", "0", "with the first tokens"),
        ("scale", "log", "log scale"),
        ("seed", "1", "seed 1"),
    ],
)
def test_analyses_in_words(changed, value, words):
    assert in_words(changed, value) == words
