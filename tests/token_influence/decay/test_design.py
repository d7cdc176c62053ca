"""How many windows decide a question, against studies simulated with that number."""

import numpy as np
import pytest

from token_influence.decay.design import windows_to_decide


@pytest.mark.parametrize(("estimate", "bound"), [(0.8, 0.7), (0.5, 0.7), (0.9, 0.7)])
def test_that_many_windows_decide_in_80_percent_of_studies(estimate, bound) -> None:
    """Estimates vary normally around the truth, with 1.96 standard errors on either side."""
    pilot, error = 32, 0.15
    half = 1.96 * error
    windows = windows_to_decide(pilot, estimate, estimate - half, estimate + half, bound)
    narrower = error * np.sqrt(pilot / windows)
    studies = estimate + narrower * np.random.default_rng(0).standard_normal(20_000)
    decided = np.abs(studies - bound) > 1.96 * narrower
    assert 0.79 < decided.mean() < 0.87  # the number is rounded up to two digits


def test_only_the_side_towards_the_bound_counts() -> None:
    assert windows_to_decide(32, 0.8, 0.6, 9.0, 0.7) == windows_to_decide(32, 0.8, 0.6, 1.0, 0.7)
    assert windows_to_decide(32, 0.6, -9.0, 0.8, 0.7) == windows_to_decide(32, 0.6, 0.4, 0.8, 0.7)


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [(0.7, 0.6, 0.8), (0.7001, 0.6, 0.8), (0.8, float("nan"), 1.0), (0.8, float("-inf"), 1.0)],
)
def test_no_number_is_named_where_the_pilot_says_nothing(estimate, low, high) -> None:
    assert windows_to_decide(32, estimate, low, high, 0.7) is None
