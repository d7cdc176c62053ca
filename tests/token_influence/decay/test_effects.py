"""How far profiles fall, and which of two families they are nearer to, on known curves."""

import numpy as np
import pytest

from token_influence.decay.effects import near_to_far, nearness, nearness_of
from token_influence.decay.fits import fit_range, on_range
from token_influence.decay.resampling import samples
from token_influence.decay.settings import Bootstrap
from token_influence.profiles.normalise import NormalisedProfiles

R = np.arange(1.0, 101)
POWER_LAW = 0.02 + 0.5 * (R + 1) ** -0.8
EXPONENTIAL = 0.02 + 0.3 * np.exp(-R / 7)
FAMILIES = ("power_law", "exponential")


def ranged(curve: np.ndarray, spread: float = 1e-9, windows: int = 20, scale: str = "linear"):
    """Predictions that are one curve on r = 1..100 with noise, one in each window."""
    noise = np.random.default_rng(1).lognormal(0, spread, (windows, 101))
    values = np.concatenate([[1.0], curve]) * noise
    profiles = NormalisedProfiles(values, np.arange(windows), np.full(windows, 100), seed=0)
    sample = samples([profiles], 100, Bootstrap(resamples=200))[-1]
    return on_range(sample, 1, 100, scale, "uniform")


def test_near_to_far_compares_the_first_twentieth_with_the_second_half() -> None:
    curve = np.concatenate([np.full(5, 3.0), np.full(45, 100.0), np.full(50, 2.0)])
    assert near_to_far(curve[None]) == pytest.approx(1.5)
    assert near_to_far(np.array([[4.0, 9.0, 2.0]])) == pytest.approx(2.0)  # one near, one far
    assert near_to_far(np.array([[1.0, 1, 1, 1], [1, 2, 4, 4]])) == pytest.approx([1, 0.25])


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize(("curve", "place"), [(POWER_LAW, 1.0), (EXPONENTIAL, 0.0)])
def test_each_family_s_own_curve_lies_at_its_end(curve, place, scale) -> None:
    fits = fit_range(ranged(curve, scale=scale), FAMILIES)
    assert nearness_of(fits, Bootstrap()).estimate == pytest.approx(place, abs=1e-3)


def test_a_point_of_the_line_between_both_curves_lies_there() -> None:
    for share in (0.0, 0.25, 2 / 3, 1.0):
        between = share * POWER_LAW + (1 - share) * EXPONENTIAL
        found = nearness(between[None], POWER_LAW[None], EXPONENTIAL[None], None, "linear")
        assert found == pytest.approx(share)
    # At 2/3 the exponential is twice as far away.
    between = (2 * POWER_LAW + EXPONENTIAL) / 3
    far, near = (np.linalg.norm(between - curve) for curve in (EXPONENTIAL, POWER_LAW))
    assert far == pytest.approx(2 * near)


def test_what_neither_family_describes_does_not_move_the_place() -> None:
    line = POWER_LAW - EXPONENTIAL
    other = np.random.default_rng(0).standard_normal(100)
    other -= line * (other @ line) / (line @ line)
    shifted = 0.4 * POWER_LAW + 0.6 * EXPONENTIAL + other
    found = nearness(shifted[None], POWER_LAW[None], EXPONENTIAL[None], None, "linear")
    assert found == pytest.approx(0.4)


def test_weights_count_and_equal_curves_have_no_place() -> None:
    weights = np.where(R < 20, 1.0, 0.0)
    profile = np.where(R < 20, POWER_LAW, EXPONENTIAL)[None]
    found = nearness(profile, POWER_LAW[None], EXPONENTIAL[None], weights, "linear")
    assert found == pytest.approx(1.0)
    assert np.isnan(nearness(profile, POWER_LAW[None], POWER_LAW[None], None, "linear"))


def test_the_interval_does_not_follow_the_study_s_choice_of_intervals() -> None:
    fits = fit_range(ranged(POWER_LAW, spread=0.5), FAMILIES)
    wide = nearness_of(fits, Bootstrap())
    assert wide.low < wide.estimate < wide.high
    assert nearness_of(fits, Bootstrap(interval=0.5, method="percentile")) == wide


def test_a_profile_that_rises_has_no_interval_and_a_missing_family_no_number() -> None:
    rising = ranged(0.1 + R / 1000)
    found = nearness_of(fit_range(rising, FAMILIES), Bootstrap())
    assert (found.low, found.high) == (None, None)
    assert nearness_of(fit_range(rising, ["power_law"]), Bootstrap()) is None
