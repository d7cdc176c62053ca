"""Intervals: levels, known cases, and what is left undetermined."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from token_influence.decay.bootstrap import draw_counts, draw_counts_and_seeds, draw_folds
from token_influence.decay.intervals import Bootstrap, interval, levels
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
        [found["low"], found["high"]], data.mean() + np.array([-half, half]), atol=0.02 * half
    )


def test_expanded_counts_a_degree_of_freedom_for_every_seed():
    one, two = (levels(Bootstrap(method="expanded"), 0.0, VALUES, 24, n) for n in (1, 2))
    assert two[0] < one[0] < 0.025
    many = levels(Bootstrap(method="expanded"), 0.0, VALUES, 10**6, 2)
    np.testing.assert_allclose(many, [0.025, 0.975], rtol=1e-4)


def test_undetermined_numbers_have_no_interval():
    nothing = {"estimate": None, "low": None, "high": None}
    assert interval(np.nan, VALUES, Bootstrap(), 20, 1) == nothing
    lonely = interval(1.0, np.array([1.0, np.nan]), Bootstrap(), 20, 1)
    assert lonely == {"estimate": 1.0, "low": None, "high": None}
    holes = interval(0.0, np.append(VALUES, np.nan), Bootstrap(), 20, 1)
    assert holes == interval(0.0, VALUES, Bootstrap(), 20, 1)
    with pytest.raises(DecayError, match="'studentised' is none of percentile, expanded"):
        interval(0.0, VALUES, Bootstrap(method="studentised"), 20, 1)


def test_a_seed_s_draws_don_t_depend_on_the_other_seeds():
    bootstrap = Bootstrap(resamples=50)
    alone = draw_counts([9], [3], bootstrap)
    np.testing.assert_array_equal(draw_counts([5, 9], [0, 3], bootstrap)[:, 5:], alone)
    assert (draw_counts([5, 9], [0, 3], bootstrap)[:, :5].sum(axis=1) == 5).all()
    other = draw_counts([9], [3], Bootstrap(resamples=50, seed=1))
    assert (other != alone).any()


def test_initialisations_are_drawn_before_their_windows():
    counts = draw_counts_and_seeds([4, 4], [0, 1], Bootstrap(resamples=4000))
    shares = counts.reshape(-1, 2, 4).sum(axis=2)
    assert set(map(tuple, shares.tolist())) == {(0, 8), (4, 4), (8, 0)}
    np.testing.assert_allclose(np.mean(shares[:, 0] == 4), 0.5, atol=0.03)


def test_folds_share_every_seed_equally():
    folds = draw_folds([15, 16], [0, 1], 10, Bootstrap())
    assert sorted(np.bincount(folds)) == [3] * 9 + [4]
    assert max(np.bincount(folds[:15], minlength=10)) == 2
    assert set(draw_folds([3, 3], [0, 1], 6, Bootstrap())) == set(range(6))
