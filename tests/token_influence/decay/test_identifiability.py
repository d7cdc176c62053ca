"""Trends against scipy, and every reason why a fit does not determine its parameters."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from simulated_arms import BOOTSTRAP, PUBLISHED, arm, pooled

from token_influence.decay.fits import FamilyFit
from token_influence.decay.identifiability import (
    Trend,
    direction,
    mean_rank_correlation,
    rank_correlations,
    reason_against,
)
from token_influence.decay.intervals import Interval
from token_influence.decay.records import decay_records
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.problem import Fits

FALLS = Trend(Interval(-0.4, -0.5, -0.3), "falls", Interval(6.0, 5.0, 7.0))


def test_trend_is_the_mean_of_spearman_s_correlations():
    rng = np.random.default_rng(0)
    values = rng.lognormal(size=(9, 30))
    values[0, :5] = 1.0
    expected = [spearmanr(row, np.arange(30)).statistic for row in values]
    np.testing.assert_allclose(rank_correlations(values), expected)
    clusters = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3])
    counts = np.array([[1, 1, 1, 1], [2, 0, 0, 2]])
    value, resampled = mean_rank_correlation(values, clusters, counts)
    np.testing.assert_allclose(value, np.mean(expected))
    np.testing.assert_allclose(resampled[0], value)
    np.testing.assert_allclose(resampled[1], np.mean([expected[i] for i in (0, 1, 7, 8)]))
    assert rank_correlations(np.ones((1, 5)))[0] == 0


def test_direction_needs_an_interval_without_zero():
    assert direction(-0.3, -0.1) == "falls"
    assert direction(0.1, 0.3) == "rises"
    assert direction(-0.1, 0.3) == "flat"
    assert direction(None, None) == "flat"


def power_laws(p: list[float], beta: list[float]) -> Fits:
    number = len(p)
    return Fits(np.zeros(number), np.array(beta), np.array(p)[:, None], np.zeros(number))


def reason(
    p: float, beta: float, spread: Fits, name: str = "power_law", trend: Trend = FALLS
) -> str | None:
    fit = FamilyFit(FAMILIES[name], power_laws([p], [beta]), spread)
    return reason_against(fit, 100.0, trend, BOOTSTRAP)


def test_each_reason_is_told_in_words():
    fine = power_laws([0.8] * 100, [0.5] * 100)
    assert reason(0.8, 0.5, fine) is None
    assert reason(0.8, 0.0, fine) == "the best fit is a constant (beta = 0)"
    assert reason(5.0, 0.5, fine) == "p is at its bound 5"
    at_bound = power_laws([0.01] * 3 + [0.8] * 97, [0.5] * 100)
    assert reason(0.8, 0.5, at_bound) == "p is at its bound 0.01 in 3% of the resamples"
    # Shares up to what one side of the interval leaves out still give an interval.
    assert reason(0.8, 0.5, power_laws([0.01] * 2 + [0.8] * 98, [0.5] * 100)) is None
    vanished = power_laws([np.nan] * 3 + [0.8] * 97, [0.0] * 3 + [0.5] * 97)
    assert reason(0.8, 0.5, vanished) == "beta is 0 in 3% of the resamples"


@pytest.mark.parametrize(("which", "verb"), [("rises", "rises"), ("flat", "does not fall")])
def test_a_profile_that_does_not_fall_determines_no_decay(which, verb):
    fine = power_laws([0.8] * 100, [0.5] * 100)
    trend = Trend(Interval(0.1, -0.05, 0.25), which, Interval(1.0, 0.9, 1.1))
    said = reason(0.8, 0.5, fine, trend=trend)
    assert said == (f"the profile {verb} with distance (trend 0.10, 95% interval -0.05 to 0.25)")
    assert reason(0.8, 0.5, fine, name="constant", trend=trend) is None


def test_a_flat_profile_identifies_no_decay_either():
    records = decay_records(arm(curve=lambda r: 0.05 + 0.0 * r), PUBLISHED)
    assert {trend["direction"] for trend in records["trend"] if trend["seed"] == "pooled"} == {
        "flat"
    }
    assert pooled(records["fits"])["reason"].startswith("the profile does not fall with distance")


def test_a_shape_at_its_bound_is_not_identified():
    profiles = arm(curve=lambda r: 0.02 + 50.0 * (r + 1.0) ** -9, noise=0.02, shared=0.0)
    record = pooled(decay_records(profiles, PUBLISHED)["fits"])
    assert not record["identified"]
    assert record["reason"] == "p is at its bound 5"
