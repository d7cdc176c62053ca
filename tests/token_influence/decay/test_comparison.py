"""Fit statistics against statsmodels, and the judgement by left-out windows."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import spearmanr
from statsmodels.tsa.stattools import acf

from token_influence.decay.comparison import akaike_weights, goodness
from token_influence.decay.trend import direction, rank_correlations, trend
from token_influence.decay.validation import compare, errors_of
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict

R = np.arange(1.0, 41.0)
PROFILE = (0.6 - 0.1 * np.log1p(R)) * np.exp(0.05 * np.random.default_rng(0).standard_normal(40))


@pytest.mark.parametrize("weights", [None, np.linspace(0.5, 1.5, 40)])
def test_the_logarithmic_family_is_statsmodels_regression(weights):
    family = FAMILIES["logarithmic"]
    found = estimate(family, R, PROFILE, weights, "linear")
    ours = goodness(family, found, R, PROFILE, weights, "linear")
    w = np.ones(40) if weights is None else weights
    model = sm.WLS(PROFILE, sm.add_constant(-np.log1p(R)), weights=w).fit()
    np.testing.assert_allclose([found.gamma[0], found.beta[0]], model.params, rtol=1e-9)
    np.testing.assert_allclose(ours["rss"], np.sum(w * model.resid**2), rtol=1e-9)
    np.testing.assert_allclose(ours["r_squared"], model.rsquared, rtol=1e-9)
    if weights is None:  # statsmodels leaves out the variance among the parameters
        constant = 40 * (np.log(2 * np.pi) + 1)
        np.testing.assert_allclose(ours["aic"] + constant, model.aic + 2, rtol=1e-9)
        np.testing.assert_allclose(ours["bic"] + constant, model.bic + np.log(40), rtol=1e-9)
        np.testing.assert_allclose(ours["aicc"] - ours["aic"], 2 * 3 * 4 / (40 - 4))
        np.testing.assert_allclose(
            ours["residual_autocorrelation"], acf(model.resid, nlags=1)[1], rtol=1e-6
        )


def test_undefined_statistics_are_none_and_exact_fits_stay_finite():
    family = FAMILIES["power_law"]
    exact = 0.02 + 0.5 * (R + 1) ** -0.8
    fine = goodness(family, estimate(family, R, exact, None, "linear"), R, exact, None, "linear")
    assert all(value is None or np.isfinite(value) for value in fine.values())
    few = R[:5]
    short = estimate(family, few, exact[:5], None, "linear")
    assert goodness(family, short, few, exact[:5], None, "linear")["aicc"] is None
    flat = np.full(40, 0.5)
    constant = FAMILIES["constant"]
    nothing = goodness(
        constant, estimate(constant, R, flat, None, "linear"), R, flat, None, "linear"
    )
    assert nothing["r_squared"] is None
    steep = PROFILE - PROFILE.min() + 1e-3
    below = FAMILIES["logarithmic"]
    fits = estimate(below, R, steep * R**-2.0, None, "linear")
    assert predict(below, fits, R).min() < 0
    assert goodness(below, fits, R, steep * R**-2.0, None, "linear")["r_squared_log"] is None


def test_akaike_weights():
    weights = akaike_weights([10.0, 12.0, None])
    np.testing.assert_allclose(weights[:2], np.array([1, np.exp(-1)]) / (1 + np.exp(-1)))
    assert weights[2] is None
    assert akaike_weights([None]) == [None]


def test_log_scale_r_squared_is_that_of_the_logarithms():
    family = FAMILIES["power_law"]
    found = estimate(family, R, PROFILE, None, "log")
    ours = goodness(family, found, R, PROFILE, None, "log")
    logs, fitted = np.log(PROFILE), np.log(predict(family, found, R)[0])
    left = np.sum((logs - fitted) ** 2)
    np.testing.assert_allclose(ours["rss"], left)
    np.testing.assert_allclose(ours["r_squared_log"], 1 - left / np.sum((logs - logs.mean()) ** 2))


def test_ties_are_within_one_standard_error_of_the_difference():
    common = np.array([1.0, 5.0, 2.0, 8.0, 3.0])
    near = common + np.array([0.3, -0.2, 0.3, -0.2, 0.1])
    far = common + np.array([0.3, 0.2, 0.3, 0.2, 0.25])
    best, tie, worse = compare(np.stack([common, near, far]))
    assert [each["cv_verdict"] for each in (best, tie, worse)] == ["best", "tie", "worse"]
    # The folds' own differences are large, and cancel: only the paired error counts.
    assert worse["cv_excess"] < worse["cv_error_se"]
    np.testing.assert_allclose(worse["cv_excess_se"], (far - common).std(ddof=1) / np.sqrt(5))


def test_a_curve_without_logarithm_never_wins_on_the_log_scale():
    medians = np.array([[1.0, 2.0], [1.0, 2.0]])
    errors = errors_of(np.array([[-1.0, 2.0], [1.0, 1.0]]), medians, None, "log")
    assert errors[0] == np.inf
    np.testing.assert_allclose(errors[1], np.log(2) ** 2 / 2)


def test_trend_is_the_mean_of_spearman_s_correlations():
    rng = np.random.default_rng(0)
    values = rng.lognormal(size=(9, 30))
    values[0, :5] = 1.0
    expected = [spearmanr(row, np.arange(30)).statistic for row in values]
    np.testing.assert_allclose(rank_correlations(values), expected)
    clusters = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3])
    counts = np.array([[1, 1, 1, 1], [2, 0, 0, 2]])
    value, resampled = trend(values, clusters, counts)
    np.testing.assert_allclose(value, np.mean(expected))
    np.testing.assert_allclose(resampled[0], value)
    np.testing.assert_allclose(resampled[1], np.mean([expected[i] for i in (0, 1, 7, 8)]))
    assert rank_correlations(np.ones((1, 5)))[0] == 0


def test_direction_needs_an_interval_without_zero():
    assert direction(-0.3, -0.1) == "falls"
    assert direction(0.1, 0.3) == "rises"
    assert direction(-0.1, 0.3) == "flat"
    assert direction(None, None) == "flat"
