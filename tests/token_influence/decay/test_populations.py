"""Populations of one family whose quartiles follow those of given profiles."""

from dataclasses import replace

import numpy as np
import pytest

from token_influence.decay.populations import MATCHED, Population, matched
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import fit

R = np.arange(1.0, 101)
FAMILY = FAMILIES["exponential"]
VARIED = Population(FAMILY, location=2.3, spread=0.9, level=-1.0, slope=-0.5, floor=-3.6)


def drawn(population: Population, rng: np.random.Generator, number: int) -> np.ndarray:
    noise = 0.6 * rng.standard_normal((number, len(R)))
    return np.exp(population.logs(R, rng.standard_normal(number)) + noise), noise


def r_squared(name: str, median: np.ndarray) -> float:
    return 1 - fit(FAMILIES[name], R, median).rss[0] / np.sum((median - median.mean()) ** 2)


def test_members_are_curves_of_the_family():
    logs = VARIED.logs(R, np.array([-1.0, 2.0]))
    for z, found in zip((-1.0, 2.0), logs, strict=True):
        beta, xi = np.exp(-1.0 - 0.5 * z), np.exp(2.3 + 0.9 * z)
        np.testing.assert_allclose(np.exp(found), np.exp(-3.6) + beta * np.exp(-R / xi))


def test_the_median_of_exponentials_looks_like_a_power_law():
    wide = replace(VARIED, spread=1.2, slope=-0.8)
    profiles, _ = drawn(wide, np.random.default_rng(0), 4000)
    median = np.median(profiles, axis=0)
    assert r_squared("power_law", median) > 0.98


@pytest.mark.parametrize("name", ["exponential", "power_law"])
def test_a_matched_population_has_the_quartiles_of_the_profiles(name):
    rng = np.random.default_rng(1)
    profiles, noise = drawn(VARIED, rng, 1000)
    again = np.exp(matched(name, R, profiles, noise).logs(R, rng.standard_normal(1000)) + noise)
    off = np.log(np.quantile(again, MATCHED, axis=0) / np.quantile(profiles, MATCHED, axis=0))
    assert np.sqrt(np.mean(off**2)) < 0.15
    if name == "exponential":  # the truth
        assert np.sqrt(np.mean(off**2)) < 0.08


def test_level_profiles_have_a_population_too():
    noise = 0.1 * np.random.default_rng(2).standard_normal((40, len(R)))
    population = matched("power_law", R, np.exp(noise), noise)
    assert np.isfinite(population.logs(R, np.array([0.0]))).all()
