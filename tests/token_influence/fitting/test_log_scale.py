"""Least squares on the log scale: exact curves, scipy, and the constant as a limit."""

import numpy as np
import pytest
from random_profiles import random_profiles
from scipy.optimize import least_squares

from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate, predict

R = np.arange(1.0, 51.0)
SHAPES = {"p": 0.85, "xi": 9.0, "kappa": 0.7}


def curve(name: str, gamma: float, beta: float, *theta: float) -> np.ndarray:
    return gamma + beta * FAMILIES[name].curve(R, *theta)


@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.shapes])
def test_as_good_as_scipy_on_noisy_decays(name):
    family = FAMILIES[name]
    theta = [SHAPES[shape.name] for shape in family.shapes]
    clean = curve(name, 0.03 * family.offset, 0.5, *theta)
    noise = np.random.default_rng(0).standard_normal((5, len(R)))
    profiles = clean * np.exp(0.2 * noise)
    found = estimate(family, R, profiles, None, "log")
    logs = np.log(predict(family, found, R))
    np.testing.assert_allclose(found.rss, ((np.log(profiles) - logs) ** 2).sum(axis=1), rtol=1e-5)
    low, high = np.array([shape.bounds(R[-1]) for shape in family.shapes]).T
    for at, profile in enumerate(profiles):
        rival = least_squares(
            lambda x, y=profile: np.log(curve(name, x[0], x[1], *x[2:])) - np.log(y),
            [0.03 if family.offset else 0.0, 0.5, *theta],
            bounds=([-1e-12, 1e-9, *low], [1.0 if family.offset else 1e-12, np.inf, *high]),
            x_scale=[0.01, 0.1, *theta],
            xtol=1e-14,
            ftol=1e-14,
        )
        assert found.rss[at] <= 2 * rival.cost * (1 + 1e-6)


@pytest.mark.parametrize("number", [24, pytest.param(240, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.decays])
def test_no_bounded_multi_start_does_better(name, number):
    family = FAMILIES[name]
    profiles = random_profiles(number, len(R), 3)
    found = estimate(family, R, profiles, None, "log")
    assert ((found.gamma > 0) | (found.beta > 0)).all()
    bounds = np.array([shape.bounds(R[-1]) for shape in family.shapes]).reshape(-1, 2)
    least = 0.0 if family.shapes else np.log1p(R[-1]) * (1 + 1e-9)
    ratios = np.array([[least, 1e6]] * family.offset).reshape(-1, 2)
    low, high = np.vstack([ratios, bounds]).T
    rng = np.random.default_rng(4)

    def misfit(x: np.ndarray, logs: np.ndarray) -> np.ndarray:
        total = (x[0] if family.offset else 0.0) + family.curve(R, *x[len(ratios) :])
        residuals = logs - np.log(np.maximum(total, 1e-300))
        return residuals - residuals.mean()

    for rss, logs in zip(found.rss, np.log(profiles), strict=True):
        for _ in range(4):
            start = np.exp(
                rng.uniform(np.log(np.maximum(low, 1e-6)), np.log(np.minimum(high, 600)))
            )
            start = np.clip(start, low * (1 + 1e-6), high)
            rival = least_squares(misfit, start, args=(logs,), bounds=(low, high), x_scale="jac")
            assert rss <= 2 * rival.cost * (1 + 1e-6)


def test_exact_curves_are_found_and_scaling_leaves_the_shape():
    profile = curve("power_law", 0.03, 0.5, 0.85)
    one = estimate(FAMILIES["power_law"], R, profile, None, "log")
    np.testing.assert_allclose(
        [one.theta[0, 0], one.gamma[0], one.beta[0]], [0.85, 0.03, 0.5], rtol=1e-5
    )
    other = estimate(FAMILIES["power_law"], R, 7 * profile, None, "log")
    np.testing.assert_allclose(
        [other.theta[0, 0], other.gamma[0], other.beta[0]], [0.85, 0.21, 3.5], rtol=1e-5
    )


@pytest.mark.parametrize(
    "name", [name for name, family in FAMILIES.items() if family.decays and family.offset]
)
def test_a_rise_is_a_constant_without_shape(name):
    steps = np.random.default_rng(5).lognormal(size=(10, len(R)))
    logs = np.log(0.03) + 0.01 * steps.cumsum(axis=1)
    found = estimate(FAMILIES[name], R, np.exp(logs), None, "log")
    assert (found.beta == 0).all()
    assert np.isnan(found.theta).all()
    mean = logs.mean(axis=1)
    np.testing.assert_allclose(found.gamma, np.exp(mean), rtol=1e-12)
    np.testing.assert_allclose(found.rss, ((logs - mean[:, None]) ** 2).sum(axis=1), rtol=1e-12)
