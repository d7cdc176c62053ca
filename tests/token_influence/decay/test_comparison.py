"""Fit statistics against statsmodels; the judgement by left-out windows against the plain loops."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tsa.stattools import acf

from token_influence.decay.comparison import (
    BEHIND,
    LEFT_OUT,
    akaike_weights,
    behind_power_law,
    compare,
    compare_on_left_out,
    cross_validated,
    errors_of,
    goodness,
    left_out_errors,
    left_out_medians,
    win_shares,
)
from token_influence.decay.fits import fit_family, fit_range, on_range
from token_influence.decay.resampling import samples
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict
from token_influence.profiles.normalise import NormalisedProfiles

R = np.arange(1.0, 41.0)
PROFILE = (0.6 - 0.1 * np.log1p(R)) * np.exp(0.05 * np.random.default_rng(0).standard_normal(40))
FITTED = ["power_law", "exponential", "constant"]


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


@pytest.fixture(scope="module")
def ranged():
    rng = np.random.default_rng(0)
    curve = 0.02 + 0.5 * (np.arange(31) + 1.0) ** -0.85
    profiles = [
        NormalisedProfiles(
            curve * np.exp(0.3 * rng.standard_normal((18, 31))),
            np.repeat(np.arange(9), 2),
            np.tile([30, 30], 9),
            seed,
        )
        for seed in (0, 1)
    ]
    sample = samples(profiles, 30, Bootstrap(resamples=60))[-1]
    return on_range(sample, 1, 30, "linear", "uniform")


def test_cross_validation_fits_on_the_other_folds(ranged):
    sample = ranged.sample
    errors = cross_validated(ranged, FITTED)
    assert errors.shape == (3, 10)
    for fold in range(10):
        out = sample.folds[sample.clusters] == fold
        fitted = np.median(ranged.values[~out], axis=0)
        unseen = np.median(ranged.values[out], axis=0)
        for at, name in enumerate(FITTED):
            fits = estimate(FAMILIES[name], ranged.r, fitted, None, "linear")
            expected = np.mean((unseen - predict(FAMILIES[name], fits, ranged.r)[0]) ** 2)
            np.testing.assert_allclose(errors[at, fold], expected, rtol=1e-6)


def test_wins_are_counted_on_the_windows_that_a_resample_left_out(ranged):
    sample = ranged.sample
    unseen = left_out_medians(ranged)
    for counts, median in zip(sample.counts[:10], unseen, strict=False):
        out = counts[sample.clusters] == 0
        np.testing.assert_array_equal(median, np.median(ranged.values[out], axis=0))
    fits = [fit_family(ranged, name) for name in FITTED]
    spread = {fit.family.name: fit.spread for fit in fits}
    wins = dict.fromkeys(FITTED, 0)
    for at, median in enumerate(unseen):
        errors = {
            name: np.mean((predict(FAMILIES[name], fits, ranged.r)[at] - median) ** 2)
            for name, fits in spread.items()
        }
        wins[min(errors, key=errors.get)] += 1
    shares = win_shares(left_out_errors(ranged, fits, unseen))
    assert shares == [pytest.approx(won / 60) for won in wins.values()]
    nothing = left_out_errors(ranged, fits, np.full_like(unseen, np.nan))
    assert win_shares(nothing) == [None] * 3


def test_how_far_a_family_is_behind_the_power_law_is_taken_fold_by_fold():
    errors = np.array([[3.0, 5.0, 4.0], [1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])
    constant, power_law, exponential = behind_power_law(
        ["constant", "power_law", "exponential"], errors
    )
    assert constant["behind_power_law"] == pytest.approx(3)
    assert constant["behind_power_law_se"] == pytest.approx(np.std([2, 4, 3], ddof=1) / 3**0.5)
    assert exponential["behind_power_law"] == pytest.approx(0)
    assert power_law == dict.fromkeys(BEHIND)
    assert behind_power_law(["constant"], errors[:1]) == [dict.fromkeys(BEHIND)]


def test_all_that_left_out_windows_say_of_a_family_is_in_one_mapping(ranged):
    compared = compare_on_left_out(fit_range(ranged, FITTED), FITTED)
    assert [set(numbers) for numbers in compared] == [set(LEFT_OUT)] * 3
    assert sum(numbers["win_share"] for numbers in compared) == pytest.approx(1)
