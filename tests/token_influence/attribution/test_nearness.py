"""How much of a method's scores the distance alone explains."""

import numpy as np
import pytest
from scipy.stats import linregress

from token_influence.attribution.nearness import explained_by_distance


def test_a_power_law_of_the_distance_is_explained_wholly():
    scores = 3 * np.arange(50.0, 0, -1) ** -0.8
    assert explained_by_distance(scores) == pytest.approx({"rank_correlation": 1, "r_squared": 1})


def test_scores_that_rise_with_the_distance_correlate_negatively():
    assert explained_by_distance(np.arange(9.0, 0, -1))["rank_correlation"] == pytest.approx(-1)


def test_scores_of_noise_are_hardly_explained_and_agree_with_a_regression():
    scores = np.random.default_rng(0).random(400) + 0.01
    found = explained_by_distance(scores)
    assert abs(found["rank_correlation"]) < 0.15
    line = linregress(np.log(np.arange(400, 0, -1)), np.log(scores))
    assert found["r_squared"] == pytest.approx(line.rvalue**2)


def test_scores_that_are_not_all_positive_have_a_rank_correlation_alone():
    assert set(explained_by_distance(np.array([-1.0, 0.0, 2.0]))) == {"rank_correlation"}


@pytest.mark.parametrize("scores", [[1.0], [1.0, 2.0], [2.0, 2.0, 2.0, 2.0]])
def test_too_few_or_equal_scores_say_nothing(scores):
    assert explained_by_distance(np.array(scores)) == {}
