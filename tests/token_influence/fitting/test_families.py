"""Every family: its slopes, its grid, its registry entry."""

import numpy as np
import pytest

from token_influence.fitting.families import FAMILIES

R = np.arange(0, 60.0)


@pytest.mark.parametrize("name", FAMILIES)
def test_slopes_are_the_derivatives_of_the_curve(name):
    family = FAMILIES[name]
    rng = np.random.default_rng(0)
    for _ in range(20):
        theta = [
            np.exp(rng.uniform(*np.log(shape.bounds(R[-1])))) * np.ones(1)
            for shape in family.shapes
        ]
        slopes = family.slopes(R, family.curve(R, *theta), *theta)
        assert len(slopes) == len(theta)
        for at, slope in enumerate(slopes):
            step = 1e-6 * theta[at]
            up, down = list(theta), list(theta)
            up[at], down[at] = theta[at] + step, theta[at] - step
            numeric = (family.curve(R, *up) - family.curve(R, *down)) / (2 * step)
            np.testing.assert_allclose(slope, numeric, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", FAMILIES)
def test_curves_fall_and_grids_cover_the_bounds(name):
    family = FAMILIES[name]
    for shape in family.shapes:
        grid = shape.grid(100.0)
        np.testing.assert_allclose([grid[0], grid[-1]], shape.bounds(100.0))
    middle = [np.full(1, np.sqrt(np.prod(shape.bounds(R[-1])))) for shape in family.shapes]
    assert (np.diff(family.curve(R, *middle)) <= 0).all()


def test_the_bounds_are_those_of_the_design():
    power, exponential = FAMILIES["power_law"], FAMILIES["exponential"]
    assert power.shapes[0].bounds(100.0) == (0.01, 5.0)
    assert exponential.shapes[0].bounds(100.0) == (0.1, 1000.0)
    assert power.parameters == ("p", "gamma", "beta")
    assert FAMILIES["power_law_no_offset"].parameters == ("p", "beta")
    assert FAMILIES["constant"].parameters == ("gamma",)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_says_formula_bounds_and_source(name):
    family = FAMILIES[name]
    assert "G(r) =" in family.curve.__doc__
    assert "(" in family.curve.__doc__ or "null" in family.curve.__doc__
    for shape in family.shapes:
        assert shape.name in {"p", "xi", "kappa"}
