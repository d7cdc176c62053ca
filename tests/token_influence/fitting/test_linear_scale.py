"""Bounded separable least squares: analytic curves, scipy, lmfit, and symmetries."""

import lmfit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_profiles import random_profiles
from scipy.optimize import curve_fit, least_squares, nnls

from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import fit

R = np.arange(1.0, 61.0)
TRUE_SHAPES = {"p": 0.85, "xi": 9.0, "kappa": 0.7}
DECAYS = [name for name, family in FAMILIES.items() if family.decays]
SHAPED = [name for name, family in FAMILIES.items() if family.shapes]


def exact(name: str, r: np.ndarray = R) -> tuple[np.ndarray, np.ndarray]:
    """A profile that the family describes exactly, and its shapes."""
    family = FAMILIES[name]
    theta = np.array([TRUE_SHAPES[shape.name] for shape in family.shapes])
    gamma = 0.6 if name == "logarithmic" else 0.03 * family.offset
    beta = 0.1 if name == "logarithmic" else 0.5
    return gamma + beta * family.curve(r, *theta), theta


@pytest.mark.parametrize("name", DECAYS)
def test_an_exact_curve_is_found_exactly(name):
    profile, theta = exact(name)
    found = fit(FAMILIES[name], R, profile[None])
    np.testing.assert_allclose(found.theta[0], theta, rtol=1e-6)
    assert found.rss[0] < 1e-20
    if FAMILIES[name].offset:
        np.testing.assert_allclose(
            found.gamma[0], 0.6 if name == "logarithmic" else 0.03, rtol=1e-6
        )


@pytest.mark.parametrize("weights", [None, np.linspace(0.2, 3.0, len(R))])
@pytest.mark.parametrize("name", SHAPED)
def test_no_bounded_multi_start_does_better(name, weights):
    family = FAMILIES[name]
    bounds = np.array([shape.bounds(R[-1]) for shape in family.shapes])
    profiles = random_profiles(24, len(R), 3)
    found = fit(family, R, profiles, weights)
    assert (found.gamma >= 0).all()
    assert (found.beta >= 0).all()
    root = np.sqrt(np.ones(len(R)) if weights is None else weights)
    rng = np.random.default_rng(4)

    def misfit(theta: np.ndarray, profile: np.ndarray) -> np.ndarray:
        phi = family.curve(R, *theta)
        columns = np.column_stack([np.ones_like(R), phi] if family.offset else [phi])
        best, _ = nnls(columns * root[:, None], profile * root)
        return (columns @ best - profile) * root

    for at, profile in enumerate(profiles):
        for _ in range(6):
            start = np.exp(rng.uniform(*np.log(bounds.T)))
            rival = least_squares(
                misfit, start, args=(profile,), bounds=bounds.T, x_scale=np.ptp(bounds, axis=1)
            )
            assert found.rss[at] <= 2 * rival.cost * (1 + 1e-9)


def test_scipy_curve_fit_agrees_where_it_converges():
    profiles = random_profiles(60, len(R), 5)[2::6]
    found = fit(FAMILIES["power_law"], R, profiles)
    for at, profile in enumerate(profiles):
        (gamma, beta, p), _ = curve_fit(
            lambda r, gamma, beta, p: gamma + beta * (r + 1) ** -p,
            R,
            profile,
            (found.gamma[at] + 0.01, found.beta[at] * 1.1, found.theta[at, 0] * 0.9),
            bounds=((0, 0, 0.01), (np.inf, np.inf, 5)),
            xtol=1e-14,
            ftol=1e-14,
            gtol=1e-14,
        )
        np.testing.assert_allclose(found.theta[at, 0], p, rtol=1e-4)
        np.testing.assert_allclose(found.beta[at], beta, rtol=1e-4)
        np.testing.assert_allclose(found.gamma[at], gamma, atol=1e-5)


