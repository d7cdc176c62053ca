"""Which of a record's fits are drawn, and how they are described."""

import numpy as np
import pytest
from drawn_figures import HEADLINE, exponential, fit, power_law, record, unidentified

from token_influence.errors import DecayError
from token_influence.figures.curves import curve, describe, headline_fits


def test_missing_headline_fit_is_refused():
    with pytest.raises(DecayError, match=r"tiny_1/.*r = full"):
        headline_fits(record(), {"range": "full", "skip_sources": 0})


def test_headline_fits_come_in_the_order_of_drawing():
    fits = headline_fits(record(), HEADLINE)
    assert [one["family"] for one in fits] == ["power_law", "exponential"]
    assert {one["seed"] for one in fits} == {"pooled"}


def test_a_curve_is_its_family_with_the_estimates():
    r = np.arange(1.0, 101)
    np.testing.assert_allclose(curve(fit("power_law"), r), power_law(r))
    np.testing.assert_allclose(curve(fit("exponential"), r), exponential(r))


def test_a_description_gives_the_parameter_only_where_it_is_identified():
    assert describe(fit("exponential")).startswith(r"$\xi$ = 5.5 [4.5, 6.5]")
    assert describe(unidentified("power_law")) == "not identified"
