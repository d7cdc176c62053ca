"""The one estimator: what it refuses, its weights, its curves and their residuals."""

import numpy as np
import pytest

from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import (
    estimate,
    inverse_variance,
    parameter_values,
    predict,
    residuals_on,
)


@pytest.mark.parametrize(
    ("r", "profile", "message"),
    [
        ([1, 3, 2, 4, 5], [5, 4, 3, 2, 1], "distances must increase, each once"),
        ([1, 2, 2, 4, 5], [5, 4, 3, 2, 1], "distances must increase, each once"),
        ([1, 2, 3, 4, 5], [5, 4, 0, 2, 1], "positive and finite at every distance"),
        ([1, 2, 3, 4, 5], [5, 4, -3, 2, 1], "positive and finite at every distance"),
        ([1, 2, 3, 4, 5], [5, 4, np.nan, 2, 1], "positive and finite at every distance"),
        ([1, 2, 3], [5, 4, 3], "3 distances, too few for the 3 parameters of power_law"),
    ],
)
def test_profiles_that_cannot_be_fitted_are_refused(r, profile, message):
    with pytest.raises(DecayError, match=message):
        estimate(
            FAMILIES["power_law"], np.array(r, float), np.array(profile, float), None, "linear"
        )


def test_inverse_variance_weights_follow_the_scale():
    rng = np.random.default_rng(0)
    resampled = np.array([1.0, 0.1]) * np.exp([0.1, 0.1] * rng.standard_normal((5000, 2)))
    linear = inverse_variance(resampled, np.array([1.0, 2.0]), "linear")
    log = inverse_variance(resampled, np.array([1.0, 2.0]), "log")
    np.testing.assert_allclose(linear[1] / linear[0], 100, rtol=0.1)
    np.testing.assert_allclose(log, 1, rtol=0.1)
    np.testing.assert_allclose(linear.mean(), 1)
    with pytest.raises(DecayError, match="median at distance 0 does not vary"):
        inverse_variance(np.column_stack([np.ones(5000), resampled]), np.arange(3.0), "linear")


def test_parameters_are_taken_by_name_and_give_the_curves():
    family, r = FAMILIES["stretched_exponential"], np.arange(1.0, 31.0)
    profiles = np.array([0.03 + 0.5 * family.curve(r, xi, 0.7) for xi in (5.0, 9.0)])
    fits = estimate(family, r, profiles, None, "linear")
    xi, kappa, gamma, beta = (parameter_values(family, fits, name) for name in family.parameters)
    np.testing.assert_allclose(xi, [5, 9], rtol=1e-5)
    np.testing.assert_allclose(kappa, 0.7, rtol=1e-5)
    np.testing.assert_allclose(gamma, 0.03, rtol=1e-5)
    np.testing.assert_allclose(beta, 0.5, rtol=1e-5)
    np.testing.assert_allclose(predict(family, fits, r), profiles, rtol=1e-7)


def test_residuals_without_a_logarithm_are_nan():
    profiles, curves = np.array([[1.0, 2.0]]), np.array([[-1.0, 1.0]])
    np.testing.assert_array_equal(residuals_on("linear", profiles, curves), [[2.0, 1.0]])
    np.testing.assert_array_equal(residuals_on("log", profiles, curves), [[np.nan, np.log(2)]])
