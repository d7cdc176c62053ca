"""The figure of the source classes shows the shares, and the profiles without a class."""

import numpy as np
from drawn_figures import line, texts
from source_shares import SHARES

from token_influence.figures.source_classes import source_classes_figure


def points(axes, gid: str) -> list[tuple[float, float]]:
    return [
        (float(drawn.get_xdata()[0]), float(drawn.get_ydata()[0]))
        for drawn in axes.get_lines()
        if drawn.get_gid() == gid
    ]


def test_each_class_has_its_shares_of_influence_and_positions_in_its_row():
    everywhere, tail, _ = source_classes_figure(SHARES).axes
    assert points(everywhere, "influence") == [(0.2, 0), (0.3, 1), (0.15, 2)]
    assert points(everywhere, "positions") == [(0.3, 0), (0.2, 1), (0.1, 2)]
    assert points(tail, "influence") == [(0.25, 0), (0.35, 1)]  # none at r = 0
    assert everywhere.get_xlim() == tail.get_xlim()
    labels = [label.get_text() for label in everywhere.get_yticklabels()]
    assert labels == ["frequent words", "rare words", "the predicting position"]


def test_the_tail_without_a_class_is_said_where_it_is_known():
    _, tail, _ = source_classes_figure(SHARES).axes
    assert "× 0.80 [0.70, 0.90]" in texts(tail)
    assert texts(tail).count("×") == 1


def test_the_profiles_are_drawn_with_and_without_each_class():
    profile = source_classes_figure(SHARES).axes[2]
    np.testing.assert_array_equal(line(profile, "median").get_ydata(), SHARES["median"][1:])
    np.testing.assert_array_equal(
        line(profile, "rare").get_ydata(), [0.4, 0.2, 0.15, 0.12, 0.1, 0.08]
    )
    assert np.isnan(line(profile, "frequent").get_ydata()).sum() == 4
