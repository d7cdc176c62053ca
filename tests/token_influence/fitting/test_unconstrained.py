"""Unconstrained least squares: exact curves, and what has no such fit."""

import numpy as np
import pytest

from token_influence.fitting.families import FAMILIES
from token_influence.fitting.unconstrained import SHAPES, unconstrained_fit

R = np.arange(1.0, 61.0)


@pytest.mark.parametrize(("name", "shape"), [("power_law", 0.85), ("exponential", 9.0)])
def test_exact_curves_are_found_also_outside_our_bounds(name, shape):
    curve = FAMILIES[name].curve(R, shape)
    found = unconstrained_fit(name, R, -0.01 + 0.5 * curve)
    assert found[SHAPES[name]] == pytest.approx(shape, rel=1e-5)
    assert found["gamma"] == pytest.approx(-0.01, rel=1e-4)
    assert found["beta"] == pytest.approx(0.5, rel=1e-5)
    assert found["r_squared"] == pytest.approx(1)


def test_other_families_have_none_and_a_constant_has_no_r_squared():
    assert unconstrained_fit("logarithmic", R, 1 / R) is None
    constant = unconstrained_fit("power_law", R, np.ones_like(R))
    assert constant is None or constant["r_squared"] is None