@pytest.mark.parametrize("name", ["exponential", "stretched_exponential", "truncated_power_law"])
def test_lmfit_agrees_from_a_near_start(name):
    family = FAMILIES[name]
    profile, theta = exact(name)
    profile = profile * np.exp(0.03 * np.random.default_rng(6).standard_normal(len(R)))
    parameters = lmfit.Parameters()
    parameters.add("gamma", 0.02, min=0)
    parameters.add("beta", 0.4, min=0)
    for shape, value in zip(family.shapes, theta, strict=True):
        parameters.add(shape.name, value, min=shape.bounds(R[-1])[0], max=shape.bounds(R[-1])[1])

    def misfit(values: lmfit.Parameters) -> np.ndarray:
        shapes = [values[shape.name].value for shape in family.shapes]
        return values["gamma"] + values["beta"] * family.curve(R, *shapes) - profile

    rival = lmfit.minimize(misfit, parameters, ftol=1e-14, xtol=1e-14)
    found = fit(family, R, profile[None])
    assert found.rss[0] <= rival.chisqr * (1 + 1e-9)
    np.testing.assert_allclose(found.rss[0], rival.chisqr, rtol=1e-6)
    for at, shape in enumerate(family.shapes):
        np.testing.assert_allclose(found.theta[0, at], rival.params[shape.name].value, rtol=1e-2)


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(1e-4, 1e4), seed=st.integers(0, 1000))
def test_scaling_scales_gamma_and_beta_and_leaves_the_shape(scale, seed):
    profile = exact("power_law")[0]
    profile = profile * np.exp(0.2 * np.random.default_rng(seed).standard_normal(len(R)))
    for name in ("power_law", "exponential", "truncated_power_law"):
        one, other = (fit(FAMILIES[name], R, k * profile[None]) for k in (1.0, scale))
        np.testing.assert_allclose(other.rss, scale**2 * one.rss, rtol=1e-9)
        if name != "truncated_power_law":
            np.testing.assert_allclose(other.theta, one.theta, rtol=1e-7)
            np.testing.assert_allclose(other.beta, scale * one.beta, rtol=1e-7)
            np.testing.assert_allclose(other.gamma, scale * one.gamma, atol=1e-7 * scale)


@pytest.mark.parametrize("name", SHAPED)
def test_profiles_are_fitted_independently_of_their_company(name):
    profiles = random_profiles(12, len(R), 7)
    together = fit(FAMILIES[name], R, profiles).rss
    alone = np.concatenate([fit(FAMILIES[name], R, row[None]).rss for row in profiles])
    np.testing.assert_allclose(together, alone, rtol=1e-9)


def test_signs_are_respected_and_a_rise_gives_no_shape():
    rising = (0.03 + 0.001 * R)[None]
    for name in DECAYS:
        found = fit(FAMILIES[name], R, rising)
        assert found.gamma[0] >= 0
        assert found.beta[0] >= 0
        if FAMILIES[name].offset:
            assert found.beta[0] == 0
            assert np.isnan(found.theta).all()
            np.testing.assert_allclose(found.gamma[0], rising.mean())


def test_a_shape_at_its_bound_is_the_bound_itself():
    steep = (0.02 + (R + 1) ** -9.0)[None]
    assert fit(FAMILIES["power_law"], R, steep).theta[0, 0] == 5.0
    flat = (1.0 - 0.0002 * R)[None]
    assert fit(FAMILIES["exponential_no_offset"], R, flat).theta[0, 0] == 600.0


def test_a_valley_that_a_plateau_borders_is_found():
    """Profiles that fall like one p and rise like a mixture: β > 0 for a few p alone, and elsewhere,
    where β = 0, the residual sum is level."""
    family = FAMILIES["power_law"]
    p = np.linspace(0.01, 5, 20_001)
    phi = family.curve(R, p[:, None])
    centred = phi - phi.mean(axis=1, keepdims=True)

    def unit(p: float) -> np.ndarray:
        curve = family.curve(R, p)
        return (curve - curve.mean()) / np.std(curve)

    fall, rise = unit(1.3), -(unit(0.3) + 0.8 * unit(5.0))
    most = np.max((centred @ fall) / -(centred @ rise))  # of the rise, beyond which nothing falls
    profiles = 20 + fall + most * (1 - np.geomspace(3e-5, 3e-3, 60))[:, None] * rise
    shared = np.maximum(profiles @ centred.T, 0.0)  # beyond 0 where β is
    assert ((shared > 0).mean(axis=1) < 0.4).all()
    expected = p[(shared**2 / (centred**2).sum(axis=1)).argmax(axis=1)]
    found = fit(family, R, profiles)
    np.testing.assert_allclose(found.theta[:, 0], expected, atol=p[1] - p[0])
