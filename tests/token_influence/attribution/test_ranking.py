"""Which tokens are ablated, and how many."""

from dataclasses import replace

import numpy as np
import pytest

from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.ranking import candidates, check_scores, count, mask, ordered
from token_influence.errors import AttributionError


def prediction(tokens: int) -> Prediction:
    """A text of so many tokens, of which the last is the target."""
    return Prediction("text", tuple(range(tokens)), tokens - 2)


def test_the_conventions_choose_the_candidates() -> None:
    assert candidates(prediction(5), AS_IN_PAPER).tolist() == [0, 1, 2, 3]
    assert candidates(prediction(5), AS_IN_CODE).tolist() == [0, 1, 2, 3, 4]
    narrow = replace(AS_IN_PAPER, first_token=False, predicting_token=False)
    assert candidates(prediction(5), narrow).tolist() == [1, 2]
    with pytest.raises(AttributionError, match=r"^text has no token that may be ablated\.$"):
        candidates(prediction(3), narrow)


@pytest.mark.parametrize("tokens", [2, 19, 20, 59, 60, 100, 139, 140, 141])
def test_the_number_is_rounded_as_in_the_code(tokens: int) -> None:
    for fraction in (0.05, 0.1, 0.2):
        expected = max(1, int(tokens * fraction))
        assert count(prediction(tokens), fraction, AS_IN_CODE) == expected
        assert count(prediction(tokens), fraction, AS_IN_PAPER) == expected
    counted = replace(AS_IN_PAPER, counted="candidates", predicting_token=False)
    assert count(prediction(22), 0.1, counted) == 2
    assert count(prediction(21), 0.1, counted) == 1


def test_no_more_than_all_candidates_are_ablated() -> None:
    assert count(prediction(5), 1.0, AS_IN_PAPER) == 4
    assert count(prediction(5), 1.0, AS_IN_CODE) == 5


def test_the_largest_score_comes_first_and_the_target_has_none() -> None:
    scores = np.array([0.5, 2.0, 0.0, 2.0], dtype=np.float32)
    assert ordered(scores, np.arange(5)).tolist() == [3, 1, 0, 4, 2]
    assert ordered(scores, np.array([0, 2])).tolist() == [0, 2]


def test_a_mask_names_sources_alone() -> None:
    found = mask(prediction(5), np.array([1, 4]))
    assert found.tolist() == [False, True, False, False]


@pytest.mark.parametrize("scores", [np.ones(3), np.array([1.0, 2.0, np.nan, 0.0])])
def test_scores_that_do_not_fit_are_refused(scores: np.ndarray) -> None:
    with pytest.raises(
        AttributionError, match=r"The scores of semantic for text .* 4 finite numbers"
    ):
        check_scores(prediction(5), {"semantic": scores})
