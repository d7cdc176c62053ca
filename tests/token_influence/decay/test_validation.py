"""Judgement by left-out windows, against the plain loops; and what an estimate refuses."""

from dataclasses import replace

import numpy as np
import pytest

from token_influence.decay.intervals import Bootstrap
from token_influence.decay.ranges import Ranged, span
from token_influence.decay.resampling import samples
from token_influence.decay.validation import cross_validated, left_out_medians, win_shares
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict
from token_influence.profiles.aggregate import NormalisedProfiles

FITTED = ["power_law", "exponential", "constant"]


@pytest.fixture(scope="module")
def part():
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
    return Ranged(sample, 1, 30, "linear", "uniform")


def test_cross_validation_fits_on_the_other_folds(part):
    sample = part.sample
    errors = cross_validated(part, FITTED)
    assert errors.shape == (3, 10)
    for fold in range(10):
        out = sample.folds[sample.clusters] == fold
        fitted = np.median(part.values[~out], axis=0)
        unseen = np.median(part.values[out], axis=0)
        for at, name in enumerate(FITTED):
            fits = estimate(FAMILIES[name], part.r, fitted, None, "linear")
            expected = np.mean((unseen - predict(FAMILIES[name], fits, part.r)[0]) ** 2)
            np.testing.assert_allclose(errors[at, fold], expected, rtol=1e-6)


def test_wins_are_counted_on_the_windows_that_a_resample_left_out(part):
    sample = part.sample
    unseen = left_out_medians(part)
    for counts, median in zip(sample.counts[:10], unseen, strict=False):
        out = counts[sample.clusters] == 0
        np.testing.assert_array_equal(median, np.median(part.values[out], axis=0))
    spread = {name: part.fit(name).spread for name in FITTED}
    wins = dict.fromkeys(FITTED, 0)
    for at, median in enumerate(unseen):
        errors = {
            name: np.mean((predict(FAMILIES[name], fits, part.r)[at] - median) ** 2)
            for name, fits in spread.items()
        }
        wins[min(errors, key=errors.get)] += 1
    shares = win_shares(part, FITTED, unseen)
    assert shares == {name: pytest.approx(won / 60) for name, won in wins.items()}
    nothing = np.full_like(unseen, np.nan)
    assert win_shares(part, FITTED, nothing) == dict.fromkeys(FITTED)


def test_a_seed_keeps_its_draws_and_the_pool_joins_them():
    rng = np.random.default_rng(1)
    parts = [
        NormalisedProfiles(
            rng.lognormal(size=(6, 13)), np.repeat([0, 4, 9], 2), np.full(6, 12), seed
        )
        for seed in (0, 1)
    ]
    first, second, both = samples(parts, 12, Bootstrap(resamples=30))
    np.testing.assert_array_equal(both.counts, np.hstack([first.counts, second.counts]))
    np.testing.assert_array_equal(
        both.median, np.median(np.vstack([first.values, second.values]), axis=0)
    )
    again = samples([replace(parts[0], values=parts[0].values ** 2), parts[1]], 12, Bootstrap(30))
    np.testing.assert_array_equal(again[0].counts, first.counts)


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


def test_spans():
    assert span("full", 30) == (1, 30)
    assert span("0..12", 30) == (0, 12)
    with pytest.raises(DecayError, match=r"range 1\.\.31 does not lie within 0\.\.30"):
        span("1..31", 30)


def test_a_distance_that_some_predictions_lack_is_refused():
    values = np.ones((4, 6))
    values[1, 4:] = np.nan
    part = NormalisedProfiles(values, np.array([0, 0, 1, 1]), np.array([5, 3, 5, 5]), 0)
    with pytest.raises(DecayError, match="some predictions of seed 0 lack distance 4"):
        samples([part], 5, Bootstrap())
