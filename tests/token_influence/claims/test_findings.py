"""The questions behind the claims: each answer needs a whole interval on one side of its bound."""

import numpy as np
import pytest
from judged_arms import arm

from token_influence.claims.findings import (
    Finding,
    all_of,
    decays,
    exponent_within,
    loss_collapses,
    rather_power_law,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("near_to_far", "answer"),
    [
        ((6.0, 5.0, 7.0), "yes"),
        ((1.2, 1.11, 1.3), "yes"),
        ((1.2, 1.1, 1.3), "open"),
        ((1.0, 0.8, 1.2), "open"),
        ((1.05, 1.0, 1.09), "no"),
        ((0.7, 0.6, 0.8), "no"),
        ((NAN, NAN, NAN), "open"),
    ],
)
def test_a_fall_of_less_than_a_tenth_is_no_decay(near_to_far, answer) -> None:
    found = decays(arm(near_to_far=near_to_far).fits)
    assert found.answer == answer
    shown = "—" if np.isnan(near_to_far[0]) else f"{near_to_far[0]:.2f}"
    assert f"near distances are {shown} [" in found.why


def test_few_windows_leave_everything_open() -> None:
    fits = arm(windows=7).fits
    for question in (decays, rather_power_law):
        found = question(fits)
        assert found.answer == "open"
        assert found.windows == 8
        assert "7 windows are too few to tell" in found.why
    assert decays(arm(windows=8).fits).answer == "yes"


@pytest.mark.parametrize(
    ("nearness", "answer"),
    [
        ((0.95, 0.67, 1.1), "yes"),
        ((0.95, 0.66, 1.1), "open"),
        ((0.1, -0.1, 0.66), "no"),
        ((0.1, -0.1, 0.67), "open"),
        ((0.5, None, None), "open"),
        (None, "open"),
    ],
)
def test_a_profile_is_rather_a_power_law_two_thirds_of_the_way(nearness, answer) -> None:
    assert rather_power_law(arm(nearness=nearness).fits).answer == answer


@pytest.mark.parametrize("near_to_far", [(1.0, 0.95, 1.05), (1.2, 1.0, 1.4)])
def test_without_a_decay_the_families_are_not_compared(near_to_far) -> None:
    for nearness in ((1.0, 0.9, 1.1), (0.0, -0.1, 0.1)):
        assert (
            rather_power_law(arm(near_to_far=near_to_far, nearness=nearness).fits).answer == "open"
        )


@pytest.mark.parametrize(
    ("p", "answer"),
    [
        ((0.8, 0.71, 0.89), "yes"),
        ((0.8, 0.69, 0.89), "open"),
        ((0.8, 0.71, 0.91), "open"),
        ((1.0, 0.85, 1.2), "open"),
        ((1.2, 0.91, 1.3), "no"),
        ((0.5, 0.3, 0.69), "no"),
    ],
)
def test_the_interval_of_the_exponent_decides(p, answer) -> None:
    found = exponent_within(arm(p=p).fits)
    assert found.answer == answer
    assert (found.windows is None) == (answer != "open")


def test_an_exponent_that_is_not_determined_stays_open() -> None:
    found = exponent_within(arm(reason="p is at its bound 5").fits)
    assert found.answer == "open"
    assert "p is at its bound 5" in found.why


def test_both_ends_of_the_published_range_count_for_the_windows() -> None:
    """p 0.8 ± 0.2 is as far from both ends; p 0.72 ± 0.1 is nearer to the lower one."""
    both = exponent_within(arm(p=(0.8, 0.6, 1.0)).fits).windows
    near = exponent_within(arm(p=(0.72, 0.62, 0.82)).fits).windows
    assert 64 < both < near


@pytest.mark.parametrize(
    ("rise", "error", "answer"),
    [(3.0, 0.3, "yes"), (1.4, 0.3, "open"), (0.7, 0.3, "open"), (0.2, 0.3, "no")],
)
def test_a_collapse_is_a_rise_of_more_than_one_nat(rise, error, answer) -> None:
    assert loss_collapses(rise, error, 32).answer == answer


def test_one_no_is_enough_and_one_open_leaves_it_open() -> None:
    yes, no = Finding("yes", "a"), Finding("no", "b")
    known, unknown = Finding("open", "c", 40), Finding("open", "d")
    assert all_of([yes, yes]).answer == "yes"
    assert all_of([yes, known, no]) == Finding("no", "b")
    assert all_of([yes, known, Finding("open", "e", 90)]) == Finding("open", "c; e", 90)
    assert all_of([known, unknown]) == Finding("open", "c; d")
