"""Shades of scores on both scales."""

import doctest

import numpy as np
import pytest

from token_influence.scopes import shading
from token_influence.scopes.shading import SCALES, shades


def test_the_examples_run():
    failed, attempted = doctest.testmod(shading)
    assert (failed, bool(attempted)) == (0, True)


@pytest.mark.parametrize("scale", SCALES)
def test_the_largest_is_darkest_whatever_its_sign_and_size(scale):
    found = shades(np.array([1e-30, -3e-30, 0.0], dtype=np.float32), scale)
    assert found[1] == 1
    assert found[2] == 0
    assert (shades(np.zeros(2), scale) == 0).all()


def test_a_thousandth_is_not_shaded_on_the_logarithmic_scale():
    assert shades(np.array([1.0, 1e-3, 1e-4]), "logarithmic").tolist() == [1, 0, 0]
