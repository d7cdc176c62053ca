"""Families fitted to a sample on one range: weights, best and resampled values, intervals."""

import numpy as np
import pytest

from token_influence.decay.fits import (
    fit_family,
    fit_median,
    fit_range,
    on_range,
    parameter_intervals,
)
from token_influence.decay.intervals import interval
from token_influence.decay.resampling import samples
from token_influence.decay.settings import Bootstrap
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, inverse_variance
from token_influence.profiles.normalise import NormalisedProfiles

BOOTSTRAP = Bootstrap(resamples=40)


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(0)
    curve = 0.02 + 0.5 * (np.arange(31) + 1.0) ** -0.85
    values = curve * np.exp(0.3 * rng.standard_normal((18, 31)))
    profiles = NormalisedProfiles(values, np.repeat(np.arange(9), 2), np.full(18, 30), 0)
    return samples([profiles], 30, BOOTSTRAP)[-1]


def test_a_range_holds_its_distances_alone(sample):
    ranged = on_range(sample, 2, 20, "linear", "uniform")
    np.testing.assert_array_equal(ranged.r, np.arange(2.0, 21.0))
    np.testing.assert_array_equal(ranged.values, sample.values[:, 2:21])
    np.testing.assert_array_equal(ranged.median, np.median(ranged.values, axis=0))
    np.testing.assert_array_equal(ranged.resampled, sample.resampled[:, 2:21])
    assert ranged.weights is None


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_inverse_variances_are_those_of_the_resampled_medians(sample, scale):
    ranged = on_range(sample, 1, 20, scale, "inverse_variance")
    expected = inverse_variance(sample.resampled[:, 1:21], ranged.r, scale)
    np.testing.assert_array_equal(ranged.weights, expected)
    fitted = estimate(FAMILIES["power_law"], ranged.r, ranged.median, expected, scale)
    np.testing.assert_array_equal(fit_median(ranged, "power_law").theta, fitted.theta)


def test_a_family_is_fitted_to_the_median_and_to_each_resample(sample):
    ranged = on_range(sample, 1, 30, "linear", "uniform")
    fits = fit_range(ranged, ["power_law", "logarithmic"]).fits
    assert list(fits) == ["power_law", "logarithmic"]
    power = fits["power_law"]
    assert power.spread.beta.shape == (40,)
    alone = fit_family(ranged, "power_law")
    np.testing.assert_array_equal(power.spread.theta, alone.spread.theta)
    intervals = parameter_intervals(ranged, power, BOOTSTRAP)
    assert list(intervals) == ["p", "gamma", "beta"]
    assert intervals["p"] == interval(
        power.best.theta[0, 0], power.spread.theta[:, 0], BOOTSTRAP, 9, 1
    )
    assert intervals["beta"].estimate == power.best.beta[0]
    assert list(parameter_intervals(ranged, fits["logarithmic"], BOOTSTRAP)) == ["gamma", "beta"]
