"""The best γ and β at given shapes, against non-negative least squares."""

import numpy as np
import pytest
from random_profiles import random_profiles
from scipy.optimize import nnls

from token_influence.fitting.families import FAMILIES
from token_influence.fitting.problem import Problem

R = np.arange(1.0, 41.0)


@pytest.mark.parametrize("weights", [None, np.linspace(0.2, 3.0, len(R))])
@pytest.mark.parametrize("name", ["power_law", "power_law_no_offset"])
def test_gamma_and_beta_are_those_of_non_negative_least_squares(name, weights):
    family, profiles = FAMILIES[name], random_profiles(30, len(R), 0)
    theta = np.random.default_rng(1).uniform(0.05, 4, (30, 1))
    fits = Problem(family, R, profiles, weights).fits(theta)
    root = np.sqrt(np.ones(len(R)) if weights is None else weights)
    for at, profile in enumerate(profiles):
        phi = family.curve(R, theta[at])
        columns = np.column_stack([np.ones_like(R), phi] if family.offset else [phi])
        best, misfit = nnls(columns * root[:, None], profile * root)
        gamma, beta = best if family.offset else (0.0, best[0])
        np.testing.assert_allclose([fits.gamma[at], fits.beta[at]], [gamma, beta], atol=1e-9)
        np.testing.assert_allclose(fits.rss[at], misfit**2, rtol=1e-8)
        assert np.isnan(fits.theta[at, 0]) == (beta == 0)


def test_a_curve_that_underflows_everywhere_gets_no_beta():
    fits = Problem(FAMILIES["exponential"], R + 900, np.ones((1, len(R)))).fits(np.array([[0.1]]))
    assert fits.beta[0] == 0
    assert fits.gamma[0] == pytest.approx(1)
