"""Single predictions, fitted with both families."""

import numpy as np
import pytest

from token_influence.decay.single_fits import (
    COMPARED,
    EXPONENTIAL,
    POWER_LAW,
    power_law_wins,
    residuals,
    single_fits,
)
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate

R = np.arange(1.0, 101)


def noisy(curve: np.ndarray, number: int = 200, size: float = 0.7) -> np.ndarray:
    rng = np.random.default_rng(0)
    return curve * np.exp(size * rng.standard_normal((number, len(R))))


POWER = 0.015 + (R + 1) ** -0.95
EXPONENT = 0.03 + 0.4 * np.exp(-R / 10)


@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize("curve", [POWER, EXPONENT], ids=["power law", "exponential"])
def test_the_grid_is_as_good_as_the_search(name, curve):
    profiles = noisy(curve)
    best = estimate(FAMILIES[name], R, profiles, None, "log").rss
    found = single_fits(R, profiles)[name].rss
    assert (found >= best * (1 - 1e-9)).all()
    assert np.quantile(found / best, 0.95) < 1.004


@pytest.mark.parametrize(("curve", "won"), [(POWER, 1.0), (EXPONENT, 0.0)])
def test_the_true_family_wins_where_there_is_little_noise(curve, won):
    assert (power_law_wins(single_fits(R, noisy(curve, size=0.02))) == won).all()


def test_a_level_moves_the_curve_alone():
    profiles = noisy(POWER, 3)
    fits, scaled = single_fits(R, profiles)[POWER_LAW], single_fits(R, 7 * profiles)[POWER_LAW]
    np.testing.assert_allclose(scaled.logs, fits.logs + np.log(7))
    np.testing.assert_allclose(scaled.rss, fits.rss)


def test_equal_fits_count_half():
    rising = np.exp(0.01 * R)[None]
    fits = single_fits(R, rising)
    assert power_law_wins(fits).tolist() == [0.5]  # the best of both is a constant
    np.testing.assert_allclose(fits[EXPONENTIAL].logs, 0.01 * R.mean())


def test_noise_has_median_0_and_the_levels():
    profiles = noisy(POWER, 40)
    scaled = profiles * np.geomspace(0.1, 10, 40)[:, None]
    noise, shifted = (residuals(one, single_fits(R, one)) for one in (profiles, scaled))
    assert np.abs(np.median(noise, axis=0)).max() < 1e-12
    np.testing.assert_allclose(np.diff(shifted - noise, axis=0), np.log(100) / 39, atol=1e-9)


def test_noise_holds_no_mirror_image_of_a_family():
    """Exchanging the families exchanges nothing: the noise is the same."""
    profiles = noisy(POWER, 40)
    fits = single_fits(R, profiles)
    exchanged = {POWER_LAW: fits[EXPONENTIAL], EXPONENTIAL: fits[POWER_LAW]}
    np.testing.assert_array_equal(residuals(profiles, fits), residuals(profiles, exchanged))
