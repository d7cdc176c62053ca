"""Width and shape of forecasts, on distributions whose answer is known."""

import numpy as np
import pytest

from token_influence.series.sharpness import (
    VARIANTS,
    distance_to_gaussian,
    mean_and_variance,
    variance_slope,
)


def gaussian(mean: float, variance: float) -> np.ndarray:
    return np.exp(-((np.arange(100) - mean) ** 2) / (2 * variance))


def test_mean_and_variance_are_those_of_the_scaled_probabilities():
    probabilities = np.zeros(100)
    probabilities[[20, 40]] = 0.1, 0.3
    assert mean_and_variance(probabilities) == pytest.approx((35, 75))


def test_a_gaussian_is_at_no_distance_and_two_peaks_are_far():
    assert distance_to_gaussian(0.3 * gaussian(45, 60)) < 0.01
    peaks = np.zeros(100)
    peaks[[20, 80]] = 0.5
    assert distance_to_gaussian(peaks) > 0.9
    one = np.zeros(100)
    one[20] = 1
    assert np.isnan(distance_to_gaussian(one))


def test_the_variance_of_a_gaussian_goes_as_one_over_the_norm():
    logits = np.log(gaussian(45, 60))
    columns = [np.exp(factor * logits) for factor in VARIANTS]
    assert variance_slope(np.column_stack(columns)) == pytest.approx(-1, abs=1e-3)


def test_the_variance_of_two_far_peaks_does_not():
    logits = np.full(100, -50.0)
    logits[[20, 80]] = 0
    columns = [np.exp(factor * logits) for factor in VARIANTS]
    assert variance_slope(np.column_stack(columns)) == pytest.approx(0, abs=1e-3)
