"""Headline numbers: chosen, rounded and nested."""

import json

import pandas as pd
import pytest

from token_influence.tables.metrics import compared, rounded

HEADLINE = {"range": "1..100", "skip_sources": 0}
RISES = "the profile rises with distance"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.98765, 0.988), (10.849, 10.8), (-1.3e-10, 0.0), (0.00123456, 0.0012), (None, None)],
)
def test_rounding_keeps_what_is_stable(value, expected):
    assert rounded(value) == expected
    assert str(rounded(value)) != "-0.0"


def test_metrics_are_the_headline_fits_by_arm(metrics):
    assert metrics["headline"] == HEADLINE
    arm = metrics["arms"]["m-1.5"]["trained"]["c"]["intact"]
    assert (arm["loss"], arm["loss_se"]) == (4.12345, 0.051234)  # the digits of the tables
    few = {
        k: rounded(v) if isinstance(v, float) else v
        for k, v in arm["true_logit"]["power_law"].items()
    }
    assert few == {
        "p": 0.988,
        "p_low": 0.9,
        "p_high": 1.04,
        "gamma": 0.0169,
        "gamma_low": 0.0,
        "gamma_high": 0.0223,
        "r_squared": 0.99,
        "identified": True,
        "reason": None,
    }
    exponential = arm["true_logit"]["exponential"]
    assert [rounded(exponential[k]) for k in ("xi", "gamma", "r_squared")] == [0.988, 0.0169, 0.916]
    assert arm["predicted_logit"]["power_law"]["p"] == 0.85


def test_unidentified_exponent_has_a_reason_and_no_number(metrics):
    power = metrics["arms"]["m-1.5"]["random"]["c"]["intact"]["true_logit"]["power_law"]
    assert (power["p"], power["p_low"], power["p_high"]) == (None, None, None)
    assert (power["gamma"], power["gamma_low"], power["gamma_high"]) == (None, None, None)
    assert (power["identified"], power["reason"], rounded(power["r_squared"])) == (
        False,
        RISES,
        0.0,
    )


VERDICTS = pd.DataFrame(
    [
        ("it decays", "all", "true_logit", "reproduced"),
        ("it decays", "all", "predicted_logit", "not measured"),
        ("it decays", "m-1.5", "true_logit", "undecided"),
        ("it is large", "all", "true_logit", "mixed"),
    ],
    columns=["claim", "model", "objective", "verdict"],
)


def test_versions_are_compared_by_few_numbers(metrics):
    few = compared(metrics, VERDICTS)
    assert few["headline"] == HEADLINE
    assert few["arms"]["m-1.5"]["trained"]["c"]["intact"] == {
        "loss": 4.12,
        "true_logit": {
            "power_law": {"p": 0.988, "gamma": 0.0169, "r_squared": 0.99},
            "exponential": {"r_squared": 0.916},
        },
        "predicted_logit": {"power_law": {"p": 0.85, "gamma": 0.0169, "r_squared": 0.99}},
    }
    assert few["arms"]["m-1.5"].keys() == {"trained", "random"}
    unidentified = few["arms"]["m-1.5"]["random"]["c"]["intact"]["true_logit"]["power_law"]
    assert unidentified == {"p": None, "gamma": None, "r_squared": 0.0}


def test_a_changed_verdict_changes_the_metrics(metrics):
    assert compared(metrics, VERDICTS)["verdicts"] == {
        "it decays": {"true_logit": "reproduced"},
        "it is large": {"true_logit": "mixed"},
    }


def test_metrics_are_plain_json(metrics):
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics
