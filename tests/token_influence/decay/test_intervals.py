"""Intervals: levels, known cases, and what is left undetermined."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from token_influence.decay.intervals import Interval, interval, levels
from token_influence.decay.settings import Bootstrap
from token_influence.errors import DecayError

VALUES = np.random.default_rng(0).normal(size=4001)


def test_percentile_and_bias_corrected_levels():
    even = np.arange(101.0)
    percentile = levels(Bootstrap(), 50.0, even, 20, 1)
    np.testing.assert_allclose(percentile, [0.025, 0.975])
    corrected = Bootstrap(method="bias_corrected")
    np.testing.assert_allclose(levels(corrected, 50.0, even, 20, 1), percentile)
    # 30 % of the resamples lie below the estimate: both levels move down by 2 z(0.3).
    moved = levels(corrected, 29.5, np.arange(100.0), 20, 1)
    np.testing.assert_allclose(norm.ppf(moved), norm.ppf(percentile) + 2 * norm.ppf(0.3))


def test_expanded_is_the_t_interval_for_a_mean():
    rng = np.random.default_rng(1)
    data = norm.ppf((np.arange(12) + 0.5) / 12)  # no skewness
    counts = rng.multinomial(12, np.full(12, 1 / 12), 40_000)
    found = interval(data.mean(), counts @ data / 12, Bootstrap(method="expanded"), 12, 1)
    half = student.ppf(0.975, 11) * data.std(ddof=1) / np.sqrt(12)
    np.testing.assert_allclose(
        [found.low, found.high], data.mean() + np.array([-half, half]), atol=0.02 * half
    )


def test_expanded_counts_a_degree_of_freedom_for_every_seed():
    one, two = (levels(Bootstrap(method="expanded"), 0.0, VALUES, 24, n) for n in (1, 2))
    assert two[0] < one[0] < 0.025
    many = levels(Bootstrap(method="expanded"), 0.0, VALUES, 10**6, 2)
    np.testing.assert_allclose(many, [0.025, 0.975], rtol=1e-4)


def test_undetermined_numbers_have_no_interval():
    nothing = Interval(None, None, None)
    assert nothing.record == {"estimate": None, "low": None, "high": None}
    assert interval(np.nan, VALUES, Bootstrap(), 20, 1) == nothing
    lonely = interval(1.0, np.array([1.0, np.nan]), Bootstrap(), 20, 1)
    assert lonely == Interval(1.0, None, None)
    holes = interval(0.0, np.append(VALUES, np.nan), Bootstrap(), 20, 1)
    assert holes == interval(0.0, VALUES, Bootstrap(), 20, 1)
    with pytest.raises(DecayError, match="'studentised' is none of percentile, expanded"):
        interval(0.0, VALUES, Bootstrap(method="studentised"), 20, 1)
