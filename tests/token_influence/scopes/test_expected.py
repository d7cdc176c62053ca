"""Ranks, the rule by which a word comes out, and over how many tokens a score is spread."""

import doctest

import numpy as np
import pytest

from token_influence.scopes import expected
from token_influence.scopes.expected import found, ranks, spread


def test_the_examples_run():
    failed, attempted = doctest.testmod(expected)
    assert (failed, bool(attempted)) == (0, True)


def test_equal_scores_share_the_better_rank():
    assert ranks(np.array([3.0, 1.0, 3.0, -2.0])).tolist() == [1, 3, 1, 4]


@pytest.mark.parametrize(
    ("span", "rank", "by_distance", "comes_out"),
    [
        ((0, 1), 1, 10, True),  # the first, though the farthest
        ((3, 5), 5, 6, True),  # its better token is the last that counts
        ((5, 6), 7, 5, False),  # not among the first 5
        ((9, 10), 2, 1, False),  # the nearest token is first by distance alone
    ],
)
def test_a_word_comes_out_among_the_first_five_and_ahead_of_its_distance(
    span, rank, by_distance, comes_out
):
    scores = np.array([9.0, 7, 6, 5, 2, 3, 1, 0, 4, 8])
    one = found("words", span, {"m": scores})
    assert one["rank"] == {"m": rank}
    assert one["by_distance"] == by_distance
    assert one["comes_out"] == {"m": comes_out}


def test_the_rank_by_distance_is_that_of_the_method_distance():
    scores = np.arange(1.0, 8) ** 2
    one = found("words", (2, 4), {"distance": scores})
    assert one["rank"]["distance"] == one["by_distance"] == 4
    assert not one["comes_out"]["distance"]


def test_a_spread_lies_between_one_token_and_all():
    even, one = np.full(4, 0.3), np.array([0.0, 0, 5, 0])
    assert spread([(0, 4)], even, squared=False) == pytest.approx(4)
    assert spread([(0, 4)], one, squared=True) == pytest.approx(1)
    scores = np.array([1.0, 2, 3])
    assert spread([(0, 3)], scores, squared=False) == spread([(0, 3)], scores**2, squared=True)
    assert spread([(0, 2), (1, 3)], scores, squared=True) == pytest.approx(36 / 14)
    assert spread([(0, 1)], scores, squared=True) is None
    assert spread([(0, 3)], 0 * scores, squared=True) is None
