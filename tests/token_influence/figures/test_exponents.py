"""The forest plot shows each identified exponent where it belongs."""

import pandas as pd

from token_influence.figures.exponents import exponents_figure


def test_exponents_draws_what_is_identified(decay):
    left, right = exponents_figure(decay, 0.95).axes
    points = [one for one in left.lines if one.get_gid() == "identified"]
    assert [(one.get_xdata()[0], round(one.get_ydata()[0])) for one in points] == [
        (0.91, 0),
        (1.1, 0),
    ]
    spans = [tuple(one.get_xdata()) for one in left.lines if len(one.get_xdata()) == 2]
    assert {(0.85, 0.97), (0.4, 4.9)} <= set(spans)
    assert points[0].get_marker() != points[1].get_marker()
    (cross,) = [one for one in left.lines if one.get_gid() == "unidentified"]
    assert cross.get_marker() == "x"
    assert cross.get_xdata()[0] > 1  # beside the panel, where no value of p is
    assert "none" in [one.get_text() for one in left.texts]
    assert round(cross.get_ydata()[0]) == 1
    assert [one.get_text() for one in left.get_yticklabels()] == [
        "trained · poems · intact · true logit",
        "random · poems · intact · true logit",
    ]
    assert [one.get_gid() for one in right.lines].count("unidentified") == 1  # p at its bound
    assert left.get_xlim() == right.get_xlim() == (0, 1.5)
    assert "published" in [one.get_gid() for one in left.patches]
    assert "published" not in [one.get_gid() for one in right.patches]


def test_interval_beyond_the_axis_ends_in_an_arrow(decay):
    left = exponents_figure(decay, 0.95).axes[0]
    arrows = [one.get_xdata()[0] for one in left.lines if one.get_marker() == ">"]
    assert arrows == [1.5]


def test_exponents_of_several_models_stand_model_by_model(decay):
    both = pd.concat([decay, decay.assign(model="other"), decay.assign(weights="step1")])
    labels = [one.get_text() for one in exponents_figure(both, 0.95).axes[0].get_yticklabels()]
    assert [label.splitlines()[0] for label in labels if "\n" in label] == ["tiny_1", "other"]
    assert "\n" in labels[0]
    assert "\n" in labels[-2]
    assert exponents_figure(decay, 0.95).texts[0].get_text() == "tiny_1"


def test_exponents_without_any_identified(decay):
    figure = exponents_figure(decay.assign(identified=False), 0.95)
    gids = {one.get_gid() for axes in figure.axes for one in axes.lines}
    assert "identified" not in gids
