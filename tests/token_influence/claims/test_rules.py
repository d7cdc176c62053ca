"""Every outcome of every rule of docs/verdicts.md, on made-up numbers."""

import pytest
from judged_arms import AHEAD, LEVEL, NOT_FAR, NOT_OFTEN, arm

from token_influence.claims.rules import (
    better_verdict,
    duel,
    exponent_verdict,
    random_verdict,
    shuffled_verdict,
)


@pytest.mark.parametrize(
    ("numbers", "outcome"),
    [
        (AHEAD, "ahead"),
        (AHEAD | {"power_law_ahead": 0.95}, "ahead"),
        (NOT_OFTEN, "open"),
        (NOT_FAR, "open"),
        (LEVEL, "not ahead"),
        (LEVEL | {"power_law_ahead": 0.51}, "open"),
        (LEVEL | {"behind_power_law": -3.0, "power_law_ahead": 0.0}, "not ahead"),
        (AHEAD | {"power_law_ahead": 0.4}, "open"),
        (AHEAD | {"power_law_ahead": float("nan")}, "open"),
    ],
)
def test_ahead_needs_both_a_margin_and_nearly_all_resamples(numbers, outcome):
    assert duel(arm(exponential=numbers).fits, "exponential") == outcome


def test_a_rival_that_was_not_fitted_leaves_it_open():
    assert duel(arm().fits, "logarithmic") == "open"


@pytest.mark.parametrize(
    ("measured", "verdict", "why"),
    [
        (arm(), "reproduced", "lies within 0.7–0.9"),
        (arm(p=(0.8, 0.7, 0.9)), "reproduced", "lies within 0.7–0.9"),
        (arm(p=(0.8, 0.69, 0.9)), "undecided", "partly outside"),
        (arm(p=(1.0, 0.85, 1.2)), "undecided", "partly outside"),
        (arm(p=(0.8, 0.5, 1.2)), "undecided", "partly outside"),
        (arm(p=(1.2, 0.91, 1.3)), "not reproduced", "above 0.7–0.9"),
        (arm(p=(0.5, 0.3, 0.69)), "not reproduced", "below 0.7–0.9"),
        (arm(reason="p is at its bound 5"), "undecided", "p is at its bound 5"),
        (arm(direction="flat"), "undecided", "no exponent is determined"),
        (arm(direction="rises"), "not reproduced", "no exponent is determined"),
    ],
)
def test_the_interval_of_the_exponent_decides(measured, verdict, why):
    found = exponent_verdict(measured)
    assert found.verdict == verdict
    assert why in found.why


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (arm(), "reproduced"),
        (arm(constant=LEVEL), "reproduced"),
        (arm(exponential=NOT_OFTEN), "undecided"),
        (arm(exponential=LEVEL), "not reproduced"),
        (arm(reason="beta is 0 in 9% of the resamples"), "undecided"),
        (arm(reason="the best fit is a constant (beta = 0)", exponential=LEVEL), "not reproduced"),
        (arm(direction="flat"), "not reproduced"),
        (arm(direction="rises"), "not reproduced"),
    ],
)
def test_much_better_is_ahead_of_the_exponential(measured, verdict):
    assert better_verdict(measured).verdict == verdict


@pytest.mark.parametrize(
    ("changes", "verdict", "why"),
    [
        ({}, "reproduced", "ahead of the constant and the exponential"),
        ({"constant": NOT_FAR}, "undecided", "not clearly ahead of the constant"),
        ({"exponential": NOT_OFTEN}, "undecided", "not clearly ahead of the exponential"),
        ({"exponential": LEVEL, "constant": NOT_FAR}, "not reproduced", "not ahead of the exp"),
        ({"reason": "p is at its bound"}, "undecided", "do not determine"),
        ({"direction": "rises"}, "not reproduced", "nothing persists"),
        ({"loss": (5.2, 0.1)}, "undecided", "may rise by less than 1 nat"),
        ({"loss": (4.5, 0.1)}, "not reproduced", "rises by less than 1 nat"),
        ({"loss": (3.0, 0.1)}, "not reproduced", "rises by less than 1 nat"),
    ],
)
def test_shuffled_text_needs_a_power_law_and_a_worse_loss(changes, verdict, why):
    found = shuffled_verdict(arm(), arm(**{"loss": (7.5, 0.1), **changes}))
    assert found.verdict == verdict
    assert why in found.why


def test_the_error_of_a_rise_is_that_of_both_losses():
    numbers = shuffled_verdict(arm(loss=(4.0, 0.3)), arm(loss=(7.5, 0.4))).numbers
    assert numbers["loss_rise"] == pytest.approx(3.5)
    assert numbers["loss_rise_se"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (arm(direction="rises"), "reproduced"),
        (arm(direction="flat", constant=LEVEL), "reproduced"),
        (arm(constant=LEVEL), "reproduced"),
        (arm(direction="flat"), "undecided"),
        (arm(reason="p is at its bound 5"), "undecided"),
        (arm(exponential=LEVEL), "undecided"),
        (arm(constant=NOT_OFTEN), "undecided"),
        (arm(), "not reproduced"),
    ],
)
def test_random_weights_must_not_show_a_power_law(measured, verdict):
    assert random_verdict(measured).verdict == verdict
