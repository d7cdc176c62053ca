"""Every outcome of every rule of docs/verdicts.md, on made-up numbers."""

import pytest
from judged_arms import arm

from token_influence.claims.rules import (
    better_verdict,
    exponent_verdict,
    random_verdict,
    shuffled_verdict,
)

FLAT, RISING = (1.0, 0.95, 1.05), (0.7, 0.6, 0.8)
UNCLEAR = (1.2, 0.9, 1.6)
EXPONENTIAL, BETWEEN = (0.02, -0.1, 0.15), (0.7, 0.4, 1.0)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (arm(), "reproduced"),
        (arm(p=(1.2, 1.0, 1.4)), "not reproduced"),
        (arm(p=(0.8, 0.6, 1.0)), "undecided"),
        (arm(nearness=EXPONENTIAL), "not reproduced"),
        (arm(nearness=BETWEEN), "undecided"),
        (arm(nearness=BETWEEN, p=(1.2, 1.0, 1.4)), "not reproduced"),
        (arm(near_to_far=FLAT), "not reproduced"),
        (arm(near_to_far=UNCLEAR), "undecided"),
        (arm(reason="p is at its bound 5"), "undecided"),
        (arm(nearness=None), "undecided"),
    ],
)
def test_claim_1_needs_a_decay_the_family_and_the_exponent(measured, verdict) -> None:
    assert exponent_verdict(measured).verdict == verdict


def test_an_exponential_with_a_narrow_interval_in_the_range_does_not_pass() -> None:
    """An exponential's best p can lie in 0.7–0.9, with a narrower interval than a power law's."""
    found = exponent_verdict(arm(p=(0.8, 0.78, 0.82), nearness=EXPONENTIAL))
    assert found.verdict == "not reproduced"
    assert "not much nearer" in found.why


@pytest.mark.parametrize(
    ("measured", "verdict", "opposite"),
    [
        (arm(), "reproduced", "not reproduced"),
        (arm(p=(2.0, 1.9, 2.1)), "reproduced", "not reproduced"),
        (arm(reason="p is at its bound 5"), "reproduced", "not reproduced"),
        (arm(nearness=EXPONENTIAL), "not reproduced", "reproduced"),
        (arm(nearness=BETWEEN), "undecided", "undecided"),
        (arm(near_to_far=FLAT), "not reproduced", "reproduced"),
        (arm(near_to_far=RISING), "not reproduced", "reproduced"),
        (arm(near_to_far=UNCLEAR), "undecided", "undecided"),
        (arm(windows=4), "undecided", "undecided"),
    ],
)
def test_claim_4_is_the_opposite_of_claim_2(measured, verdict, opposite) -> None:
    assert better_verdict(measured).verdict == verdict
    assert random_verdict(measured).verdict == opposite


@pytest.mark.parametrize(
    ("shuffled", "verdict"),
    [
        (arm(loss=(7.0, 0.2)), "reproduced"),
        (arm(loss=(5.4, 0.2)), "undecided"),
        (arm(loss=(4.2, 0.1)), "not reproduced"),
        (arm(near_to_far=RISING, loss=(7.0, 0.2)), "not reproduced"),
        (arm(nearness=BETWEEN, loss=(7.0, 0.2)), "undecided"),
        (arm(nearness=BETWEEN, loss=(4.2, 0.1)), "not reproduced"),
    ],
)
def test_claim_3_needs_the_decay_and_the_collapse(shuffled, verdict) -> None:
    assert shuffled_verdict(arm(), shuffled).verdict == verdict


def test_the_error_of_the_rise_is_the_largest_that_a_correlation_allows() -> None:
    found = shuffled_verdict(arm(loss=(4.0, 0.1)), arm(loss=(7.0, 0.2)))
    assert found.numbers["loss_rise"] == pytest.approx(3.0)
    assert found.numbers["loss_rise_se"] == pytest.approx(0.3)


def test_an_undecided_claim_names_the_windows_that_would_decide_it() -> None:
    found = better_verdict(arm(nearness=BETWEEN, windows=32))
    assert found.windows is None  # 0.7 ± 0.3 is too near to 2/3
    found = better_verdict(arm(nearness=(0.95, 0.6, 1.3), windows=32))
    assert found.windows == 100
    assert found.why.endswith("about 100 windows would decide, if these numbers are right")


def test_the_numbers_behind_a_verdict_stand_beside_it() -> None:
    numbers = exponent_verdict(arm()).numbers
    assert (numbers["p"], numbers["p_low"], numbers["p_high"]) == (0.8, 0.75, 0.85)
    assert (numbers["nearness"], numbers["near_to_far_high"]) == (0.95, 7.0)
    assert "p" not in exponent_verdict(arm(reason="p is at its bound 5")).numbers
