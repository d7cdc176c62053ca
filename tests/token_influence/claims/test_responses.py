"""The verdicts on the response, rule by rule (docs/verdicts.md)."""

import pandas as pd
import pytest

from token_influence.claims.responses import DECAYS, LINEAR, linear_up_to, response_verdicts


def radii(*limits: tuple[float, float], windows: int = 16) -> pd.DataFrame:
    """A radius for each distance, by the limits of its interval."""
    rows = [
        {
            **{"model": "m", "direction": "gradient", "distance": k, "windows": windows},
            **{"radius": (low + high) / 2, "radius_low": low, "radius_high": high},
            "radius_joint_high": 1.2 * high,
            **{"epsilon_min": 0.001, "epsilon_max": 1.0},
        }
        for k, (low, high) in enumerate(limits)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("limits", "answer"),
    [
        ([(0.2, 0.3), (0.15, 1.0)], "yes"),
        ([(0.2, 0.3), (0.02, 0.08)], "no"),
        ([(0.2, 0.3), (0.02, 0.09)], "open"),  # the joint interval reaches the step
        ([(0.2, 0.3), (0.05, 0.3)], "open"),
    ],
)
def test_linear_response_needs_every_distance(limits, answer) -> None:
    assert linear_up_to(radii(*limits), 0.1).answer == answer


def test_few_windows_leave_it_open_and_other_steps_are_not_judged() -> None:
    assert linear_up_to(radii((0.2, 0.3), windows=7), 0.1).answer == "open"
    assert linear_up_to(radii((0.2, 0.3)).assign(epsilon_max=0.05), 0.1) is None


def test_the_largest_step_is_reached_where_no_error_passes() -> None:
    assert linear_up_to(radii((1.0, 1.0)), 1.0).answer == "yes"
    assert linear_up_to(radii((0.5, 1.0)), 1.0).answer == "open"


def fits(nearness: tuple[float, float], fall: tuple[float, float] = (5.0, 9.0)) -> pd.DataFrame:
    row = {
        **{"model": "m", "intervention": "zeros", "effect": "divergence", "windows": 16},
        **{"near_to_far": sum(fall) / 2, "near_to_far_low": fall[0], "near_to_far_high": fall[1]},
        **{
            "nearness": sum(nearness) / 2,
            "nearness_low": nearness[0],
            "nearness_high": nearness[1],
        },
    }
    return pd.DataFrame([row | {"family": name} for name in ("power_law", "exponential")])


@pytest.mark.parametrize(
    ("table", "answer"),
    [
        (fits((0.7, 1.2)), "yes"),
        (fits((0.1, 0.5)), "no"),
        (fits((0.5, 0.9)), "open"),
        (fits((0.7, 1.2), (0.5, 1.0)), "no"),
    ],
)
def test_a_power_law_must_fall_and_be_nearer_than_the_exponential(table, answer) -> None:
    found = response_verdicts(radii((0.2, 0.3)), table, ["model"])
    row = found[found["claim"] == DECAYS].iloc[0]
    assert (row["answer"], row["about"], row["effect"]) == (answer, "zeros", "divergence")
    linear = found[found["claim"] == LINEAR]
    assert list(linear["answer"]) == ["yes", "no"]
    assert linear["about"].iloc[0] == "gradient direction, ε = 0.1"
