"""The power law against each family: fold by fold, resample by resample."""

import numpy as np
import pytest

from token_influence.decay.duels import DUEL, duels

FAMILIES = ["constant", "power_law", "exponential"]
FOLDS = np.array([[3.0, 5.0, 4.0], [1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])
LEFT_OUT = np.array([[9.0, 9.0, 9.0, 1.0], [2.0, 2.0, 2.0, 2.0], [3.0, 1.0, 1.0, 2.0]])


def test_the_difference_is_taken_fold_by_fold_and_the_share_resample_by_resample():
    constant, champion, exponential = duels(FAMILIES, FOLDS, LEFT_OUT)
    assert constant["behind_power_law"] == pytest.approx(3)
    assert constant["behind_power_law_se"] == pytest.approx(np.std([2, 4, 3], ddof=1) / 3**0.5)
    assert constant["power_law_ahead"] == 0.75
    assert exponential["behind_power_law"] == pytest.approx(0)
    assert exponential["power_law_ahead"] == 0.25  # equal errors are no win
    assert champion == dict.fromkeys(DUEL)


def test_without_a_power_law_or_a_window_left_out_nothing_is_said():
    assert duels(["constant"], FOLDS[:1], LEFT_OUT[:1]) == [dict.fromkeys(DUEL)]
    nothing = np.empty((3, 0))
    assert duels(FAMILIES, FOLDS, nothing)[0]["power_law_ahead"] is None
