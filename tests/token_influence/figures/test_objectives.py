"""The figure of objectives shows each objective's median and its ratio to the first."""

import numpy as np
from drawn_figures import HEADLINE, record, texts

from token_influence.figures.objectives import LINES, objectives_figure
from token_influence.figures.profile import pooled


def test_objectives_draws_each_median_and_its_ratio(profile):
    other = profile.assign(median=profile["median"] * 1.25)
    records = [record(), record(objective="predicted_logit")]
    upper, lower = objectives_figure([profile, other], records, HEADLINE, 0.95).axes
    first, second = [one for one in upper.lines if one.get_gid() == "median"]
    np.testing.assert_array_equal(first.get_ydata(), pooled(profile, 0)["median"])
    np.testing.assert_array_equal(second.get_ydata(), pooled(other, 0)["median"])
    np.testing.assert_allclose(lower.lines[1].get_ydata(), 1.25)
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_marker() != second.get_marker()
    assert "predicted logit:  $p$ = 0.91 [0.85, 0.97]" in texts(upper.figure)


def test_no_objective_is_left_out_where_there_are_more_than_styles(profile):
    names = [f"objective_{k}" for k in range(len(LINES) + 2)]
    records = [record(objective=name) for name in names]
    upper, _ = objectives_figure([profile] * len(names), records, HEADLINE, 0.95).axes
    medians = [one for one in upper.lines if one.get_gid() == "median"]
    assert len(medians) == len(names)
    styles = {(one.get_color(), one.get_marker(), one.get_markerfacecolor()) for one in medians}
    assert len(styles) == len(names)
