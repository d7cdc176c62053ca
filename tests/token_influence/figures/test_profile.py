"""The profile figure shows exactly the median, bands and fits that it is given."""

import numpy as np
from drawn_figures import (
    FULL,
    HEADLINE,
    exponential,
    fit,
    line,
    power_law,
    record,
    texts,
    unidentified,
)

from token_influence.figures.profile import pooled, profile_figure


def test_pooled_keeps_only_distances_of_every_prediction(profile):
    rows = pooled(profile.sample(frac=1, random_state=0), skip_sources=4)
    assert rows["distance"].tolist() == list(range(FULL + 1))
    assert set(rows["seed"]) == {"pooled"}
    assert set(rows["skip_sources"]) == {4}


def test_profile_draws_median_and_bands(profile):
    upper = profile_figure(profile, record(), HEADLINE, 0.95).axes[0]
    rows = pooled(profile, 0)
    np.testing.assert_array_equal(line(upper, "median").get_xdata(), rows["distance"] + 1)
    np.testing.assert_array_equal(line(upper, "median").get_ydata(), rows["median"])
    for low, high in [("q05", "q95"), ("q25", "q75")]:
        (band,) = [one for one in upper.collections if one.get_gid() == low]
        drawn = set(band.get_paths()[0].vertices[:, 1])
        assert drawn == {*rows[low], *rows[high]}


def test_profile_draws_fits_on_their_range(profile):
    upper, lower = profile_figure(profile, record(), HEADLINE, 0.95).axes
    r = np.arange(1, 101)
    median = pooled(profile, 0)["median"].to_numpy()[1:101]
    for family, formula in [("power_law", power_law), ("exponential", exponential)]:
        np.testing.assert_array_equal(line(upper, family).get_xdata(), r + 1)
        np.testing.assert_allclose(line(upper, family).get_ydata(), formula(r))
        np.testing.assert_allclose(line(lower, family).get_ydata(), median / formula(r))
    np.testing.assert_array_equal(line(upper, "range").get_xdata(), [2, 101])


def test_profile_says_what_it_shows(profile):
    figure = profile_figure(profile, record(), HEADLINE, 0.95)
    shown = texts(figure)
    for part in (
        "tiny_1 · trained · poems · intact · true logit",
        "4 windows, 8 predictions, seeds 0, 1; all sources",
        "fitted: $r$ = 1 … 100",
        "$p$ = 0.91 [0.85, 0.97],  $R^2$ = 0.987",
        r"$\xi$ = 5.5 [4.5, 6.5],  $R^2$ = 0.934",
        "[ ]: 95 % intervals over windows",
    ):
        assert part in shown


def test_headline_chooses_range_and_sources(profile):
    other = fit("power_law", "0..100", skip_sources=4)
    headline = {"range": "0..100", "skip_sources": 4}
    figure = profile_figure(profile, record([fit("power_law"), other]), headline, 0.95)
    assert "without the first 4 positions" in texts(figure)
    np.testing.assert_array_equal(line(figure.axes[0], "range").get_xdata(), [1, 101])
    median = pooled(profile, 4)["median"]
    np.testing.assert_array_equal(line(figure.axes[0], "median").get_ydata(), median)


def test_unidentified_fit_is_named_not_drawn(profile):
    fits = [unidentified("power_law"), fit("exponential")]
    upper, lower = profile_figure(profile, record(fits), HEADLINE, 0.95).axes
    assert "power_law" not in [one.get_gid() for one in (*upper.lines, *lower.lines)]
    assert "not identified" in texts(upper.figure)
    assert "the profile rises with distance" in texts(lower)
    assert line(lower, "exponential")
