"""Two digits and their text, against strings made by hand."""

import numpy as np
import pytest

from token_influence.errors import AttributionError
from token_influence.series.digits import text_of, two_digits


def test_values_are_scaled_and_cut_off():
    # 0.15 + 0.7 · (x − 2) / 8 for 2, 3, 4, 6 and 10: 0.15, 0.2375, 0.325, 0.5, 0.85.
    assert text_of(two_digits([2, 3, 4, 6, 10], "mine")) == "15,23,32,50,85,"
    assert text_of(two_digits([10, 2], "mine")) == "85,15,"


def test_every_fraction_stays_within_two_digits():
    numbers = two_digits(np.random.default_rng(0).normal(size=1000), "noise")
    assert (numbers.min(), numbers.max()) == (15, 85)


def test_small_numbers_keep_their_zero():
    assert text_of([7, 0]) == "07,00,"


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ([4.0, 4.0, 4.0], "All 3 values of the series mine are 4; at least two different"),
        ([1.0, float("nan")], "The series mine is empty or holds a value that is not finite."),
        ([], "The series mine is empty"),
    ],
)
def test_what_cannot_be_scaled_is_refused(values, part):
    with pytest.raises(AttributionError) as caught:
        two_digits(values, "mine")
    assert part in str(caught.value)
